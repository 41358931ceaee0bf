//! Classes of characters by which entities are told from the text around them.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

/// Characters that X refuses in a post.
pub(in crate::domain) fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// White space. Unlike Unicode's, with U+180E.
pub(super) fn is_space(c: char) -> bool {
    c == '\u{180E}' || c.is_whitespace()
}

/// Marks of the direction of a text.
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// ASCII punctuation; not `"` and the backtick, which the expressions leave out.
pub(super) fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '"' | '`')
}

/// What a label of a host may begin and end with.
pub(super) fn is_host(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || !(is_punctuation(c) || is_space(c))
    } else {
        !(is_space(c) || is_forbidden(c) || is_directional(c))
    }
}

/// Latin letters with accents, and the accents themselves.
pub(super) fn is_accented(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' | '\u{253}' | '\u{254}' | '\u{256}' | '\u{257}'
        | '\u{259}' | '\u{25B}' | '\u{263}' | '\u{268}' | '\u{26F}' | '\u{272}' | '\u{289}' | '\u{28B}' | '\u{2BB}'
        | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Letters that count as accented ones where case is ignored, since they share a capital with one of them (the iota
/// shares its capital with the iota below a letter).
fn folds_to_accented(c: char) -> bool {
    matches!(
        c,
        '\u{260}'
            | '\u{269}'
            | '\u{275}'
            | '\u{280}'
            | '\u{283}'
            | '\u{288}'
            | '\u{28A}'
            | '\u{28C}'
            | '\u{292}'
            | '\u{399}'
            | '\u{3B9}'
            | '\u{1FBE}'
            | '\u{2C65}'
            | '\u{2C66}'
            | '\u{2C7E}'
            | '\u{2C7F}'
    )
}

/// What the host of a URL without protocol is made of.
pub(super) fn is_bare_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && (is_accented(c) || folds_to_accented(c)))
}

/// What may stand in front of a URL.
pub(super) fn may_precede_url(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '@' | '＠' | '$' | '#' | '＃') || is_forbidden(c))
}

/// What may stand in a path.
pub(super) fn is_path(c: char) -> bool {
    is_path_end(c)
        || matches!(
            c,
            '!' | '*' | '\'' | ';' | ':' | ',' | '.' | '$' | '%' | '[' | ']' | '–' | '~' | '@' | '|' | '&'
        )
}

/// What a path may end with.
pub(super) fn is_path_end(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '=' | '_' | '#' | '/')
    } else {
        is_accented(c) || ('\u{400}'..='\u{4FF}').contains(&c)
    }
}

/// What may stand in a query.
pub(super) fn is_query(c: char) -> bool {
    is_query_end(c) || (c.is_ascii() && "!?*'@();:+$%[].,~|".contains(c))
}

/// What a query may end with.
pub(super) fn is_query_end(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '&' | '=' | '#' | '/')
}

/// Letters and marks: what a hashtag must have one of.
pub(super) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    let letters = GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Mark);
    letters.contains(category(c))
}

/// What a hashtag is made of.
pub(super) fn is_tag(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    is_letter(c)
        || category(c) == GeneralCategory::DecimalNumber
        || matches!(
            c,
            '\u{B7}'
                | '\u{5BE}'
                | '\u{5F3}'
                | '\u{5F4}'
                | '\u{F0B}'
                | '\u{F0C}'
                | '\u{200C}'
                | '\u{200D}'
                | '\u{3003}'
                | '\u{301C}'
                | '\u{309B}'
                | '\u{309C}'
                | '\u{30A0}'
                | '\u{30FB}'
                | '\u{A67E}'
                | '\u{FF5E}'
        )
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}
