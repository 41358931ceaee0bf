//! Commands as a shell takes them: what is printed as the next step works when pasted.

/// A word so that a shell reads it as one word, unchanged: as it is where it is harmless, else in single quotes.
#[must_use]
pub fn quoted(word: &str) -> String {
    let harmless =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '=' | ',' | '+' | '@' | '%');
    if !word.is_empty() && word.chars().all(harmless) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command line of these words.
#[must_use]
pub fn line<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_line_has_the_words_that_were_typed() {
        assert_eq!(
            line([
                "handbill",
                "add",
                "https://example.org/a?b=1&c",
                "--summary",
                "Doctors' day"
            ]),
            r"handbill add 'https://example.org/a?b=1&c' --summary 'Doctors'\'' day'"
        );
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("--at=2026-12-01T09:00+01:00"), "--at=2026-12-01T09:00+01:00");
        assert_eq!(
            quoted("2026-12-01T09:00[Europe/London]"),
            "'2026-12-01T09:00[Europe/London]'"
        );
        assert_eq!(quoted("$(reboot)"), "'$(reboot)'");
        assert_eq!(quoted("a\nb"), "'a\nb'");
    }
}
