//! The article's own text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::blocks::paragraphs;
use super::{clean, lines, page};

/// Longest piece of text, and longest text in all, in bytes, that the search looks at. It reads each text as often as it
/// is deep in the page; what an article may have is far below.
const LONGEST_PIECE: usize = 200_000;
const LONGEST: usize = 1_000_000;
/// Text shorter than this, in characters, makes the search try again with less strict rules.
const ENOUGH: usize = 200;

/// What is known of an article before its text is read.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) author: Option<&'a str>,
    pub(super) description: Option<&'a str>,
}

/// The paragraphs of the page's article, parted by empty lines. The document is used up.
pub(super) fn text(document: Document, known: Known<'_>) -> Option<String> {
    let lead = known.description.and_then(|description| lead(&document, description));
    prune(&document);
    let config = Config {
        max_elements_to_parse: page::MOST_ELEMENTS,
        disable_json_ld: true,
        char_threshold: ENOUGH,
        ..Config::default()
    };
    // A fault in the search for one page must not end the daemon: the page then has no text.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = Readability::with_document(document, None, Some(config)).ok()?;
        reader.parse().ok()?;
        let root = reader.doc.select_single("#readability-page-1");
        root.nodes().first().map(paragraphs)
    }));
    let mut own = lines::own(found.ok()??, known.title, known.author);
    if let Some(lead) = lead.filter(|lead| !own.is_empty() && !own.iter().any(|line| line.contains(lead.as_str()))) {
        own.insert(0, lead);
    }
    joined(own)
}

/// A text that the page gives as data (`articleBody`), in the same form.
pub(super) fn given(text: &str, known: Known<'_>) -> Option<String> {
    let text = clean::beginning(text, clean::TEXT * 2);
    let decoded = html_escape::decode_html_entities(text);
    let marked = ["</p>", "<br>", "<br/>", "<br />"]
        .iter()
        .fold(decoded.into_owned(), |text, tag| text.replace(tag, "\n"));
    let paragraphs = marked
        .lines()
        .map(clean::paragraph)
        .filter(|line| !line.is_empty())
        .collect();
    joined(lines::own(paragraphs, known.title, known.author))
}

/// The sentence under the heading that the page gives as its description, too, where it is shown; there it is whole.
fn lead(document: &Document, description: &str) -> Option<String> {
    let start = description.trim_end_matches(['…', '.', ' ', ',']);
    if start.chars().count() < 30 {
        return None;
    }
    let nodes = document.select("h2, h3, h4, p, div, span, strong");
    let mut shown = nodes.nodes().iter().filter(|node| !has_blocks(node));
    shown.find_map(|node| {
        let line = clean::paragraph(&node.text());
        (line.starts_with(start) && line.chars().count() <= 600).then_some(line)
    })
}

fn has_blocks(node: &NodeRef<'_>) -> bool {
    let is_block = |inner: NodeRef<'_>| {
        let name = inner.node_name().unwrap_or_default();
        matches!(
            name.as_ref(),
            "div" | "p" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "section" | "figure"
        )
    };
    node.descendants_it().any(is_block)
}

fn joined(lines: Vec<String>) -> Option<String> {
    let text = lines.join("\n\n");
    (!text.is_empty()).then(|| shortened(text))
}

/// At most [`clean::TEXT`] characters, ended with a paragraph where one ends near.
fn shortened(text: String) -> String {
    if text.chars().count() <= clean::TEXT {
        return text;
    }
    let cut = clean::beginning(&text, clean::TEXT);
    match cut.rfind("\n\n") {
        Some(at) if at > cut.len() / 2 => cut.get(..at).unwrap_or(cut).to_owned(),
        _ => clean::shortened(cut.to_owned() + " ", clean::TEXT),
    }
}

/// Takes out what is never the article's, before the search could mistake it.
fn prune(document: &Document) {
    document.select(NEVER).remove();
    limit(document);
    for node in document.select("[id], [class]").nodes() {
        let is_frame = node
            .node_name()
            .is_none_or(|name| matches!(name.as_ref(), "html" | "body" | "main" | "article"));
        if !is_frame && is_beside(node) && is_small(node) {
            node.remove_from_parent();
        }
    }
}

/// `noscript` without a picture asks for scripts; with one, it has what a script would show.
const NEVER: &str = "base, script, style, template, dialog, button, figcaption, nav, noscript:not(:has(img)), [role='navigation'], \
                     [role='dialog'], [role='alertdialog'], [role='contentinfo'], [role='search']";

/// Cuts text that is longer than any article's.
fn limit(document: &Document) {
    let texts: Vec<_> = document.root().descendants_it().filter(NodeRef::is_text).collect();
    let mut left = LONGEST;
    for node in texts {
        let text = node.text();
        let most = left.min(LONGEST_PIECE);
        if text.len() > most {
            node.insert_before(&node.tree.new_text(text.split_at(page::boundary(&text, most)).0));
            node.remove_from_parent();
        }
        left = left.saturating_sub(text.len().min(most));
    }
}

/// Whether an element's class or id says that it stands beside the article.
fn is_beside(node: &NodeRef<'_>) -> bool {
    const WORDS: &[&str] = &[
        "addtoany",
        "advert",
        "advertisement",
        "breadcrumb",
        "breadcrumbs",
        "caption",
        "comments",
        "consent",
        "cookie",
        "cookiebanner",
        "cookies",
        "credit",
        "credits",
        "didomi",
        "disqus",
        "form",
        "gate",
        "gdpr",
        "modal",
        "newsletter",
        "onetrust",
        "paywall",
        "popup",
        "promo",
        "pullquote",
        "related",
        "share",
        "sharedaddy",
        "sharing",
        "signup",
        "social",
        "subscribe",
        "subscription",
        "tags",
    ];
    let names = format!("{} {}", node.attr_or("id", ""), node.attr_or("class", "")).to_ascii_lowercase();
    names
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| WORDS.contains(&word))
}

/// Whether an element is too small to hold an article, whatever it is called. The count ends where that is sure.
fn is_small(node: &NodeRef<'_>) -> bool {
    let (mut all, mut long) = (0, 0);
    for inner in node.descendants_it() {
        if inner.has_name("h1") || inner.has_name("article") || inner.has_name("main") {
            return false;
        }
        if inner.is_text() {
            let text = inner.text();
            let length: usize = clean::beginning(&text, 10_000)
                .split_whitespace()
                .map(|word| word.chars().count() + 1)
                .sum();
            all += length;
            long += usize::from(length >= 200);
        }
        if all >= 2_000 || long > 1 {
            return false;
        }
    }
    true
}
