//! Words to avoid, and what to say instead.

use std::collections::HashMap;

use super::words::{Word, fold, is_apostrophe, is_hyphen, is_invisible, quoted, words};
use super::{Draft, Finding, Level, Rule, texts};

/// Words to avoid, and what to say instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Term {
    /// Every form of them: "addict", "addicts". Case does not count, and between the words of a phrase spaces, hyphens
    /// and a line break are one.
    pub avoid: Vec<String>,
    /// What to say instead, without a full stop.
    pub say: String,
    /// Why, in whole sentences.
    pub why: Option<String>,
    /// Who says so: a title and an address.
    pub source: Option<String>,
    /// The language in which the words are meant; `None`: in all.
    pub language: Option<String>,
    /// Phrases in which the words are right, such as names.
    pub unless: Vec<String>,
}

/// Whether there is a word in a text, so that it can be looked for.
#[must_use]
pub fn has_words(text: &str) -> bool {
    !words(text).is_empty()
}

/// What may stand between two words.
#[derive(PartialEq, Eq)]
enum Gap {
    /// Nothing, spaces, hyphens, one line break.
    Soft,
    /// An empty line, which ends what belongs together.
    Break,
    /// Something that counts, such as the slash in "HIV/AIDS".
    Marked(String),
}

impl Gap {
    fn of(between: &str) -> Gap {
        let marks = between
            .chars()
            .filter(|&c| !c.is_whitespace() && !is_hyphen(c) && !is_invisible(c));
        let marks: String = marks.map(|c| if is_apostrophe(c) { '\'' } else { c }).collect();
        if !marks.is_empty() {
            Gap::Marked(marks)
        } else if between.matches('\n').count() > 1 {
            Gap::Break
        } else {
            Gap::Soft
        }
    }
}

/// Words that are looked for.
struct Phrase {
    /// Folded; never empty.
    words: Vec<String>,
    /// What stands between each word and the next.
    gaps: Vec<Gap>,
}

impl Phrase {
    fn of(phrase: &str) -> Option<Phrase> {
        let words = words(phrase);
        let gaps = words
            .windows(2)
            .filter_map(|pair| gap(phrase, pair.first()?, pair.last()?));
        let phrase = Phrase {
            gaps: gaps.collect(),
            words: words.iter().map(|word| fold(word.text)).collect(),
        };
        (!phrase.words.is_empty()).then_some(phrase)
    }

    fn all(phrases: &[String]) -> Vec<Phrase> {
        phrases.iter().filter_map(|phrase| Phrase::of(phrase)).collect()
    }
}

fn gap(text: &str, left: &Word<'_>, right: &Word<'_>) -> Option<Gap> {
    text.get(left.end..right.start).map(Gap::of)
}

/// A text that is searched.
struct Text<'a> {
    text: &'a str,
    words: Vec<Word<'a>>,
    folded: Vec<String>,
    /// Where each word stands, by its folded form.
    places: HashMap<String, Vec<usize>>,
}

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Text<'a> {
        let words = words(text);
        let folded: Vec<String> = words.iter().map(|word| fold(word.text)).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, word) in folded.iter().enumerate() {
            places.entry(word.clone()).or_default().push(n);
        }
        Text {
            text,
            words,
            folded,
            places,
        }
    }

    /// Where the phrases stand, in UTF-8 bytes.
    fn find(&self, phrases: &[Phrase]) -> Vec<(usize, usize)> {
        let of_one = |phrase: &Phrase| -> Vec<(usize, usize)> {
            let starts = phrase.words.first().and_then(|first| self.places.get(first));
            let starts = starts.map(Vec::as_slice).unwrap_or_default();
            starts.iter().filter_map(|&n| self.place(phrase, n)).collect()
        };
        phrases.iter().flat_map(of_one).collect()
    }

    /// The place of the phrase, if it begins at the `n`th word.
    fn place(&self, phrase: &Phrase, n: usize) -> Option<(usize, usize)> {
        let end = n + phrase.words.len();
        let here = self.words.get(n..end)?;
        let same = self.folded.get(n..end)? == phrase.words.as_slice()
            && here
                .windows(2)
                .zip(&phrase.gaps)
                .all(|(pair, between)| matches!(pair, [left, right] if gap(self.text, left, right).as_ref() == Some(between)));
        same.then_some((here.first()?.start, here.last()?.end))
    }
}

/// One place where words of a term stand.
struct Hit {
    term: usize,
    text: usize,
    at: (usize, usize),
    /// Whether someone is quoted there.
    quotation: bool,
}

