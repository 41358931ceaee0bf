//! The feed's three files, made whole from all entries: `index.html`, `feed.atom` (RFC 4287), `feed.json` (JSON Feed
//! 1.1). Pure: the same entries and time give the same bytes. The files are put into place in the order given here,
//! so that `feed.json` proves that the others are there too.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::page::page;
use crate::domain::picture::Fitted;
use super::xml::{allowed, escape, language, web_address};

/// What the feed as a whole says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    pub title: String,
    /// The organisation's.
    pub website: Option<String>,
    pub language: String,
    /// The feed's own id, the same for ever (`urn:uuid:…`).
    pub id: String,
    /// Where people read the page, if the folder is public.
    pub public_url: Option<String>,
}

/// One published part, as it is frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `urn:uuid:…`
    pub id: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub summary: Option<String>,
    /// The article.
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub text: String,
    /// The text with its links.
    #[serde(default)]
    pub html: String,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub hashtags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Fitted>,
    pub published: Timestamp,
}

/// The name of a picture's file, beside the feed's own; `None` where the hash is none.
#[must_use]
pub fn picture_file(picture: &Fitted) -> Option<String> {
    let good = picture.hash.len() == 64 && picture.hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ending = if picture.mime == "image/png" { "png" } else { "jpg" };
    good.then(|| format!("{PICTURES}/{}.{ending}", picture.hash))
}

/// The folder of the pictures.
pub const PICTURES: &str = "pictures";

impl Entry {
    /// The HTML without the characters that XML forbids.
    pub(super) fn safe_html(&self, site: &Site) -> String {
        let mut html: String = self.html.chars().filter(|c| allowed(*c)).collect();
        for picture in &self.pictures {
            let Some(file) = picture_file(picture) else { continue };
            let address = beside(site, &file).unwrap_or(file);
            html.push_str(&format!(
                "<p><img src=\"{}\" alt=\"{}\" width=\"{}\" height=\"{}\" loading=\"lazy\"></p>",
                escape(&address),
                escape(picture.alt.as_deref().unwrap_or_default()),
                picture.width,
                picture.height
            ));
        }
        html
    }

    /// A title for readers that need one: the post's, else how the text begins.
    pub(super) fn heading(&self) -> String {
        let given = self.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
        if let Some(title) = given {
            return title.to_owned();
        }
        let line = self.text.trim().lines().next().unwrap_or_default();
        let start: String = line.chars().take(80).collect();
        if start.len() < line.len() {
            format!("{start}…")
        } else if start.is_empty() {
            self.id.clone()
        } else {
            start
        }
    }
}

/// The name of an entry on the page, for `#…`.
#[must_use]
pub fn anchor(id: &str) -> String {
    let id = id.strip_prefix("urn:uuid:").unwrap_or(id);
    format!(
        "post-{}",
        id.chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect::<String>()
    )
}

/// The files, in the order in which they are to be put into place. `entries`: newest first; `updated`: when the
/// newest of them was written.
#[must_use]
pub fn render(site: &Site, entries: &[Entry], updated: Timestamp) -> [(&'static str, Vec<u8>); 3] {
    [
        ("index.html", page(site, entries).into_bytes()),
        ("feed.atom", atom(site, entries, updated).into_bytes()),
        ("feed.json", json(site, entries).into_bytes()),
    ]
}

/// A file of the feed, under its public address.
fn beside(site: &Site, file: &str) -> Option<String> {
    let page = web_address(site.public_url.as_deref()?)?;
    page.join(file).ok().map(String::from)
}

fn atom(site: &Site, entries: &[Entry], updated: Timestamp) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<id>{}</id>\n\
         <title>{}</title>\n<updated>{updated}</updated>\n",
        language(&site.language),
        escape(&site.id),
        escape(&site.title)
    );
    let own = beside(site, "feed.atom").unwrap_or_else(|| "feed.atom".to_owned());
    out.push_str(&format!(
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n",
        escape(&own)
    ));
    let website = site
        .website
        .as_deref()
        .and_then(web_address)
        .map(|url| escape(url.as_str()));
    if let Some(page) = site
        .public_url
        .as_deref()
        .and_then(web_address)
        .map(|url| escape(url.as_str()))
        .or_else(|| website.clone())
    {
        out.push_str(&format!(
            "<link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n"
        ));
    }
    let uri = website.map(|url| format!("<uri>{url}</uri>")).unwrap_or_default();
    out.push_str(&format!(
        "<author><name>{}</name>{uri}</author>\n<generator>Handbill</generator>\n",
        escape(&site.title)
    ));
    for entry in entries {
        atom_entry(&mut out, site, entry);
    }
    out.push_str("</feed>\n");
    out
}

