//! The words of dates, in the languages of the common pages.

/// Hours from UTC of the abbreviations that mean one thing on pages with dates (those of RFC 2822, and Central Europe).
pub(super) fn offset_word(word: &str) -> Option<i32> {
    Some(match word {
        "z" | "utc" | "gmt" => 0,
        "cet" => 1,
        "cest" => 2,
        "edt" => -4,
        "est" | "cdt" => -5,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => return None,
    })
}

/// The month of a name or its abbreviation, in the languages of the common pages.
pub(super) fn month(word: &str) -> Option<i32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "ene", "gen", "янв", "sty"],
        &["feb", "fév", "fev", "фев", "lut"],
        &["mar", "mär", "maa", "mrt", "мар"],
        &["apr", "avr", "abr", "апр", "kwi"],
        &["may", "mai", "mei", "mag", "мая", "май", "maj"],
        &["jun", "juin", "giu", "июн", "cze"],
        &["jul", "juil", "lug", "июл", "lip"],
        &["aug", "aoû", "aou", "ago", "авг", "sie"],
        &["sep", "set", "сен", "wrz"],
        &["oct", "okt", "ott", "out", "окт", "paź"],
        &["nov", "ноя", "lis"],
        &["dec", "déc", "dez", "dic", "дек", "gru"],
    ];
    if word.chars().count() > 10 || is_weekday(word) {
        return None;
    }
    let at = MONTHS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))?;
    i32::try_from(at + 1).ok()
}

pub(super) fn is_weekday(word: &str) -> bool {
    const DAYS: &[&str] = &[
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mardi", "mer", "jeu", "ven", "sam", "dim", "martes",
        "mié", "jue", "vie", "sáb", "dom", "montag", "dien", "mitt", "donn", "frei", "sams", "sonn", "marte", "gio",
        "sab", "seg", "ter", "qua", "qui", "sex", "maan", "din", "woe", "don", "vrij", "zat", "zon", "пон", "вто",
        "сре", "чет", "пят", "суб", "вос",
    ];
    DAYS.iter().any(|day| word.starts_with(day))
}

/// Words that may stand in a line with a date.
pub(super) const AROUND: &[&str] = &[
    "a",
    "am",
    "at",
    "de",
    "del",
    "den",
    "di",
    "et",
    "h",
    "last",
    "le",
    "of",
    "on",
    "pm",
    "posted",
    "published",
    "publié",
    "publicado",
    "pubblicato",
    "stand",
    "t",
    "th",
    "nd",
    "rd",
    "st",
    "the",
    "uhr",
    "updated",
    "um",
    "à",
    "el",
    "г",
    "er",
];
