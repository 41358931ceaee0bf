//! The corpus of saved pages: what the reader finds in each, and what is proposed for it. README.md says how the
//! expected values were chosen.

mod checked;
mod rouge;
mod summaries;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use handbill::article::{Article, Unreadable, check_content_type, read};
use handbill::domain::summary::{Text, propose};
use handbill::fetch::decode;
use serde_json::Value;
use url::Url;

/// A saved page with what is expected of it.
struct Page {
    name: String,
    bytes: Vec<u8>,
    expected: Value,
}

impl Page {
    fn said(&self, member: &str) -> Option<&str> {
        self.expected[member].as_str()
    }

    /// As the program reads it: by its content type, in its charset.
    fn read(&self) -> Result<Article, Unreadable> {
        let header = self.said("content_type");
        check_content_type(header)?;
        let (html, _) = decode(&self.bytes, header);
        read(&html, &Url::parse(self.said("url").unwrap()).unwrap())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn pages() -> Vec<Page> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder().join("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect();
    files.sort();
    assert!(files.len() >= 40, "the corpus is there");
    let page = |file: PathBuf| Page {
        name: file.file_stem().unwrap().to_string_lossy().into_owned(),
        bytes: fs::read(file.with_extension("html")).unwrap(),
        expected: serde_json::from_slice(&fs::read(&file).unwrap()).unwrap(),
    };
    files.into_iter().map(page).collect()
}

/// What would be proposed for an article, within so many characters.
fn proposal(article: &Article, limit: usize) -> String {
    let text = Text {
        title: article.title.as_deref(),
        description: article.description.as_deref(),
        body: article.text.as_deref().unwrap_or_default(),
        language: article.language.as_deref(),
    };
    propose(&text, &|proposed| proposed.chars().count() <= limit).unwrap_or_default()
}

/// White space as one space, soft hyphens gone.
fn plain(text: &str) -> String {
    let text = text.replace('\u{AD}', "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The expectations from which the reader differs on purpose, or as far as it goes.
const DIFFERS: &[(&str, &str, &str)] = &[
    ("58", "author", "its byline is in the visible text alone"),
    ("17", "author", "two names are joined by a comma, as JSON-LD lists them"),
    ("19", "title", "what looks like a tag is taken out of a title"),
    (
        "58",
        "error",
        "a page that is cut off before the article still gives its title",
    ),
];

#[test]
fn the_reader_finds_what_a_person_finds() {
    let mut wrong = String::new();
    for page in pages() {
        let number = &page.name[..2];
        let expected = |member: &str| page.said(member).map(str::to_owned);
        let mut tell = |member: &str, found: Option<String>| {
            let known = DIFFERS.iter().any(|(page, what, _)| *page == number && *what == member);
            if found != expected(member) && !known {
                let _ = writeln!(
                    wrong,
                    "{}: {member}: {found:?}, and expected is {:?}",
                    page.name,
                    expected(member)
                );
            }
        };
        match page.read() {
            Err(error) => {
                let kind = match error {
                    Unreadable::NotHtml { .. } => "not_html",
                    Unreadable::RobotCheck | Unreadable::ConsentPage | Unreadable::LoginWall => "consent",
                    _ => "broken",
                };
                tell("error", Some(kind.to_owned()));
            }
            Ok(article) => {
                tell("error", article.paywall.then(|| "paywall".to_owned()));
                tell("title", article.title.clone());
                tell("publisher", article.publisher.clone());
                tell("author", article.author.clone());
                let primary = |tag: &String| tag.split('-').next().unwrap_or_default().to_owned();
                tell("language", article.language.as_ref().map(primary));
                let image = page.expected["image"].get("url").and_then(Value::as_str);
                let found = article.image.as_ref().map(|image| image.url.as_str());
                if found != image {
                    let _ = writeln!(wrong, "{}: image: {found:?}, and expected is {image:?}", page.name);
                }
                text(&page, &article, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The text is the expected one (a page that is cut off may give the rest of its last paragraph), and nothing of the
/// page around it.
fn text(page: &Page, article: &Article, wrong: &mut String) {
    let found = plain(article.text.as_deref().unwrap_or_default());
    if let Some(expected) = page.said("text").map(plain) {
        let whole = if page.name.starts_with("11") {
            found.starts_with(&expected)
        } else {
            found == expected
        };
        if !whole {
            let _ = writeln!(wrong, "{}: text: {found:?}\n  and expected is {expected:?}", page.name);
        }
        for phrase in page.expected["text_must_not_contain"].as_array().into_iter().flatten() {
            let phrase = plain(phrase.as_str().unwrap());
            if found.contains(&phrase) {
                let _ = writeln!(wrong, "{}: the text holds {phrase:?} of the page around it", page.name);
            }
        }
    }
}

#[test]
fn addresses_lose_what_tells_who_followed_them() {
    for page in pages() {
        let Ok(article) = page.read() else { continue };
        assert!(
            !["utm_", "fbclid", "gclid", "mc_cid"]
                .iter()
                .any(|name| article.url.contains(name)),
            "{}: {}",
            page.name,
            article.url
        );
        assert!(
            page.said("url")
                .unwrap()
                .starts_with(article.url.split(['?', '#']).next().unwrap()),
            "{}",
            page.name
        );
    }
}

/// The proposals as they stand; `HANDBILL_BLESS=1` writes them anew.
#[test]
fn proposals_are_as_they_were() {
    let mut now = String::new();
    for page in pages() {
        if let Ok(article) = page.read() {
            let _ = writeln!(now, "{}\n  {}\n", page.name, plain(&proposal(&article, 300)));
        }
    }
    let file = folder().join("proposals.txt");
    if std::env::var_os("HANDBILL_BLESS").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let before = fs::read_to_string(&file).unwrap_or_default();
    for (old, new) in before.lines().zip(now.lines()) {
        assert_eq!(old, new, "HANDBILL_BLESS=1 writes {} anew", file.display());
    }
    assert_eq!(before.lines().count(), now.lines().count());
}