fn atom_entry(out: &mut String, site: &Site, entry: &Entry) {
    let lang = language(entry.language.as_deref().unwrap_or(&site.language));
    out.push_str(&format!(
        "<entry xml:lang=\"{lang}\">\n<id>{}</id>\n<title>{}</title>\n<updated>{at}</updated>\n<published>{at}</published>\n",
        escape(&entry.id),
        escape(&entry.heading()),
        at = entry.published
    ));
    if let Some(url) = entry.url.as_deref().and_then(web_address) {
        out.push_str(&format!(
            "<link rel=\"alternate\" href=\"{}\"/>\n",
            escape(url.as_str())
        ));
    }
    for tag in tags(entry) {
        out.push_str(&format!("<category term=\"{}\"/>\n", escape(tag)));
    }
    if let Some(summary) = &entry.summary {
        out.push_str(&format!("<summary>{}</summary>\n", escape(summary)));
    }
    out.push_str(&format!(
        "<content type=\"html\">{}</content>\n</entry>\n",
        escape(&entry.safe_html(site))
    ));
}

fn tags(entry: &Entry) -> impl Iterator<Item = &str> {
    entry
        .hashtags
        .iter()
        .map(|tag| tag.trim().trim_start_matches('#'))
        .filter(|tag| !tag.is_empty())
}

fn json(site: &Site, entries: &[Entry]) -> String {
    let mut feed = Map::new();
    feed.insert("version".to_owned(), "https://jsonfeed.org/version/1.1".into());
    feed.insert("title".to_owned(), site.title.as_str().into());
    let home = site
        .public_url
        .as_deref()
        .or(site.website.as_deref())
        .and_then(web_address);
    put(&mut feed, "home_page_url", home.map(String::from));
    put(&mut feed, "feed_url", beside(site, "feed.json"));
    feed.insert("language".to_owned(), language(&site.language).into());
    let items = entries.iter().map(|entry| item(site, entry)).collect();
    feed.insert("items".to_owned(), Value::Array(items));
    format!("{:#}\n", Value::Object(feed))
}

fn item(site: &Site, entry: &Entry) -> Value {
    let mut item = Map::new();
    item.insert("id".to_owned(), entry.id.as_str().into());
    let page = site.public_url.as_deref().and_then(web_address).map(|mut page| {
        page.set_fragment(Some(&anchor(&entry.id)));
        String::from(page)
    });
    put(&mut item, "url", page);
    put(
        &mut item,
        "external_url",
        entry.url.as_deref().and_then(web_address).map(String::from),
    );
    put(&mut item, "title", entry.title.clone());
    put(&mut item, "summary", entry.summary.clone());
    item.insert("content_html".to_owned(), entry.safe_html(site).into());
    item.insert("content_text".to_owned(), entry.text.as_str().into());
    item.insert("date_published".to_owned(), entry.published.to_string().into());
    put(
        &mut item,
        "language",
        entry.language.as_deref().map(|tag| language(tag).to_owned()),
    );
    let tags: Vec<Value> = tags(entry).map(Value::from).collect();
    if !tags.is_empty() {
        item.insert("tags".to_owned(), Value::Array(tags));
    }
    Value::Object(item)
}

/// JSON Feed leaves out what is not there.
fn put(map: &mut Map<String, Value>, member: &str, value: Option<String>) {
    if let Some(value) = value {
        map.insert(member.to_owned(), value.into());
    }
}
