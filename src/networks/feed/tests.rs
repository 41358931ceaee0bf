use serde_json::{Value, json};

use super::render::{Entry, Site, render};
use super::*;
use crate::domain::compose::{Span, Target};
use crate::networks::Call;
use crate::networks::contract::{self, Script, answer};

mod sharing;

pub(crate) fn script() -> Script {
    let text = "Doctors call for change.\n\nRead the full article";
    let link = Span {
        start: 26,
        end: text.len(),
        target: Target::Link("https://idhdp.com/a".to_owned()),
    };
    Script {
        settings: &[("path", "public"), ("public_url", "https://idhdp.com/news/")],
        part: Composed {
            text: text.to_owned(),
            spans: vec![link],
            ..Script::plain().part
        },
        answers: |call: &Call, key| match call.request.method {
            Method::WriteFeed => answer(200, json!(null)),
            Method::ReadFeed => answer(200, json!({"ids": ["urn:uuid:other", key]})),
            _ => answer(500, json!(null)),
        },
        success_is_proof: true,
        ..Script::plain()
    }
}

fn site() -> Site {
    Site {
        title: "IDHDP news".to_owned(),
        website: Some("https://idhdp.com".to_owned()),
        language: "en".to_owned(),
        id: "urn:uuid:feed".to_owned(),
        public_url: None,
    }
}

fn entry(random: u128) -> Entry {
    serde_json::from_str(&script().freeze(&Adapter, random).body).unwrap()
}

fn files(site: &Site, entries: &[Entry]) -> [String; 3] {
    render(site, entries, contract::now()).map(|(_, bytes)| String::from_utf8(bytes).unwrap())
}

#[test]
fn the_entry_is_what_was_composed() {
    let entry = entry(7);
    assert_eq!(entry.published, contract::now());
    assert_eq!(
        entry.html,
        "<p>Doctors call for change.</p><p><a href=\"https://idhdp.com/a\" rel=\"noopener\">Read the full article</a></p>"
    );
    assert_eq!(
        (entry.url.as_deref(), entry.hashtags.as_slice()),
        (Some("https://idhdp.com/a"), &["health".to_owned()][..])
    );
}

#[test]
fn what_the_files_hold_is_out() {
    let script = script();
    let frozen = script.freeze(&Adapter, 7);
    let look = |body: Value| contract::find(&Adapter, &script, &frozen, |_| answer(200, body.clone())).0;
    let Ok(Found::Yes(receipt)) = look(json!({"ids": [frozen.key]})) else {
        panic!("not found")
    };
    assert_eq!(receipt.remote_id, frozen.key);
    assert_eq!(
        receipt.url,
        Some(format!(
            "https://idhdp.com/news/#post-{}",
            frozen.key.trim_start_matches("urn:uuid:")
        ))
    );
    assert_eq!(look(json!({"ids": []})), Ok(Found::Absent));
    assert!(matches!(look(json!({"ids": null})), Ok(Found::NoAnswer(_))));
}

#[test]
fn the_order_ends_with_the_proof() {
    let names = render(&site(), &[], contract::now()).map(|(name, _)| name);
    assert_eq!(names, ["index.html", "feed.atom", "feed.json"]);
    assert_eq!(files(&site(), &[entry(1)]), files(&site(), &[entry(1)]));
}

#[test]
fn json_feed() {
    let public = Site {
        public_url: Some("https://idhdp.com/news/".to_owned()),
        ..site()
    };
    let feed: Value = serde_json::from_str(&files(&public, &[entry(2), entry(1)])[2]).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], "https://idhdp.com/news/feed.json");
    let item = &feed["items"][0];
    assert_eq!(item["id"], entry(2).id);
    assert_eq!(item["external_url"], "https://idhdp.com/a");
    assert_eq!(
        item["url"],
        format!("https://idhdp.com/news/#{}", render::anchor(&entry(2).id))
    );
    assert_eq!(item["date_published"], contract::NOW);
    let plain: Value = serde_json::from_str(&files(&site(), &[entry(1)])[2]).unwrap();
    assert!(plain["items"][0].get("url").is_none() && plain.get("feed_url").is_none());
}

