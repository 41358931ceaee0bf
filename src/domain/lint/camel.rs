//! Hashtags in CamelCase: a screen reader takes "#DrugPolicy" for two words, and "#drugpolicy" for a riddle.

use std::collections::{HashMap, HashSet};

use super::words::{fold, hashtags, words};
use super::{Draft, Finding, Rule, texts};

/// From so many letters on a hashtag is most likely more than one word, in languages that part their words.
const LONG: usize = 10;
/// A hashtag longer than this is not taken apart, in bytes.
const LONGEST: usize = 100;
const SOURCE: &str = "Customer Communications Toolkit (Ireland), Social Media Guidance, https://universaldesign.ie/\
                      products-services/customer-communications-toolkit-for-services-to-the-public-a-universal-design-\
                      approach/digital-communication-/social-media-guidance/";
/// Languages that write several words as one: in them a long hashtag is no sign of more than one word.
const COMPOUNDING: [&str; 15] = [
    "de", "gsw", "lb", "nl", "af", "fy", "sv", "da", "nb", "nn", "no", "is", "fi", "et", "hu",
];
/// Long words of the field that are one word; a plural "s" is thought of.
const SINGLE: [&str; 87] = [
    "accessibility",
    "accountability",
    "amphetamine",
    "anaesthesia",
    "antidepressant",
    "antiretroviral",
    "bangladesh",
    "barbiturate",
    "benzodiazepine",
    "buprenorphine",
    "campaigning",
    "cannabinoid",
    "collaboration",
    "communication",
    "communities",
    "compassion",
    "conference",
    "consultation",
    "consumption",
    "coronavirus",
    "counselling",
    "criminalisation",
    "criminalise",
    "criminalization",
    "criminalize",
    "decriminalisation",
    "decriminalise",
    "decriminalization",
    "decriminalize",
    "depenalisation",
    "destigmatise",
    "destigmatize",
    "development",
    "disabilities",
    "discrimination",
    "educational",
    "environment",
    "epidemiology",
    "experience",
    "fundraising",
    "governance",
    "government",
    "hallucinogen",
    "healthcare",
    "homelessness",
    "imprisonment",
    "incarceration",
    "information",
    "international",
    "intersectionality",
    "intervention",
    "investigation",
    "legalisation",
    "legalization",
    "marginalisation",
    "marginalization",
    "medication",
    "methamphetamine",
    "naltrexone",
    "netherlands",
    "newsletter",
    "overincarceration",
    "palliative",
    "parliament",
    "partnership",
    "pharmacology",
    "philippines",
    "prescription",
    "prohibition",
    "psychedelic",
    "psychotherapy",
    "recommendation",
    "regulation",
    "rehabilitation",
    "reintegration",
    "resolution",
    "responsibility",
    "scholarship",
    "solidarity",
    "stigmatisation",
    "stigmatization",
    "switzerland",
    "transparency",
    "tuberculosis",
    "vaccination",
    "volunteering",
    "vulnerability",
];

/// One finding for each hashtag, those in the texts and those that are to be added.
pub(super) fn check(draft: &Draft<'_>) -> Vec<Finding> {
    let known = Known::of(draft);
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    let mut look = |body: &str, place: Option<(usize, (usize, usize))>| {
        if !seen.insert(fold(body)) {
            return;
        }
        let found = finding(body, &known, draft.language);
        findings.extend(found.map(|finding| match place {
            Some((text, at)) => finding.at(text, at),
            None => finding,
        }));
    };
    for (n, text) in texts(draft) {
        for hashtag in hashtags(text) {
            look(hashtag.body, Some((n, (hashtag.start, hashtag.end))));
        }
    }
    for hashtag in &draft.hashtags {
        look(hashtag.trim().trim_start_matches(['#', '＃']), None);
    }
    findings
}

fn finding(body: &str, known: &Known, language: Option<&str>) -> Option<Finding> {
    let stem = body.trim_end_matches(char::is_numeric);
    let letters = stem.chars().count();
    if !in_one_case(stem, letters) || known.written.contains_key(&fold(stem)) {
        return None;
    }
    let folded = fold(stem);
    let parts = known
        .side_by_side(&folded)
        .or_else(|| (letters >= LONG).then(|| known.apart(&folded)).flatten());
    let (message, hint) = match parts {
        Some(parts) => {
            let number = body.get(stem.len()..).unwrap_or_default();
            (format!("Write #{body} as #{}{number}.", parts.concat()), "")
        }
        None if letters >= LONG && is_latin(stem) && !compounds(language) && !is_single(&folded) => {
            let message = format!("If #{body} has more than one word, begin each with a capital.");
            (message, " If it is a single word, it is right as it is.")
        }
        None => return None,
    };
    let why = "A screen reader then reads the words one by one, as in #DrugPolicy.";
    Some(
        Finding::new(Rule::CamelCase, message)
            .hint(format!("{why}{hint}"))
            .source(SOURCE),
    )
}

