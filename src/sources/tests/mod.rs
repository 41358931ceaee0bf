mod dates;
mod formats;
mod hostile;
mod ids;
mod properties;
mod texts;

use url::Url;

use super::*;

const AT: &str = "https://example.org/blog/feed.xml";

fn at() -> Url {
    AT.parse().expect("an address")
}

fn fed(text: &str) -> Feed {
    read(text.as_bytes(), None, &at()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn refused(text: &str) -> Unreadable {
    read(text.as_bytes(), None, &at()).expect_err("must be refused")
}

/// A feed of RSS 2.0 with these items.
fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

/// The one item of a feed of RSS 2.0.
fn one(content: &str) -> Item {
    let feed = fed(&rss(&format!("<item>{content}</item>")));
    let [item] = feed.items.as_slice() else {
        panic!("{} items in {content}", feed.items.len())
    };
    item.clone()
}

fn when(text: &str) -> Option<jiff::Timestamp> {
    Some(text.parse().expect("an instant"))
}
