//! A website with a feed, and a page for each article.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::{Public, Reply, Request, Service};

/// An article in the feed.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    /// RFC 3339.
    pub(crate) date: String,
    /// The address of its picture.
    pub(crate) image: Option<String>,
}

impl Entry {
    /// The article of this number, from this instant.
    pub(crate) fn new(number: usize, date: &str) -> Self {
        Self {
            id: format!("tag:site.example,2026:{number}"),
            path: format!("/a/{number}?utm_source=feed"),
            title: format!("Article {number}"),
            summary: Some(format!("Doctors say something about matter {number}.")),
            date: date.to_owned(),
            image: None,
        }
    }
}

/// The website.
#[derive(Default)]
pub(crate) struct Site {
    /// Newest first, as feeds have them.
    pub(crate) entries: Vec<Entry>,
    pub(crate) pages: BTreeMap<String, String>,
    /// What is answered in place of the feed.
    pub(crate) instead: Option<Reply>,
    address: String,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Puts an article on top.
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.insert(0, entry);
    }

    fn feed(&self) -> String {
        let entries: String = self
            .entries
            .iter()
            .map(|entry| {
                let summary = entry
                    .summary
                    .as_ref()
                    .map_or(String::new(), |text| format!("<summary>{text}</summary>"));
                let image = entry.image.as_ref().map_or(String::new(), |image| {
                    format!("<link rel=\"enclosure\" type=\"image/jpeg\" href=\"{image}\"/>")
                });
                format!(
                    "<entry><id>{}</id><title>{}</title><link href=\"{}{}\"/>{image}<updated>{}</updated>{summary}</entry>\n",
                    entry.id, entry.title, self.address, entry.path, entry.date
                )
            })
            .collect();
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>The site</title><id>x</id>{entries}</feed>"
        )
    }
}

fn mark(body: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

impl Service for Site {
    fn is_post(&self, _request: &Request) -> bool {
        false
    }

    fn key(&self, _request: &Request) -> Option<String> {
        None
    }

    fn answer(&mut self, request: &Request) -> Reply {
        self.address = format!("http://{}", request.header("host").unwrap_or_default());
        if let Some(page) = self.pages.get(&request.path) {
            let reply = Reply::empty(200).header("content-type", "text/html; charset=utf-8");
            return Reply {
                body: page.clone(),
                ..reply
            };
        }
        match request.path.as_str() {
            "/feed" if self.instead.is_some() => self.instead.clone().expect("an answer"),
            "/feed" | "/new-feed" => {
                let body = self.feed();
                let etag = format!("\"{:x}\"", mark(&body));
                if request.header("if-none-match") == Some(etag.as_str()) {
                    return Reply::empty(304).header("etag", etag);
                }
                let reply = Reply::empty(200).header("content-type", "application/atom+xml");
                Reply { body, ..reply }.header("etag", etag)
            }
            _ => Reply::empty(404),
        }
    }

    fn public(&self) -> Vec<Public> {
        Vec::new()
    }
}