/// Small letters only, perhaps after a first capital; or capitals only, if they are too many for an acronym.
fn in_one_case(stem: &str, letters: usize) -> bool {
    let cased = |c: char| c.is_lowercase() || c.is_uppercase();
    let small = stem.chars().skip(1).all(char::is_lowercase);
    let capital = letters >= LONG && stem.chars().all(char::is_uppercase);
    letters >= 4 && stem.chars().next().is_some_and(cased) && (small || capital)
}

fn is_latin(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_alphabetic() || matches!(c, 'À'..='ɏ' | '\u{1E00}'..='\u{1EFF}'))
}

fn compounds(language: Option<&str>) -> bool {
    let primary = language
        .and_then(|tag| tag.split(['-', '_']).next())
        .unwrap_or_default();
    COMPOUNDING.iter().any(|tag| tag.eq_ignore_ascii_case(primary))
}

fn is_single(folded: &str) -> bool {
    SINGLE.contains(&folded) || folded.strip_suffix('s').is_some_and(|one| SINGLE.contains(&one))
}

/// The words that the post itself has, folded and as they begin a hashtag's word.
struct Known {
    /// In the order in which they stand, a list for each text.
    rows: Vec<Vec<(String, String)>>,
    /// How a folded word is written, with the most capitals.
    written: HashMap<String, String>,
}

impl Known {
    fn of(draft: &Draft<'_>) -> Known {
        let texts = draft.title.iter().chain(&draft.summary).chain(&draft.tags);
        let rows: Vec<Vec<(String, String)>> = texts
            .map(|text| {
                let plain = words(text).into_iter().filter(|word| !word.tag);
                plain.map(|word| (fold(word.text), hump(word.text))).collect()
            })
            .collect();
        let mut written: HashMap<String, String> = HashMap::new();
        let capitals = |word: &str| word.chars().filter(|c| c.is_uppercase()).count();
        for (folded, word) in rows.iter().flatten() {
            let known = written.entry(folded.clone()).or_insert_with(|| word.clone());
            if capitals(word) > capitals(known) {
                known.clone_from(word);
            }
        }
        Known { rows, written }
    }

    /// The words that stand side by side in the post and make up the hashtag.
    fn side_by_side(&self, stem: &str) -> Option<Vec<String>> {
        let starts = self.rows.iter().flat_map(|row| (0..row.len()).map(move |n| (row, n)));
        starts.into_iter().find_map(|(row, n)| {
            let mut rest = stem;
            let mut parts = Vec::new();
            for (word, _) in row.get(n..)? {
                rest = rest.strip_prefix(word.as_str())?;
                parts.push(self.written.get(word)?.clone());
                if rest.is_empty() {
                    return (parts.len() > 1).then_some(parts);
                }
            }
            None
        })
    }

    /// The fewest words of the post, wherever they stand, that make up the hashtag.
    fn apart(&self, stem: &str) -> Option<Vec<String>> {
        if stem.len() > LONGEST {
            return None;
        }
        // For each place, the fewest words that reach it, and where the last of them begins.
        let mut reached: Vec<Option<(usize, usize)>> = vec![None; stem.len() + 1];
        *reached.first_mut()? = Some((0, 0));
        for start in 0..stem.len() {
            let Some((count, _)) = reached.get(start).copied().flatten() else {
                continue;
            };
            for end in start + 1..=stem.len() {
                let is_word = stem
                    .get(start..end)
                    .is_some_and(|word| word.len() > 1 && self.written.contains_key(word));
                let place = reached.get_mut(end).filter(|_| is_word);
                if let Some(place) = place.filter(|place| place.is_none_or(|(least, _)| count + 1 < least)) {
                    *place = Some((count + 1, start));
                }
            }
        }
        let mut parts = Vec::new();
        let mut end = stem.len();
        while end > 0 {
            let (_, start) = reached.get(end).copied().flatten()?;
            parts.push(self.written.get(stem.get(start..end)?)?.clone());
            end = start;
        }
        parts.reverse();
        (parts.len() > 1).then_some(parts)
    }
}

/// A word as it stands in a hashtag: with a capital; "HIV" as it is.
fn hump(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
