//! What a sentence is worth: its centrality, its place, and the words that it shares with the heading.

use std::collections::BTreeMap;

use super::candidates::{Article, Sentence, Terms};

/// The shares of centrality, place and heading in the worth.
const CENTRALITY: f64 = 0.3;
const PLACE: f64 = 0.4;
const HEADING: f64 = 0.3;

/// How fast the worth of a place fades.
const FADING: f64 = 0.5;
/// With this many different telling words a sentence has its full worth.
const ENOUGH_WORDS: f64 = 8.0;
/// What remains of the worth of a sentence in the first person, or of a quotation.
const VOICE: f64 = 0.5;

/// Sentences that are less alike are not linked (LexRank's threshold).
const LINKED: f64 = 0.1;
const DAMPING: f64 = 0.85;
const MOST_ROUNDS: usize = 30;
const STEADY: f64 = 1e-4;

pub(super) struct Ranked {
    /// From 0 to 1.
    pub(super) worth: f64,
    /// The weights of its words, of length 1.
    vector: Terms,
}

impl Ranked {
    /// How alike two sentences are, from 0 to 1: the cosine of their words' weights.
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        dot(&self.vector, &other.vector)
    }

    /// How much of its words, by weight, another sentence holds, from 0 to 1.
    pub(super) fn held_by(&self, other: &Self) -> f64 {
        let all: f64 = self.vector.iter().map(|(_, value)| value).sum();
        let has = |number: &usize| other.vector.binary_search_by_key(number, |(number, _)| *number).is_ok();
        let held: f64 = self
            .vector
            .iter()
            .filter(|(number, _)| has(number))
            .map(|(_, value)| value)
            .sum();
        if all > 0.0 { held / all } else { 0.0 }
    }
}

/// The worth of each sentence.
pub(super) fn rank(article: &Article) -> Vec<Ranked> {
    let weights = weights(article);
    let vectors: Vec<Terms> = article.sentences.iter().map(|s| unit(&s.terms, &weights)).collect();
    let centrality = centrality(&vectors);
    article
        .sentences
        .iter()
        .zip(vectors)
        .zip(centrality)
        .map(|((sentence, vector), central)| Ranked {
            worth: substance(sentence)
                * (CENTRALITY * central + PLACE * place(sentence) + HEADING * shared(article, sentence, &weights)),
            vector,
        })
        .collect()
}

/// The weight of each word: the rarer among the sentences, the higher (inverse sentence frequency).
fn weights(article: &Article) -> Vec<f64> {
    let mut counts: Vec<f64> = Vec::new();
    let sentences = article.sentences.iter().map(|s| &s.terms);
    for (number, _) in sentences.chain([&article.heading]).flatten() {
        if counts.len() <= *number {
            counts.resize(number + 1, 0.0);
        }
        if let Some(count) = counts.get_mut(*number) {
            *count += 1.0;
        }
    }
    let total = article.sentences.len() as f64 + 1.0;
    counts
        .into_iter()
        .map(|count| (1.0 + total / f64::max(count, 1.0)).ln())
        .collect()
}

fn weight(weights: &[f64], number: usize) -> f64 {
    weights.get(number).copied().unwrap_or_default()
}

/// The words' counts by their weights, scaled to the length 1.
fn unit(terms: &Terms, weights: &[f64]) -> Terms {
    let weighed = || {
        terms
            .iter()
            .map(|(number, count)| (*number, count * weight(weights, *number)))
    };
    let length = weighed().map(|(_, value)| value * value).sum::<f64>().sqrt();
    weighed().map(|(number, value)| (number, value / length)).collect()
}

fn dot(a: &Terms, b: &Terms) -> f64 {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut sum = 0.0;
    while let (Some((x, p)), Some((y, q))) = (a.peek(), b.peek()) {
        let order = x.cmp(y);
        if order.is_eq() {
            sum += p * q;
        }
        if order.is_le() {
            a.next();
        }
        if order.is_ge() {
            b.next();
        }
    }
    sum
}

/// LexRank: how likely one is to be at each sentence after a long walk from sentence to sentence along their
/// similarities; the most central one has 1.
fn centrality(vectors: &[Terms]) -> Vec<f64> {
    let links = links(vectors);
    let count = vectors.len().max(1) as f64;
    let mut scores = vec![1.0 / count; vectors.len()];
    for _ in 0..MOST_ROUNDS {
        let mut next = vec![(1.0 - DAMPING) / count; vectors.len()];
        for (score, links) in scores.iter().zip(&links) {
            for (to, share) in links {
                if let Some(sum) = next.get_mut(*to) {
                    *sum += DAMPING * score * share;
                }
            }
        }
        let moved: f64 = next.iter().zip(&scores).map(|(a, b)| (a - b).abs()).sum();
        scores = next;
        if moved < STEADY {
            break;
        }
    }
    let most = scores.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    scores.into_iter().map(|score| score / most).collect()
}

/// The sentences that each is linked to, with the shares of their similarities. None is linked to itself, so that what
/// has nothing to do with the rest gets nothing.
fn links(vectors: &[Terms]) -> Vec<Terms> {
    let mut links: Vec<Terms> = vec![Terms::new(); vectors.len()];
    // For each word the sentences before that hold it: only what shares words is compared.
    let mut holders: BTreeMap<usize, Terms> = BTreeMap::new();
    for (at, vector) in vectors.iter().enumerate() {
        let mut alike = vec![0.0; at];
        for (number, value) in vector {
            let holders = holders.entry(*number).or_default();
            for (other, held) in holders.iter() {
                if let Some(sum) = alike.get_mut(*other) {
                    *sum += value * held;
                }
            }
            holders.push((at, *value));
        }
        for (other, alike) in alike.into_iter().enumerate().filter(|(_, alike)| *alike >= LINKED) {
            for (from, to) in [(at, other), (other, at)] {
                if let Some(links) = links.get_mut(from) {
                    links.push((to, alike));
                }
            }
        }
    }
    for links in &mut links {
        let sum: f64 = links.iter().map(|(_, alike)| alike).sum();
        links.iter_mut().for_each(|(_, alike)| *alike /= sum);
    }
    links
}

/// The first sentence has 1, later ones less and less.
fn place(sentence: &Sentence) -> f64 {
    (1.0 + sentence.place as f64).powf(-FADING)
}

/// The share of its worth that a sentence keeps: few telling words tell little, and a voice is not the matter itself.
fn substance(sentence: &Sentence) -> f64 {
    let told = f64::min(sentence.terms.len() as f64 / ENOUGH_WORDS, 1.0);
    told * if sentence.is_personal || sentence.is_quoted {
        VOICE
    } else {
        1.0
    }
}

/// How much of the heading's words, by weight, a sentence holds.
fn shared(article: &Article, sentence: &Sentence, weights: &[f64]) -> f64 {
    let has = |number: &usize| {
        sentence
            .terms
            .binary_search_by_key(number, |(number, _)| *number)
            .is_ok()
    };
    let sum = |numbers: &mut dyn Iterator<Item = usize>| numbers.map(|number| weight(weights, number)).sum::<f64>();
    let all = sum(&mut article.heading.iter().map(|(number, _)| *number));
    let held = sum(&mut article.heading.iter().map(|(number, _)| *number).filter(has));
    if all > 0.0 { held / all } else { 0.0 }
}
