//! Emoji of several code points, as of Unicode 11.
//!
//! What is not listed here is no sequence: its code points count one by one.

const JOINER: char = '\u{200D}';
/// Asks that a character be shown as an emoji.
const PRESENTATION: char = '\u{FE0F}';
const KEY: char = '\u{20E3}';

/// The second letters of flags, by the first, from `A` on (`AC`, `AD`, …).
const FLAGS: [&str; 26] = [
    "CDEFGILMOQRSTUWXZ",
    "ABDEFGHIJLMNOQRSTVWYZ",
    "ACDFGHIKLMNOPRUVWXYZ",
    "EGJKMOZ",
    "ACEGHRSTU",
    "IJKMOR",
    "ABDEFGHILMNPQRSTUWY",
    "KMNRTU",
    "CDELMNOQRST",
    "EMOP",
    "EGHIMNPRWYZ",
    "ABCIKRSTUVY",
    "ACDEFGHKLMNOPQRSTUVWXYZ",
    "ACEFGILOPRUZ",
    "M",
    "AEFGHKLMNRSTWY",
    "A",
    "EOSUW",
    "ABCDEGHIJKLMNORSTVXYZ",
    "ACDFGHJKLMNORTVWZ",
    "AGMNSYZ",
    "ACEGINU",
    "FS",
    "K",
    "ET",
    "AMW",
];
/// The tags behind a black flag: England, Scotland, Wales; in letters.
const REGIONS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// The length in bytes of the emoji of several code points with which the text begins; `first` is its first character.
pub(super) fn sequence(first: char, text: &str) -> Option<usize> {
    let rest = || &text[first.len_utf8()..];
    let after = match first {
        '#' | '*' | '0'..='9' => keycap(rest()),
        // Nothing else below begins one, and most text is below.
        '\0'..='\u{203B}' if !matches!(first, '©' | '®') => None,
        '\u{1F1E6}'..='\u{1F1FF}' => flag(first, rest()),
        '\u{3400}'..='\u{1EFFF}' => None,
        _ => joined(first, rest()).or_else(|| modified(first, rest())),
    }?;
    Some(text.len() - after.len())
}

fn keycap(rest: &str) -> Option<&str> {
    optional(rest, PRESENTATION).strip_prefix(KEY)
}

fn flag(first: char, rest: &str) -> Option<&str> {
    let letter = |c: char| u32::from(c).checked_sub(0x1F1E6).filter(|&n| n < 26);
    let row = FLAGS.get(usize::try_from(letter(first)?).ok()?)?;
    let second = rest.chars().next()?;
    let name = char::from(b'A' + u8::try_from(letter(second)?).ok()?);
    row.contains(name).then(|| &rest[second.len_utf8()..])
}

/// Emoji that are joined, or spelled with tags.
fn joined(first: char, rest: &str) -> Option<&str> {
    match first {
        '👨' | '👩' => at_work(rest)
            .or_else(|| couple(first, rest))
            .or_else(|| family(first, rest)),
        '🏋' | '🏌' | '🕴' | '🕵' | '⛹' => gender(tone(rest).or_else(|| rest.strip_prefix(PRESENTATION))?),
        '👯' | '🤼' | '🧞' | '🧟' => gender(rest),
        c if has_gender(c) => gender(tone(rest).unwrap_or(rest)),
        '🏳' => rest.strip_prefix("\u{FE0F}\u{200D}🌈"),
        '🏴' => rest.strip_prefix("\u{200D}☠\u{FE0F}").or_else(|| region(rest)),
        '👁' => rest.strip_prefix("\u{200D}🗨"),
        _ => None,
    }
}

/// What a person works with, or the hair.
fn at_work(rest: &str) -> Option<&str> {
    let rest = tone(rest).unwrap_or(rest).strip_prefix(JOINER)?;
    let plain = |c: char| {
        matches!(
            c,
            '🌾' | '🍳' | '🎓' | '🎤' | '🎨' | '🏫' | '🏭' | '💻' | '💼' | '🔧' | '🔬' | '🚀' | '🚒'
        ) || ('\u{1F9B0}'..='\u{1F9B3}').contains(&c)
    };
    let with_presentation = || rest.strip_prefix(['⚕', '⚖', '✈'])?.strip_prefix(PRESENTATION);
    rest.strip_prefix(plain).or_else(with_presentation)
}

