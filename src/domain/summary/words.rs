//! Words (UAX #29) and their stems.
//!
//! Stemming is light: the endings of number, gender, case and the commonest verb forms are taken off, the longest first,
//! while four letters remain; derivations stay apart. J. Savoy, *Light Stemming Approaches for the French, Portuguese,
//! German and Hungarian Languages*, SAC 2006, found this as good for retrieval as full stemmers.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

use super::language::Language;
use super::stopwords;
use crate::domain::sentences::is_ideograph;

/// What must remain of a word, in characters.
const SHORTEST_STEM: usize = 4;

/// The words in small letters, with straight apostrophes.
pub(super) fn lowered(text: &str) -> impl Iterator<Item = String> {
    text.unicode_words().map(|word| word.to_lowercase().replace('’', "'"))
}

/// A word without what an apostrophe joins to it: `l'état` is `état`, `country's` is `country`.
pub(super) fn core(word: &str) -> &str {
    word.split('\'').rev().max_by_key(|part| part.len()).unwrap_or(word)
}

/// How many words these are; two characters of Chinese count for one.
pub(super) fn count(words: &[String]) -> usize {
    let characters = words.iter().filter(|word| word.starts_with(is_ideograph)).count();
    words.len() - characters / 2
}

/// Makes stems of the words that say something.
pub(super) struct Stemmer {
    stopwords: HashSet<&'static str>,
    endings: &'static [&'static str],
}

impl Stemmer {
    pub(super) fn new(language: Language) -> Self {
        Self {
            stopwords: stopwords::list(language).iter().copied().collect(),
            endings: endings(language),
        }
    }

    /// The stem of a word; `None` if it says little.
    pub(super) fn stem<'a>(&self, word: &'a str) -> Option<&'a str> {
        let word = core(word);
        let letters = word.chars().count();
        if self.stopwords.contains(word) || (letters < 2 && !word.starts_with(is_ideograph)) {
            return None;
        }
        let ends = |ending: &&str| word.ends_with(*ending) && letters >= SHORTEST_STEM + ending.chars().count();
        let ending = self.endings.iter().copied().find(ends).unwrap_or_default();
        word.strip_suffix(ending)
    }
}

/// The endings, longer ones first.
fn endings(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["ings", "ing", "ies", "ers", "es", "ed", "er", "ly", "s", "y", "e"],
        Language::French => &[
            "aient", "ement", "euses", "eaux", "euse", "ées", "ent", "ait", "ant", "eux", "ons", "aux", "ée", "és",
            "er", "es", "al", "é", "e", "s",
        ],
        Language::Spanish => &[
            "ándose", "iendo", "ieron", "ando", "aron", "adas", "ados", "idas", "idos", "aban", "ada", "ado", "ida",
            "ido", "aba", "es", "as", "os", "an", "en", "ar", "er", "ir", "a", "e", "o", "ó", "s",
        ],
        Language::Portuguese => &[
            "ando", "endo", "indo", "aram", "eram", "iram", "adas", "ados", "idas", "idos", "ada", "ado", "ida", "ido",
            "ava", "ais", "éis", "es", "as", "os", "am", "em", "ar", "er", "ir", "ou", "a", "e", "o", "s",
        ],
        Language::German => &[
            "ern", "sten", "est", "em", "en", "er", "es", "et", "te", "e", "n", "s", "t",
        ],
        Language::Russian => &[
            "иями", "ями", "ами", "ией", "иях", "иям", "ого", "его", "ому", "ему", "ыми", "ими", "ают", "яют", "ала",
            "али", "ило", "или", "ила", "ать", "ить", "ять", "еть", "ах", "ях", "ам", "ям", "ом", "ем", "ой", "ей",
            "ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ых", "их", "ов", "ев", "ую", "юю", "ия", "ью", "ет", "ут",
            "ют", "ит", "ат", "ят", "ал", "ил", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й",
        ],
        // The feminine and plural endings; the article comes off as a stop word would, if it stood alone.
        Language::Arabic => &["ات", "ون", "ين", "ان", "ها", "ية", "ة", "ه", "ي"],
        Language::Chinese | Language::Other => &[],
    }
}
