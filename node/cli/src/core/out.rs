//! Standard output and standard error. Nothing here panics when nobody reads any more.

use super::error::{CliError, CliResult};
use std::io::{ErrorKind, Write as _};

/// Writes a line to standard output at once.
///
/// # Errors
/// [`CliError::Closed`] when the reader has gone, as `head` does; a file error when it cannot be
/// written, as on a full disk.
pub(crate) fn line(text: &str) -> CliResult<()> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => CliError::Closed,
        _ => CliError::file("standard output", error),
    })
}

/// Writes a line to standard error. What cannot be said there cannot be said anywhere.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A text from elsewhere for a terminal: characters that would move, colour or reorder what is
/// shown are written as escapes.
pub(crate) fn plain(text: &str) -> String {
    let reorders = |c: char| matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || reorders(c) {
            plain.extend(c.escape_unicode());
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(plain("Größe 1,000.00 €"), "Größe 1,000.00 €");
        assert_eq!(plain("\u{1b}[2Jok\n"), "\\u{1b}[2Jok\\u{a}");
        assert_eq!(plain("a\u{202e}b\u{9b}c"), "a\\u{202e}b\\u{9b}c");
    }
}
