//! How often and how much is counted until a long text fits: a few times, and never the whole of it.

use super::super::*;

/// The text shortened to `max` by the unit, with how often was counted, and how many bytes.
fn effort(text: &str, unit: Unit, max: usize) -> (Option<String>, usize, usize) {
    let (mut calls, mut bytes) = (0, 0);
    let short = shorten::shorten(text, |try_| {
        calls += 1;
        bytes += try_.len();
        unit.measure(try_) <= max
    });
    (short, calls, bytes)
}

#[test]
fn a_long_text_is_counted_a_few_times_and_never_as_a_whole() {
    let pieces = [
        "a",
        "word ",
        "Yes. ",
        ".",
        "…",
        "(",
        "[{",
        "#",
        "#tag ",
        "@a",
        "https://",
        "https://a.bc/ ",
        "毒品。",
        "毒",
        "e\u{301}",
        "👨\u{200D}",
        "\u{1F1E6}",
        "\u{202E}",
        "\u{2066}",
        "\u{200D}\u{FE0F}",
        "\u{FFFD}",
        "\u{1112}\u{1161}",
    ];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        for (unit, max) in [
            (Unit::Graphemes, 300),
            (Unit::Codepoints, 500),
            (Unit::Utf16, 4096),
            (Unit::Bytes, 3000),
        ] {
            let (short, calls, bytes) = effort(&text, unit, max);
            assert!(short.is_none_or(|short| unit.measure(&short) <= max && !short.is_empty()));
            // Three searches by halves among the cuts of what may fit at all; where one grapheme is endless, that is all.
            let endless = unit == Unit::Graphemes && unit.measure(&text) <= 1;
            assert!(endless || calls <= 60, "{calls} times for {piece:?} by {unit:?}");
            assert!(
                endless || bytes <= 60 * 20_000,
                "{bytes} bytes for {piece:?} by {unit:?}"
            );
        }
    }
}
