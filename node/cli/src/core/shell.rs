//! Command lines for people to copy.

/// Words as a shell takes them.
pub(crate) fn quoted<W: AsRef<str>>(words: &[W]) -> String {
    words.iter().map(|word| one(word.as_ref())).collect::<Vec<_>>().join(" ")
}

fn one(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn only_what_a_shell_would_change_is_quoted() {
        assert_eq!(quoted(&["cash", "1,000.00", "a=b", "./x"]), "cash 1,000.00 a=b ./x");
        assert_eq!(
            quoted(&["my ledger", "", "it's", "$HOME"]),
            r"'my ledger' '' 'it'\''s' '$HOME'"
        );
    }
}
