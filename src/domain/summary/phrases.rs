//! How sentences begin that lean on others, and how pages speak of themselves, by language. All in small letters.

mod arabic;
mod chinese;
mod english;
mod french;
mod german;
mod portuguese;
mod russian;
mod spanish;

use super::language::Language;

pub(super) struct Phrases {
    /// Beginnings that lean on the sentence before.
    pub(super) openers: &'static [&'static str],
    /// Beginnings that look so and do not.
    pub(super) expletives: &'static [&'static str],
    /// Pronouns for those who act and speak.
    pub(super) pronouns: &'static [&'static str],
    /// The first person singular.
    pub(super) selves: &'static [&'static str],
    pub(super) demonstratives: &'static [&'static str],
    /// What a demonstrative makes a time of: `this year`.
    pub(super) times: &'static [&'static str],
    /// Clauses that name a speaker by a pronoun joined to the verb.
    pub(super) speaks: &'static [&'static str],
    /// Verbs that are a clause of their own where the speaker is not named.
    pub(super) says: &'static [&'static str],
    /// Beginnings of what is said to the reader: bylines, credits, calls.
    pub(super) notices: &'static [&'static str],
    /// What is said to the reader, wherever it stands.
    pub(super) calls: &'static [&'static str],
}

/// What marks an address or a credit in any language.
pub(super) const MARKS: &[&str] = &[
    "://",
    "www.",
    "@",
    "©",
    "|",
    "getty images",
    "photo:",
    "photos:",
    "image:",
    "picture:",
    "credit:",
    "source:",
    "crédit :",
    "photo :",
    "foto:",
    "fotos:",
    "bild:",
    "quelle:",
    "imagen:",
    "imagem:",
    "fuente:",
    "fonte:",
    "фото:",
    "источник:",
    "صورة:",
    "图片：",
    "图：",
    "摄影：",
    "来源：",
];

pub(super) fn of(language: Language) -> &'static Phrases {
    match language {
        Language::English | Language::Other => &english::PHRASES,
        Language::French => &french::PHRASES,
        Language::Spanish => &spanish::PHRASES,
        Language::German => &german::PHRASES,
        Language::Portuguese => &portuguese::PHRASES,
        Language::Russian => &russian::PHRASES,
        Language::Arabic => &arabic::PHRASES,
        Language::Chinese => &chinese::PHRASES,
    }
}
