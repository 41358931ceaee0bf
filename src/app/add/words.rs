//! What a person says of a post, and what of it is bad.

use crate::app::Fault;
use crate::domain::post::{Planned, Post, Visibility};

/// What a person says of a post; checked by [`check`].
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub url: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub language: Option<String>,
    pub warning: Option<String>,
    pub visibility: Visibility,
    pub tags: Vec<String>,
    pub hashtags: Vec<String>,
    pub texts: Vec<(String, String)>,
    /// Whether a text that is too long goes on in further parts; `None`: not said.
    pub thread: Option<bool>,
    pub embargo: Option<Planned>,
    pub expires: Option<Planned>,
}

/// Checks what a person says of a post, before anything is written.
///
/// # Errors
/// [`Fault::Input`] with the option and what to write instead.
pub fn check(words: &Words) -> Result<(), Fault> {
    if let Some(url) = &words.url {
        check_url(url)?;
    }
    for (option, text, most) in [
        ("--title", &words.title, 1000),
        ("--summary", &words.summary, 100_000),
        ("--cw", &words.warning, 500),
    ] {
        let Some(text) = text else { continue };
        longest(option, text, most)?;
        if says_nothing(text) {
            return Err(Fault::input(option, "it is empty"));
        }
    }
    for (_, text) in &words.texts {
        longest("--text", text, 100_000)?;
        if says_nothing(text) {
            return Err(Fault::input("--text", "it is empty"));
        }
    }
    if let Some(language) = &words.language {
        let good = language.len() <= 35
            && language
                .split('-')
                .all(|s| (1..=8).contains(&s.len()) && s.chars().all(|c| c.is_ascii_alphanumeric()));
        if !good || !language.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(Fault::Input {
                option: "--lang",
                what: format!("{language:?} is no language tag"),
                hint: Some("Write it as en, fr or pt-BR.".to_owned()),
            });
        }
    }
    for (option, list) in [("--tag", &words.tags), ("--hashtag", &words.hashtags)] {
        if list.len() > 50 {
            return Err(Fault::input(option, "more than 50 were given"));
        }
        for item in list {
            longest(option, item, 100)?;
            if item.trim().is_empty() || item.contains(',') || item.chars().any(char::is_control) {
                return Err(Fault::input(
                    option,
                    format!("{item:?} is empty or has a comma; give the option once for each"),
                ));
            }
        }
    }
    times(words.embargo.as_ref(), words.expires.as_ref())
}

/// Checks an article's address.
///
/// # Errors
/// [`Fault::Input`] where it is none, or holds a password.
pub fn check_url(url: &str) -> Result<(), Fault> {
    let parsed = url::Url::parse(url).map_err(|_| bad_url(url))?;
    if !matches!(parsed.scheme(), "http" | "https")
        || parsed.host_str().is_none_or(str::is_empty)
        || url.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(bad_url(url));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Fault::Input {
            option: "URL",
            what: "the address holds a name or a password, which every reader would see".to_owned(),
            hint: Some("Give it without what stands before the @.".to_owned()),
        });
    }
    longest("URL", url, 2000)
}

/// Whether a post's embargo and expiry leave it any time at all.
///
/// # Errors
/// [`Fault::Input`] where they do not.
pub(in crate::app) fn check_times(post: &Post) -> Result<(), Fault> {
    times(post.embargo.as_ref(), post.expires.as_ref())
}

fn times(embargo: Option<&Planned>, expires: Option<&Planned>) -> Result<(), Fault> {
    if let (Some(embargo), Some(expires)) = (embargo, expires)
        && expires.at <= embargo.at
    {
        return Err(Fault::input(
            "--expires",
            "it is not after the embargo, so the post could never go",
        ));
    }
    Ok(())
}

/// Whether a reader would see nothing at all.
fn says_nothing(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
    })
}

fn bad_url(url: &str) -> Fault {
    let shown: String = url.chars().take(80).collect();
    Fault::Input {
        option: "URL",
        what: format!("{shown:?} is no web address"),
        hint: Some("Write it in full: https://example.org/article".to_owned()),
    }
}

fn longest(option: &'static str, text: &str, most: usize) -> Result<(), Fault> {
    let count = text.chars().count();
    if count > most {
        Err(Fault::input(
            option,
            format!("it has {count} characters; at most {most} are taken"),
        ))
    } else {
        Ok(())
    }
}

/// Words without what would command a terminal, or turn what stands beside them; `None` where nothing is left.
pub(in crate::app) fn cleaned(words: Option<&str>, clean: fn(&str) -> String) -> Option<String> {
    words.map(clean).filter(|words| !words.is_empty())
}

pub(in crate::app) fn tidy(tags: &[String]) -> Vec<String> {
    let mut list: Vec<String> = tags
        .iter()
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    list.retain(|tag| seen.insert(tag.clone()));
    list
}
