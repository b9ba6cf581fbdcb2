//! Keys as recovery words: written once for paper, read when a key is lost.

use super::{made, new_passphrase};
use crate::core::progress::asking;
use crate::core::{CliError, CliResult, Context, Report};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use tenor_client::keystore::{PATH_DEFAULT, RecoveryWords, Strength};
use zeroize::Zeroizing;

/// Makes a key from new words, which `file` gets before the key is kept: no key without its words.
pub(super) fn new(context: &Context, name: &str, file: &Path) -> CliResult<Report> {
    let keystore = context.home.keystore();
    keystore.check_free(name)?;
    let chosen = new_passphrase(name)?;
    let words = RecoveryWords::generate()?;
    write(file, &words)?;
    let info = keystore.keep(name, &words.key(PATH_DEFAULT)?, &chosen, Strength::Standard)?;
    let shown = file.display();
    Ok(made(context, &info)
        .line(format!(
            "its recovery words are in {shown}: copy them on paper, then delete the file"
        ))
        .field("words_file", shown.to_string())
        .next(format!("tenor keys restore NAME --words {shown}")))
}

/// Makes the key of a person's words once more.
pub(super) fn restore(
    context: &Context,
    name: &str,
    file: Option<&Path>,
    path: &str,
) -> CliResult<Report> {
    let keystore = context.home.keystore();
    keystore.check_free(name)?;
    let text = Zeroizing::new(match file {
        Some(file) => std::fs::read_to_string(file).map_err(|error| CliError::file(file, error))?,
        None => asking(|| rpassword::prompt_password("Recovery words: ")).map_err(|_| {
            CliError::Usage("expected recovery words: give --words FILE or use a terminal".into())
        })?,
    });
    let key = RecoveryWords::parse(&text)?.key(path)?;
    let chosen = new_passphrase(name)?;
    Ok(made(context, &keystore.keep(name, &key, &chosen, Strength::Standard)?).field("path", path))
}

/// Eight words a line, in a new file that is its owner's alone.
fn write(file: &Path, words: &RecoveryWords) -> CliResult<()> {
    let words: Vec<_> = words.words().collect();
    let lines: Vec<_> = words.chunks(8).map(|line| Zeroizing::new(line.join(" "))).collect();
    let mut text = Zeroizing::new(String::with_capacity(512));
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    let failed = |error| CliError::file(file, error);
    let mut options = OpenOptions::new();
    let mut opened = options.write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
    opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(failed)
}