/// The words to avoid, one finding a term. A quotation is somebody's own words: there nothing is refused.
pub(super) fn check(draft: &Draft<'_>, terms: &[Term], level: Level) -> Vec<Finding> {
    let texts: Vec<(usize, Text<'_>)> = texts(draft).map(|(n, text)| (n, Text::new(text))).collect();
    let mut hits: Vec<Hit> = Vec::new();
    for (number, term) in terms.iter().enumerate() {
        if !speaks(term.language.as_deref(), draft.language) {
            continue;
        }
        let (forms, exceptions) = (Phrase::all(&term.avoid), Phrase::all(&term.unless));
        for (n, text) in &texts {
            let right = text.find(&exceptions);
            let found = text.find(&forms).into_iter();
            hits.extend(found.filter(|at| !within(*at, &right)).map(|at| Hit {
                term: number,
                text: *n,
                at,
                quotation: false,
            }));
        }
    }
    for (n, text) in &texts {
        let quotations = quotations(text.text);
        for hit in hits.iter_mut().filter(|hit| hit.text == *n) {
            hit.quotation = within(hit.at, &quotations);
        }
    }
    findings(&outermost(hits), draft, terms, level)
}

fn within(at: (usize, usize), ranges: &[(usize, usize)]) -> bool {
    ranges.iter().any(|&(start, end)| start <= at.0 && at.1 <= end)
}

/// Whether a term's language is the draft's. A draft without one could be in any.
fn speaks(term: Option<&str>, draft: Option<&str>) -> bool {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match (term, draft) {
        (Some(term), Some(draft)) => primary(term) == primary(draft),
        _ => true,
    }
}

/// The hits that lie in no longer one, in the order of the texts; of several at one place that of the first term.
fn outermost(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.text, hit.at.0, std::cmp::Reverse(hit.at.1), hit.term));
    let mut reached = (0, 0);
    hits.retain(|hit| {
        let inside = reached.0 == hit.text && hit.at.1 <= reached.1;
        if !inside {
            reached = (hit.text, hit.at.1);
        }
        !inside
    });
    hits
}

fn findings(hits: &[Hit], draft: &Draft<'_>, terms: &[Term], level: Level) -> Vec<Finding> {
    let mut groups: Vec<(&Term, Vec<&Hit>)> = Vec::new();
    let mut group_of: HashMap<usize, usize> = HashMap::new();
    for hit in hits {
        let Some(term) = terms.get(hit.term) else { continue };
        let number = *group_of.entry(hit.term).or_insert(groups.len());
        match groups.get_mut(number) {
            Some((_, group)) => group.push(hit),
            None => groups.push((term, vec![hit])),
        }
    }
    let findings = groups.iter();
    findings
        .filter_map(|(term, group)| finding(term, group, draft, level))
        .collect()
}

fn finding(term: &Term, hits: &[&Hit], draft: &Draft<'_>, level: Level) -> Option<Finding> {
    let own = hits.iter().find(|hit| !hit.quotation);
    let shown = own.or(hits.first())?;
    let better = term.say.trim().trim_end_matches('.');
    let message = format!("Instead of {}, say: {better}.", wordings(hits, draft));
    let hint = match (&term.why, own) {
        (why, Some(_)) => why.clone(),
        (Some(why), None) => Some(format!("{why} {QUOTED}")),
        (None, None) => Some(QUOTED.to_owned()),
    };
    Some(Finding {
        level: if own.is_some() { level } else { level.min(Level::Warn) },
        hint,
        source: term.source.clone(),
        ..Finding::new(Rule::Terms, message).at(shown.text, shown.at)
    })
}

const QUOTED: &str = "It is in quotation marks: where someone is quoted, it can stay.";

/// The words as they stand in the texts, each once.
fn wordings(hits: &[&Hit], draft: &Draft<'_>) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut list: Vec<String> = Vec::new();
    for hit in hits {
        let text = draft.texts.get(hit.text).copied().unwrap_or_default();
        let words = quoted(text.get(hit.at.0..hit.at.1).unwrap_or_default());
        let folded = fold(&words);
        if !seen.contains(&folded) {
            seen.push(folded);
            list.push(words);
        }
    }
    list.join(" and ")
}

/// Where someone is quoted: from mark to mark, within one paragraph.
fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut quotations = Vec::new();
    let mut open: Option<(usize, &[char])> = None;
    let mut chars = text.char_indices().peekable();
    let mut before = '\n';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match open {
            Some(_) if c == '\n' && next == Some('\n') => open = None,
            Some((start, closing)) if closing.contains(&c) => {
                // Between letters it is an apostrophe.
                if !(is_apostrophe(c) && next.is_some_and(char::is_alphanumeric)) {
                    quotations.push((start, at + c.len_utf8()));
                    open = None;
                }
            }
            Some(_) => {}
            None => open = closing(c, before).map(|closing| (at, closing)),
        }
        before = c;
    }
    quotations
}

/// What ends a quotation that begins with this mark.
fn closing(c: char, before: char) -> Option<&'static [char]> {
    match c {
        // After a digit it means inches.
        '"' if before.is_alphanumeric() => None,
        '"' => Some(&['"']),
        '“' => Some(&['”']),
        '„' => Some(&['“', '”']),
        '‘' => Some(&['’']),
        '«' => Some(&['»']),
        '»' => Some(&['«']),
        '‹' => Some(&['›']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}
