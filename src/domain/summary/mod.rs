//! A summary made of an article's own sentences.
//!
//! Sentences are ranked by LexRank (G. Erkan and D. R. Radev, *LexRank: Graph-based Lexical Centrality as Salience in
//! Text Summarization*, JAIR 22, 2004), together with their place in the article and the words that they share with
//! its title (H. P. Edmundson, *New Methods in Automatic Extracting*, JACM 16, 1969). Up to three are taken by maximal
//! marginal relevance (J. Carbonell and J. Goldstein, *The Use of MMR*, SIGIR 1998), so that each says something new.
//!
//! What cannot stand alone or is no prose is never taken (see `refusal`). Nothing is rewritten: people edit the
//! proposal, and what they edit is what the article says.
//!
//! The work is bounded: the first `MOST_SENTENCES` sentences within `MOST_BYTES` are read, and of these none over
//! `LONGEST_SENTENCE`.

mod candidates;
pub mod check;
mod language;
mod phrases;
mod quotes;
mod rank;
mod refusal;
mod stopwords;
#[cfg(test)]
mod tests;
mod words;

use candidates::{Article, Sentence};
use language::Language;
use rank::Ranked;

use crate::domain::sentences::{is_closing, is_unspaced_stop};

/// How many sentences a proposal has at most.
const MOST_CHOSEN: usize = 3;
/// How many sentences of an article are read.
const MOST_SENTENCES: usize = 400;
/// How much of an article is read, in bytes.
const MOST_BYTES: usize = 100_000;
/// The longest sentence that is considered, in bytes.
const LONGEST_SENTENCE: usize = 1000;
/// The share of a sentence's own worth in marginal relevance; the rest is what it repeats of those taken before.
const RELEVANCE: f64 = 0.7;
/// What a third sentence must be worth beside the best one; two that say it all are left alone.
const THIRD: f64 = 0.5;
/// From this similarity on a sentence only repeats another.
const SAME: f64 = 0.6;
/// And from this share of its words on that the other holds, by weight: a short one is not like a long one that says it
/// too.
const HELD: f64 = 0.5;

/// An article as it was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text<'a> {
    pub title: Option<&'a str>,
    /// What the page says of itself in its description; the beginning of the text that ends in "…" is of no use.
    pub description: Option<&'a str>,
    /// Paragraphs parted by empty lines.
    pub body: &'a str,
    /// A BCP-47 tag.
    pub language: Option<&'a str>,
}

/// Two or three sentences of the article (or one, if no more fit) in their order, joined by a space (by nothing behind
/// an ideographic stop); `None` if there is
/// none that fits and can stand alone. The same text always gives the same proposal.
pub fn propose(text: &Text<'_>, fits: &dyn Fn(&str) -> bool) -> Option<String> {
    let article = Article::read(text);
    let ranked = rank::rank(&article);
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < MOST_CHOSEN {
        match next(&article.sentences, &ranked, &chosen, fits) {
            Some(best) => chosen.push(best),
            None => break,
        }
    }
    (!chosen.is_empty()).then(|| joined(&article.sentences, &chosen))
}

/// Whether what a page says of itself is no news but a word to the reader: subscribe, read more, share this.
#[must_use]
pub fn is_notice(description: &str, language: Option<&str>) -> bool {
    let phrases = phrases::of(Language::of(language, description));
    let words: Vec<String> = words::lowered(description).collect();
    refusal::is_notice(&words, phrases)
}

/// The sentence of the highest marginal relevance that may be taken and fits beside those chosen.
fn next(sentences: &[Sentence], ranked: &[Ranked], chosen: &[usize], fits: &dyn Fn(&str) -> bool) -> Option<usize> {
    let worth = |at: &usize| ranked.get(*at).map_or(0.0, |ranked| ranked.worth);
    let floor = if chosen.len() < 2 {
        0.0
    } else {
        THIRD * chosen.iter().map(worth).fold(0.0, f64::max)
    };
    let mut open: Vec<(usize, f64)> = sentences
        .iter()
        .zip(ranked)
        .enumerate()
        .filter(|(at, (sentence, _))| may_be_taken(*at, sentence, chosen))
        .filter_map(|(at, (_, this))| {
            let others = || chosen.iter().filter_map(|other| ranked.get(*other));
            let repeated = others().map(|other| this.similarity(other)).fold(0.0, f64::max);
            let held = others()
                .map(|other| this.held_by(other).max(other.held_by(this)))
                .fold(0.0, f64::max);
            (repeated < SAME && held < HELD && this.worth >= floor)
                .then_some((at, RELEVANCE * this.worth - (1.0 - RELEVANCE) * repeated))
        })
        .collect();
    open.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    open.into_iter().map(|(at, _)| at).find(|at| {
        let tried: Vec<usize> = chosen.iter().copied().chain([*at]).collect();
        fits(&joined(sentences, &tried))
    })
}

/// Whether a sentence may be taken: one that leans on the sentence before it only together with that one.
fn may_be_taken(at: usize, sentence: &Sentence, chosen: &[usize]) -> bool {
    let leans_on_chosen = || at.checked_sub(1).is_some_and(|before| chosen.contains(&before));
    sentence.is_eligible && !chosen.contains(&at) && (!sentence.is_dangling || leans_on_chosen())
}

fn joined(sentences: &[Sentence], chosen: &[usize]) -> String {
    let mut order = chosen.to_vec();
    order.sort_unstable();
    let mut text = String::new();
    for sentence in order.into_iter().filter_map(|at| sentences.get(at)) {
        let is_unspaced = text.trim_end_matches(is_closing).ends_with(is_unspaced_stop);
        text.push_str(if text.is_empty() || is_unspaced { "" } else { " " });
        text.push_str(&sentence.text);
    }
    text
}