/// A heart, perhaps a kiss, and the other.
fn couple(first: char, rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("\u{200D}❤\u{FE0F}\u{200D}")?;
    let rest = rest.strip_prefix("💋\u{200D}").unwrap_or(rest);
    rest.strip_prefix(|c| c == '👨' || (c == '👩' && first == '👩'))
}

/// Perhaps another parent, and one or two children.
fn family(first: char, rest: &str) -> Option<&str> {
    let member = |rest: &'_ str, members: &[char]| -> Option<usize> {
        let member = rest
            .strip_prefix(JOINER)?
            .chars()
            .next()
            .filter(|c| members.contains(c))?;
        Some(JOINER.len_utf8() + member.len_utf8())
    };
    let partners: &[char] = if first == '👨' { &['👨', '👩'] } else { &['👩'] };
    let rest = member(rest, partners).map_or(rest, |length| &rest[length..]);
    let second: &[char] = if rest.starts_with("\u{200D}👧") {
        &['👦', '👧']
    } else {
        &['👦']
    };
    let rest = &rest[member(rest, &['👦', '👧'])?..];
    Some(member(rest, second).map_or(rest, |length| &rest[length..]))
}

fn region(rest: &str) -> Option<&str> {
    REGIONS.into_iter().find_map(|region| {
        let tag = |letter| char::from_u32(0xE0000 + u32::from(letter));
        let mut tags = region.bytes().chain([0x7F]);
        tags.try_fold(rest, |rest, letter| rest.strip_prefix(tag(letter)?))
    })
}

fn gender(rest: &str) -> Option<&str> {
    rest.strip_prefix(JOINER)?
        .strip_prefix(['♀', '♂'])?
        .strip_prefix(PRESENTATION)
}

/// A character with what says how it is shown, and in which tone.
fn modified(first: char, rest: &str) -> Option<&str> {
    let shown = if has_presentation(first) {
        optional(rest, PRESENTATION)
    } else {
        rest
    };
    let toned = if has_tone(first) {
        tone(shown).unwrap_or(shown)
    } else {
        shown
    };
    (toned.len() < rest.len()).then_some(toned)
}

fn optional(rest: &str, c: char) -> &str {
    rest.strip_prefix(c).unwrap_or(rest)
}

/// What follows the tone of the skin with which the text begins.
fn tone(rest: &str) -> Option<&str> {
    rest.strip_prefix(|c| ('\u{1F3FB}'..='\u{1F3FF}').contains(&c))
}

/// Persons who may be joined with a gender.
fn has_gender(c: char) -> bool {
    matches!(u32::from(c),
        0x1F3C3 | 0x1F3C4 | 0x1F3CA | 0x1F46E | 0x1F471 | 0x1F473 | 0x1F477 | 0x1F481 | 0x1F482 | 0x1F486 | 0x1F487
        | 0x1F645..=0x1F647 | 0x1F64B | 0x1F64D | 0x1F64E | 0x1F6A3 | 0x1F6B4..=0x1F6B6 | 0x1F926 | 0x1F935
        | 0x1F937..=0x1F939 | 0x1F93D | 0x1F93E | 0x1F9B8 | 0x1F9B9 | 0x1F9D6..=0x1F9DD)
}

