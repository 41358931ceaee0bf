mod camel;
mod draft;
mod properties;
mod shouting;
mod terms;

use super::*;

/// A draft that no rule has anything to say about.
fn draft(text: &str) -> Draft<'_> {
    Draft {
        texts: vec![text],
        language: Some("en"),
        ..Draft::default()
    }
}

fn term(avoid: &[&str], say: &str) -> Term {
    Term {
        avoid: avoid.iter().map(|&form| form.to_owned()).collect(),
        say: say.to_owned(),
        ..Term::default()
    }
}

/// The findings of one rule alone.
fn only(rule: Rule, draft: &Draft<'_>, terms: &[Term]) -> Vec<Finding> {
    check(draft, terms, &Levels::all(Level::Off).with(rule, Level::Block))
}

fn messages(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.message.as_str()).collect()
}

/// What a finding points at.
fn pointed<'t>(draft: &Draft<'t>, finding: &Finding) -> Option<&'t str> {
    let (start, end) = finding.at?;
    draft.texts[finding.text?].get(start..end)
}
