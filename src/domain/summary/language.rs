//! The language of a text: the one that is declared, unless its small words speak clearly for another.

use super::stopwords;
use super::words::{core, lowered};

/// How many words tell the language.
const SAMPLE: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    French,
    Spanish,
    German,
    Portuguese,
    Russian,
    Arabic,
    Chinese,
    Other,
}

use Language::{Arabic, Chinese, English, French, German, Other, Portuguese, Russian, Spanish};

pub(super) const KNOWN: [Language; 8] = [English, French, Spanish, German, Portuguese, Russian, Arabic, Chinese];

impl Language {
    /// A page's template often declares English whatever the article is in; so a language whose small words are twice
    /// as many as those of the declared one is preferred to it.
    pub(super) fn of(tag: Option<&str>, text: &str) -> Self {
        let declared = tag.map_or(Other, Self::declared);
        let mut counts = [0_usize; KNOWN.len()];
        for word in lowered(text).take(SAMPLE) {
            for (count, language) in counts.iter_mut().zip(KNOWN) {
                *count += usize::from(stopwords::list(language).contains(&core(&word)));
            }
        }
        let seen = |language| {
            KNOWN
                .iter()
                .zip(counts)
                .find_map(|(known, count)| (*known == language).then_some(count))
        };
        let best = KNOWN.into_iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        match (best, seen(declared)) {
            (Some((language, count)), Some(expected)) if count > expected.saturating_mul(2) => language,
            (Some((language, count)), None) if count > 0 && tag.is_none() => language,
            _ => declared,
        }
    }

    fn declared(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        KNOWN
            .into_iter()
            .find(|language| language.code() == Some(primary.as_str()))
            .unwrap_or(Other)
    }

    /// The primary subtag of BCP 47.
    pub(super) fn code(self) -> Option<&'static str> {
        match self {
            English => Some("en"),
            French => Some("fr"),
            Spanish => Some("es"),
            German => Some("de"),
            Portuguese => Some("pt"),
            Russian => Some("ru"),
            Arabic => Some("ar"),
            Chinese => Some("zh"),
            Other => None,
        }
    }
}