/// Characters that may have a tone (Unicode `Emoji_Modifier_Base`, and the skier).
fn has_tone(c: char) -> bool {
    matches!(u32::from(c),
        0x261D | 0x26F7 | 0x26F9 | 0x270A..=0x270D | 0x1F385 | 0x1F3C2..=0x1F3C4 | 0x1F3C7 | 0x1F3CA..=0x1F3CC | 0x1F442
        | 0x1F443 | 0x1F446..=0x1F450 | 0x1F466..=0x1F469 | 0x1F46E | 0x1F470..=0x1F478 | 0x1F47C | 0x1F481..=0x1F483
        | 0x1F485..=0x1F487 | 0x1F4AA | 0x1F574 | 0x1F575 | 0x1F57A | 0x1F590 | 0x1F595 | 0x1F596 | 0x1F645..=0x1F647
        | 0x1F64B..=0x1F64F | 0x1F6A3 | 0x1F6B4..=0x1F6B6 | 0x1F6C0 | 0x1F6CC | 0x1F918..=0x1F91C | 0x1F91E | 0x1F91F
        | 0x1F926 | 0x1F930..=0x1F939 | 0x1F93D | 0x1F93E | 0x1F9B5 | 0x1F9B6 | 0x1F9B8 | 0x1F9B9 | 0x1F9D1..=0x1F9DD)
}

/// Characters that U+FE0F may follow without counting.
fn has_presentation(c: char) -> bool {
    matches!(u32::from(c),
        0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x2199 | 0x21A9 | 0x21AA | 0x231A | 0x231B | 0x2328
        | 0x23CF | 0x23ED..=0x23EF | 0x23F1 | 0x23F2 | 0x23F8..=0x23FA | 0x24C2 | 0x25AA | 0x25AB | 0x25B6 | 0x25C0
        | 0x25FB..=0x25FE | 0x2600..=0x2604 | 0x260E | 0x2611 | 0x2614 | 0x2615 | 0x2618 | 0x261D | 0x2620 | 0x2622
        | 0x2623 | 0x2626 | 0x262A | 0x262E | 0x262F | 0x2638..=0x263A | 0x2640 | 0x2642 | 0x2648..=0x2653 | 0x265F
        | 0x2660 | 0x2663 | 0x2665 | 0x2666 | 0x2668 | 0x267B | 0x267F | 0x2692..=0x2697 | 0x2699 | 0x269B | 0x269C
        | 0x26A0 | 0x26A1 | 0x26AA | 0x26AB | 0x26B0 | 0x26B1 | 0x26BD | 0x26BE | 0x26C4 | 0x26C5 | 0x26C8 | 0x26CF
        | 0x26D1 | 0x26D3 | 0x26D4 | 0x26E9 | 0x26EA | 0x26F0..=0x26F5 | 0x26F7..=0x26FA | 0x26FD | 0x2702 | 0x2708
        | 0x2709 | 0x270C | 0x270D | 0x270F | 0x2712 | 0x2714 | 0x2716 | 0x271D | 0x2721 | 0x2733 | 0x2734 | 0x2744
        | 0x2747 | 0x2757 | 0x2763 | 0x2764 | 0x27A1 | 0x2934 | 0x2935 | 0x2B05..=0x2B07 | 0x2B1B | 0x2B1C | 0x2B50
        | 0x2B55 | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x1F004 | 0x1F170 | 0x1F171 | 0x1F17E | 0x1F17F | 0x1F202
        | 0x1F21A | 0x1F22F | 0x1F237 | 0x1F321 | 0x1F324..=0x1F32C | 0x1F336 | 0x1F37D | 0x1F396 | 0x1F397
        | 0x1F399..=0x1F39B | 0x1F39E | 0x1F39F | 0x1F3CB..=0x1F3CE | 0x1F3D4..=0x1F3DF | 0x1F3F3 | 0x1F3F5 | 0x1F3F7
        | 0x1F43F | 0x1F441 | 0x1F4FD | 0x1F549 | 0x1F54A | 0x1F56F | 0x1F570 | 0x1F573..=0x1F579 | 0x1F587
        | 0x1F58A..=0x1F58D | 0x1F590 | 0x1F5A5 | 0x1F5A8 | 0x1F5B1 | 0x1F5B2 | 0x1F5BC | 0x1F5C2..=0x1F5C4
        | 0x1F5D1..=0x1F5D3 | 0x1F5DC..=0x1F5DE | 0x1F5E1 | 0x1F5E3 | 0x1F5E8 | 0x1F5EF | 0x1F5F3 | 0x1F5FA | 0x1F6CB
        | 0x1F6CD..=0x1F6CF | 0x1F6E0..=0x1F6E5 | 0x1F6E9 | 0x1F6F0 | 0x1F6F3)
}
