//! Tests whose subject this machine does not have.

use std::fmt::Display;
use std::io::Write as _;

/// Says that something is not tested here. A passing test's output is not shown, so the line also
/// goes into the file that `TENOR_SKIPPED` names: `make test` prints it at its end.
///
/// # Panics
/// If that file cannot be written.
pub fn skipped(what: &str, reason: impl Display) {
    let line = format!("not tested here: {what}: {reason}\n");
    eprint!("{line}");
    if let Some(path) = std::env::var_os("TENOR_SKIPPED").filter(|path| !path.is_empty()) {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .expect("TENOR_SKIPPED names a file");
    }
}
