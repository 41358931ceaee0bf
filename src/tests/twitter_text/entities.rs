//! What is linked, extracted and valid.

use saphyr::Yaml;

use super::suite::{self, Case, all, same};
use crate::domain::entities::Entity;
use crate::domain::entities::tests::{extract, validate};

fn shown(text: &str, found: &[Entity]) -> Vec<String> {
    found
        .iter()
        .map(|entity| text[entity.start..entity.end].to_owned())
        .collect()
}

/// Without the sign.
fn names(text: &str, found: &[Entity]) -> Vec<String> {
    shown(text, found)
        .iter()
        .map(|shown| shown.chars().skip(1).collect())
        .collect()
}

fn strings(yaml: &Yaml<'_>) -> Vec<String> {
    yaml.as_vec()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// Places are given in characters.
fn placed(case: &Case, key: &str, found: &[Entity]) -> Result<(), String> {
    let text = case.text();
    let place = |at: usize| i64::try_from(text[..at].chars().count()).unwrap();
    let strip = |shown: String| {
        if key == "url" {
            shown
        } else {
            shown.chars().skip(1).collect()
        }
    };
    let found: Vec<(String, i64, i64)> = found
        .iter()
        .map(|e| (strip(text[e.start..e.end].to_owned()), place(e.start), place(e.end)))
        .collect();
    let expected: Vec<(String, i64, i64)> = case
        .expected()
        .as_vec()
        .unwrap()
        .iter()
        .map(|item| {
            let index = |n: usize| item["indices"][n].as_integer().unwrap();
            let list = item
                .as_mapping_get("list_slug")
                .and_then(Yaml::as_str)
                .unwrap_or_default();
            (format!("{}{list}", item[key].as_str().unwrap()), index(0), index(1))
        })
        .collect();
    same(&found, &expected)
}

#[test]
fn extracted() {
    let texts = |name, count, find: &dyn Fn(&str) -> Vec<String>| {
        all(("extract", name), count, |case| {
            same(&find(case.text()), &strings(case.expected()))
        });
    };
    texts("mentions", 23, &|text| names(text, &extract::mentions(text)));
    texts("urls", 91, &|text| shown(text, &extract::urls(text)));
    texts("tco_urls_with_params", 5, &|text| shown(text, &extract::urls(text)));
    texts("hashtags", 65, &|text| names(text, &extract::hashtags(text)));
    texts("hashtags_from_astral", 3, &|text| names(text, &extract::hashtags(text)));
    texts("cashtags", 8, &|text| names(text, &extract::cashtags(text)));
    let places = |name, count, key, find: &dyn Fn(&str) -> Vec<Entity>| {
        all(("extract", name), count, |case| placed(case, key, &find(case.text())));
    };
    places("mentions_with_indices", 3, "screen_name", &extract::mentions);
    places(
        "mentions_or_lists_with_indices",
        5,
        "screen_name",
        &extract::mentions_or_lists,
    );
    places("urls_with_indices", 10, "url", &extract::urls);
    places("urls_with_directional_markers", 2, "url", &extract::urls);
    places("hashtags_with_indices", 8, "hashtag", &extract::hashtags);
    places("cashtags_with_indices", 2, "cashtag", &extract::cashtags);
    all(("extract", "replies"), 13, |case| {
        same(&extract::reply(case.text()), &case.expected().as_str())
    });
}

#[test]
fn validated() {
    let valid = |name, count, is_valid: &dyn Fn(&str) -> bool| {
        all(("validate", name), count, |case| {
            same(&Some(is_valid(case.text())), &case.expected().as_bool())
        });
    };
    valid("usernames", 4, &validate::username);
    valid("lists", 5, &validate::list);
    valid("hashtags", 7, &validate::hashtag);
    valid("urls", 24, &|text| validate::url(text, true));
    valid("urls_without_protocol", 5, &|text| validate::url(text, false));
}

/// What is linked: the text of every anchor, the sign before it included.
fn linked(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((before, anchor)) = rest.split_once("<a ") {
        let (head, tail) = anchor.split_once('>').unwrap();
        let (label, after) = tail.split_once("</a>").unwrap();
        let sign = if head.contains("tweet-url username") || head.contains("list-slug") {
            before.chars().next_back().map(String::from).unwrap_or_default()
        } else {
            String::new()
        };
        found.push(sign + &plain(label));
        rest = after;
    }
    found
}

fn plain(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn autolinked() {
    let links = |name, count, find: &dyn Fn(&str) -> Vec<Entity>| {
        all(("autolink", name), count, |case| {
            let expected = linked(case.expected().as_str().unwrap());
            same(&shown(case.text(), &find(case.text())), &expected)
        });
    };
    links("usernames", 19, &extract::mentions_or_lists);
    links("lists", 12, &extract::mentions_or_lists);
    links("hashtags", 70, &extract::hashtags);
    links("urls", 78, &extract::urls_with_protocol);
    links("cashtags", 2, &extract::cashtags);
    links("all", 10, &extract::entities_with_protocol);
}

/// Names that the root gave up since the suite was made; the suite still has them.
#[test]
fn top_level_domains() {
    let (mut known, mut unknown) = (0, Vec::new());
    for group in ["country", "generic"] {
        let Some(cases) = suite::group("tlds", group) else {
            return;
        };
        for case in cases {
            if shown(case.text(), &extract::urls(case.text())) == strings(case.expected()) {
                known += 1;
            } else {
                unknown.push(case.text().rsplit('.').next().unwrap().to_owned());
            }
        }
    }
    println!(
        "tlds: {known} of {}; not in the root: {unknown:?}",
        known + unknown.len()
    );
    assert!(
        unknown
            .iter()
            .all(|name| !::tld::exist_case_insensitive(name) && name.len() > 2),
        "{unknown:?}"
    );
    assert!(known > 1400);
}