/// Walks the elements of a document without `script`, comments or CDATA, as these are made here; every start has its
/// end and the reverse. Gives the names.
fn elements(document: &str, void: &[&str]) -> Vec<String> {
    let (mut open, mut names): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for piece in document.split('<').skip(1) {
        let (tag, text) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("an open tag: {piece:.60}"));
        assert!(
            !text.contains('>') || open.last().is_some_and(|o| o == "style"),
            "a stray >: {text:.60}"
        );
        if tag.starts_with(['!', '?']) {
            continue;
        }
        if let Some(end) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(end), "in {piece:.60}");
            continue;
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.split([' ', '/']).next().unwrap_or_default().to_owned();
        if !tag.ends_with('/') && !void.contains(&name.as_str()) {
            open.push(name.clone());
        }
        names.push(name);
    }
    assert!(open.is_empty(), "{open:?}");
    names
}

const VOID: &[&str] = &["meta", "link", "br"];

#[test]
fn atom_has_what_rfc_4287_asks() {
    let untitled = Entry {
        title: None,
        text: format!("{}\nmore", "é".repeat(90)),
        url: None,
        ..entry(1)
    };
    let atom = &files(&site(), &[entry(2), untitled])[1];
    let names = elements(atom, &[]);
    let count = |name: &str| names.iter().filter(|n| *n == name).count();
    assert_eq!(
        (
            count("entry"),
            count("id"),
            count("title"),
            count("updated"),
            count("author")
        ),
        (2, 3, 3, 3, 1)
    );
    assert_eq!((count("content"), count("published"), count("category")), (2, 2, 2));
    assert!(atom.contains("<link rel=\"self\" type=\"application/atom+xml\" href=\"feed.atom\"/>"));
    assert!(atom.contains(&format!("<title>{}…</title>", "é".repeat(80))));
    assert!(atom.contains("<content type=\"html\">&lt;p&gt;Doctors call"));
    assert!(atom.contains(&format!("<updated>{}</updated>", contract::NOW)));
}

#[test]
fn the_page_can_be_read_by_all() {
    let page = &files(&site(), &[entry(2), entry(1)])[0];
    let names = elements(page, VOID);
    let count = |name: &str| names.iter().filter(|n| *n == name).count();
    assert_eq!(
        (
            count("h1"),
            count("article"),
            count("time"),
            count("main"),
            count("script"),
            count("img")
        ),
        (1, 2, 2, 1, 0, 0)
    );
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">"));
    assert!(page.contains("href=\"#posts\"") && page.contains("id=\"posts\""));
    assert!(page.contains("prefers-color-scheme:dark") && page.contains("name=\"viewport\""));
    for loads in ["src=", "@import", "url(", "rel=\"stylesheet\""] {
        assert!(!page.contains(loads), "{loads}");
    }
    let arabic = Site {
        language: "AR-eg".to_owned(),
        ..site()
    };
    assert!(files(&arabic, &[])[0].contains("<html lang=\"AR-eg\" dir=\"rtl\">"));
    assert!(elements(&files(&site(), &[])[0], VOID).iter().any(|n| n == "main"));
}

#[test]
fn a_usual_page_is_small() {
    let entries: Vec<Entry> = (0..50)
        .map(|no| Entry {
            html: format!("<p>{}</p>", "word ".repeat(80)),
            ..entry(no)
        })
        .collect();
    // More than half of it are the links to share it; see `sharing`.
    assert!(files(&site(), &entries)[0].len() < 120_000);
}

#[test]
fn hostile_words_stay_words() {
    let attack = "\"><script>alert('x')</script><![CDATA[&\u{0}\u{8}\u{1b}\u{fffe}\u{85}";
    let mut script = script();
    script.part = Composed {
        text: attack.to_owned(),
        spans: Vec::new(),
        ..script.part
    };
    let frozen: Entry = serde_json::from_str(&script.freeze(&Adapter, 3).body).unwrap();
    let words = || Some(attack.to_owned());
    let entry = Entry {
        title: words(),
        summary: words(),
        url: Some("javascript:alert(1)".to_owned()),
        language: words(),
        hashtags: vec![attack.to_owned()],
        ..frozen
    };
    let site = Site {
        title: attack.to_owned(),
        website: words(),
        language: attack.to_owned(),
        id: attack.to_owned(),
        public_url: words(),
    };
    let [page, atom, feed] = files(&site, &[entry]);
    let names = elements(&page, VOID).into_iter().chain(elements(&atom, &[]));
    assert!(names.into_iter().all(|name| name != "script"));
    for document in [&page, &atom] {
        assert!(!document.contains("javascript:") && !document.contains("<![CDATA["));
        assert!(
            document
                .chars()
                .all(|c| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}'))
        );
    }
    assert!(page.contains("<html lang=\"und\" dir=\"ltr\">"));
    assert!(serde_json::from_str::<Value>(&feed).is_ok());
}
