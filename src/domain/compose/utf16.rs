//! Where a span stands in UTF-16 code units, as Telegram's entities count.

use super::Span;

/// The offset and the length of the span in the text, in UTF-16 code units. What of the span is not on characters of
/// the text counts as nothing.
#[must_use]
pub fn utf16(text: &str, span: &Span) -> (usize, usize) {
    let units = |piece: Option<&str>| piece.map_or(0, |piece| piece.chars().map(char::len_utf16).sum());
    (units(text.get(..span.start)), units(text.get(span.start..span.end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::compose::Target;

    fn at(text: &str, shown: &str) -> (usize, usize) {
        let start = text.find(shown).unwrap();
        utf16(
            text,
            &Span {
                start,
                end: start + shown.len(),
                target: Target::Link("https://e.org".to_owned()),
            },
        )
    }

    #[test]
    fn offsets_and_lengths() {
        let table = [
            ("Read on", "Read on", (0, 7)),
            ("é Read", "Read", (2, 4)),
            ("毒品 阅读", "阅读", (3, 2)),
            ("👨‍👩‍👧‍👦 اقرأ", "اقرأ", (12, 4)),
            ("a 👩🏽‍⚕️!", "👩🏽‍⚕️", (2, 7)),
            ("𝒜𝒷", "𝒷", (2, 2)),
        ];
        for (text, shown, wanted) in table {
            assert_eq!(at(text, shown), wanted, "{shown:?} in {text:?}");
        }
    }

    #[test]
    fn a_span_that_is_not_of_the_text_is_nothing() {
        let beside = Span {
            start: 1,
            end: 9,
            target: Target::Tag("a".to_owned()),
        };
        assert_eq!(utf16("é", &beside), (0, 0));
        assert_eq!(utf16("", &beside), (0, 0));
    }
}
