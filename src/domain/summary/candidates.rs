//! The sentences of an article and what is known of each.

use std::collections::HashMap;

use super::language::Language;
use super::phrases::{self, Phrases};
use super::quotes::{Quoting, quoting};
use super::words::Stemmer;
use super::{LONGEST_SENTENCE, MOST_BYTES, MOST_SENTENCES, Text, refusal, words};
use crate::domain::sentences;

/// Words by number, each with how often it occurs; in ascending order of the numbers.
pub(super) type Terms = Vec<(usize, f64)>;

/// How much of a description's vocabulary the article must use, so that it is about the article and not the site.
const DESCRIBED: f64 = 0.4;

/// The longest paragraph that is taken for a caption if it holds a credit or an address, in bytes.
const LONGEST_CREDIT: usize = 300;

pub(super) struct Article {
    pub(super) sentences: Vec<Sentence>,
    /// The words of the title and the description.
    pub(super) heading: Terms,
}

#[derive(Debug)]
pub(super) struct Sentence {
    /// With single spaces.
    pub(super) text: String,
    pub(super) terms: Terms,
    /// How many sentences of prose come before.
    pub(super) place: usize,
    /// Whether it ends as a sentence does; a heading or a caption does not.
    pub(super) is_prose: bool,
    /// Whether it can be part of a proposal.
    pub(super) is_eligible: bool,
    /// Whether it leans on the sentence before.
    pub(super) is_dangling: bool,
    /// Whether somebody speaks of himself or herself.
    pub(super) is_personal: bool,
    /// Whether most of it is quoted.
    pub(super) is_quoted: bool,
}

impl Article {
    pub(super) fn read(text: &Text<'_>) -> Self {
        let language = Language::of(text.language, text.body);
        let tag = language.code().or(text.language);
        let mut reader = Reader {
            phrases: phrases::of(language),
            stemmer: Stemmer::new(language),
            title: words::lowered(text.title.unwrap_or_default()).collect(),
            numbers: HashMap::new(),
        };
        let (mut sentences, mut place) = (Vec::new(), 0);
        'all: for paragraph in sentences::paragraphs(text.body) {
            let offset = paragraph.start;
            let paragraph = &text.body[paragraph];
            let mut quotes = quoting(paragraph);
            let is_credit = paragraph.len() <= LONGEST_CREDIT && refusal::is_marked(paragraph);
            for range in sentences::ranges(paragraph, tag) {
                if sentences.len() == MOST_SENTENCES || offset + range.end > MOST_BYTES {
                    break 'all;
                }
                let quoting = quotes.upto(range.end);
                let mut sentence = reader.sentence(&paragraph[range], quoting, place);
                let leans_on_nothing = sentence.is_dangling && sentences.is_empty();
                sentence.is_eligible &= !(is_credit || leans_on_nothing);
                place += usize::from(sentence.is_prose);
                sentences.push(sentence);
            }
        }
        let mut heading = reader.title_terms();
        if let Some(description) = text.description.filter(|text| text.len() <= LONGEST_SENTENCE) {
            let (body_terms, terms) = (reader.numbers.len(), reader.terms(&lowered(description)));
            if let Some(candidate) = reader.description(description, tag, body_terms, &sentences) {
                sentences.insert(0, candidate);
            }
            heading = merged(heading, terms);
        }
        Self { sentences, heading }
    }
}

struct Reader {
    phrases: &'static Phrases,
    stemmer: Stemmer,
    title: Vec<String>,
    /// The number of each stem.
    numbers: HashMap<String, usize>,
}

impl Reader {
    fn sentence(&mut self, raw: &str, quoting: Quoting, place: usize) -> Sentence {
        if raw.len() > LONGEST_SENTENCE {
            return Sentence::unread(place);
        }
        let text = spaced(raw);
        let words = lowered(&text);
        let is_prose = refusal::ends_as_prose(&text);
        let is_eligible = is_prose
            && !refusal::is_marked(&text)
            && !refusal::is_refused(&text, &words, quoting, self.phrases)
            && words != self.title;
        let clauses = if is_eligible {
            refusal::clauses(&text)
        } else {
            Vec::new()
        };
        Sentence {
            terms: if is_prose { self.terms(&words) } else { Terms::new() },
            is_dangling: refusal::is_dangling(&text, &clauses, self.phrases),
            is_personal: refusal::is_personal(&clauses, self.phrases),
            is_quoted: quoting.has_quote && 2 * quoting.words_outside < words::count(&words),
            text,
            place,
            is_prose,
            is_eligible,
        }
    }

    /// The description as a candidate, if it is made of whole sentences of its own and is about the article.
    fn description(&mut self, raw: &str, tag: Option<&str>, body_terms: usize, body: &[Sentence]) -> Option<Sentence> {
        let text = spaced(raw);
        let is_own = !body
            .iter()
            .any(|s| !s.text.is_empty() && (text.contains(&s.text) || s.text.contains(&text)));
        let mut quotes = quoting(&text);
        let is_sound = sentences::ranges(&text, tag).all(|range| {
            let sentence = self.sentence(&text[range.clone()], quotes.upto(range.end), 0);
            sentence.is_eligible && !(range.start == 0 && sentence.is_dangling)
        });
        let terms = self.terms(&lowered(&text));
        let known = terms.iter().filter(|(number, _)| *number < body_terms).count();
        let is_about = known as f64 >= DESCRIBED * terms.len() as f64;
        (is_own && is_sound && is_about && !terms.is_empty()).then_some(Sentence {
            text,
            terms,
            place: 0,
            is_prose: true,
            is_eligible: true,
            is_dangling: false,
            is_personal: false,
            is_quoted: false,
        })
    }

    fn title_terms(&mut self) -> Terms {
        let title = std::mem::take(&mut self.title);
        let terms = self.terms(&title);
        self.title = title;
        terms
    }

    fn terms(&mut self, words: &[String]) -> Terms {
        let mut numbers: Vec<usize> = Vec::new();
        for stem in words.iter().filter_map(|word| self.stemmer.stem(word)) {
            let next = self.numbers.len();
            numbers.push(match self.numbers.get(stem) {
                Some(number) => *number,
                None => *self.numbers.entry(stem.to_owned()).or_insert(next),
            });
        }
        counted(numbers)
    }
}

impl Sentence {
    /// What is too long to be looked at.
    fn unread(place: usize) -> Self {
        Self {
            text: String::new(),
            terms: Terms::new(),
            place,
            is_prose: false,
            is_eligible: false,
            is_dangling: false,
            is_personal: false,
            is_quoted: false,
        }
    }
}

fn counted(mut numbers: Vec<usize>) -> Terms {
    numbers.sort_unstable();
    let mut terms = Terms::new();
    for number in numbers {
        match terms.last_mut() {
            Some((last, count)) if *last == number => *count += 1.0,
            _ => terms.push((number, 1.0)),
        }
    }
    terms
}

fn merged(first: Terms, second: Terms) -> Terms {
    counted(first.into_iter().chain(second).map(|(number, _)| number).collect())
}

fn lowered(text: &str) -> Vec<String> {
    words::lowered(text).collect()
}

/// The text with single spaces for white space.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
