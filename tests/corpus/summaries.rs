//! Proposals beside the beginning of the article, both measured against reference summaries.

use std::collections::BTreeMap;
use std::fs;

use handbill::domain::sentences;
use handbill::domain::summary::{Text, propose};

use super::rouge::rouge_l;
use super::{Page, pages, proposal};

const LIMITS: [usize; 2] = [300, 450];

/// The sums for a language.
#[derive(Clone, Copy, Default)]
struct Sums {
    articles: f64,
    proposed: f64,
    lead: f64,
    whole_lead: f64,
    sentences: f64,
}

fn within(limit: usize) -> impl Fn(&str) -> bool {
    move |text| text.chars().count() <= limit
}

/// The first three sentences; what exceeds the limit is cut off behind a word.
fn lead(body: &str, language: &str, limit: usize) -> String {
    let three: Vec<&str> = sentences::ranges(body, Some(language))
        .take(3)
        .map(|range| &body[range])
        .collect();
    let three = three.join(" ");
    let ends = three
        .char_indices()
        .filter(|(_, c)| c.is_whitespace())
        .map(|(at, _)| at);
    let fits = within(limit);
    let end = ends.chain([three.len()]).take_while(|end| fits(&three[..*end])).last();
    // A script without spaces is cut between characters.
    end.map_or_else(|| three.chars().take(limit).collect(), |end| three[..end].to_owned())
}

/// As many of the first three sentences as fit whole.
fn whole_lead(body: &str, language: &str, limit: usize) -> String {
    let mut kept = String::new();
    for range in sentences::ranges(body, Some(language)).take(3) {
        let longer = format!("{kept} {}", &body[range]);
        if !within(limit)(longer.trim()) {
            break;
        }
        kept = longer.trim().to_owned();
    }
    kept
}

#[test]
fn proposals_are_no_worse_than_the_beginning_of_the_article() {
    let pages: Vec<Page> = pages()
        .into_iter()
        .filter(|page| page.said("reference").is_some())
        .collect();
    for limit in LIMITS {
        let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
        for page in &pages {
            let article = page.read().unwrap();
            let (body, reference) = (article.text.as_deref().unwrap(), page.said("reference").unwrap());
            let language = page.said("language").unwrap_or_default();
            let proposal = proposal(&article, limit);
            for key in [language, "total"] {
                let sums = sums.entry(key.to_owned()).or_default();
                sums.articles += 1.0;
                sums.proposed += rouge_l(&proposal, reference);
                sums.lead += rouge_l(&lead(body, language, limit), reference);
                sums.whole_lead += rouge_l(&whole_lead(body, language, limit), reference);
                sums.sentences += sentences::ranges(&proposal, Some(language)).count() as f64;
            }
        }
        for (language, s) in &sums {
            let n = s.articles;
            eprintln!(
                "{limit} {language:>5} {n:>3} articles: proposals {:.3}, lead-3 {:.3}, whole sentences of lead-3 {:.3}; {:.1} sentences",
                s.proposed / n,
                s.lead / n,
                s.whole_lead / n,
                s.sentences / n
            );
        }
        let total = sums["total"];
        assert!(total.proposed >= total.lead, "below lead-3 at {limit} characters");
    }
}

/// An article as a reader gets it, with its captions and calls at the end.
#[test]
fn the_shared_article_is_summarised_by_its_news() {
    let path = format!(
        "{}/../shared/reference/000_952848ce2dc6cd2f.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    let Ok(body) = fs::read_to_string(path) else {
        eprintln!("skipped: the shared article is not there");
        return;
    };
    for limit in [300, 450, 1000] {
        let text = Text {
            title: Some("China intensifies drug war"),
            description: None,
            body: &body,
            language: Some("en"),
        };
        let proposal = propose(&text, &within(limit)).unwrap();
        assert!(proposal.starts_with("Chinese officials have called for"), "{proposal}");
        for beside in ["Click", "tweet", "29 Mar", "_0", "join IDHDP"] {
            assert!(!proposal.contains(beside), "{proposal}");
        }
    }
}
