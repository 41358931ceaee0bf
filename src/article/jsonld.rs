//! What a page says of its article in JSON-LD: `@graph`, arrays, references by `@id`, and common faults.

use std::collections::HashMap;

use dom_query::Document;
use serde_json::{Map, Value};
use url::Url;

type Object = Map<String, Value>;

/// Most blocks, and most bytes of one block, that are looked at.
const MOST_BLOCKS: usize = 50;
const LARGEST: usize = 1_000_000;
/// Most objects of a page.
const MOST_OBJECTS: usize = 5_000;

/// The JSON-LD of a page.
pub(super) struct JsonLd {
    objects: Vec<Object>,
    /// By `@id`, those that say more than it.
    named: HashMap<String, usize>,
    article: Option<usize>,
    page: Option<usize>,
}

impl JsonLd {
    pub(super) fn of(document: &Document, url: &Url) -> Self {
        let mut objects = Vec::new();
        for node in document.select("script[type]").nodes().iter() {
            let kind = node.attr_or("type", "").to_ascii_lowercase();
            if objects.len() >= MOST_BLOCKS || kind.split(';').next().map(str::trim) != Some("application/ld+json") {
                continue;
            }
            objects.extend(parsed(&node.text()));
        }
        Self::new(objects, url)
    }

    fn new(blocks: Vec<Value>, url: &Url) -> Self {
        let objects = flat(blocks);
        let mut named = HashMap::new();
        for (at, object) in objects.iter().enumerate() {
            if let Some(Value::String(id)) = object.get("@id")
                && object.len() > 1
            {
                named.entry(id.clone()).or_insert(at);
            }
        }
        let best = |is: fn(&str) -> bool| {
            let mut fit = objects.iter().enumerate().filter(|(_, object)| types(object).any(is));
            let first = fit.clone().next();
            fit.find(|(_, object)| is_about(object, url))
                .or(first)
                .map(|(at, _)| at)
        };
        let (article, page) = (best(is_article), best(is_page));
        Self {
            objects,
            named,
            article,
            page,
        }
    }

    /// Whether the page says that it is an article.
    pub(super) fn has_article(&self) -> bool {
        self.article.is_some()
    }

    /// The first value of a member that `read` can use, of the article, else of the page that it is on.
    pub(super) fn get<T>(&self, member: &str, read: impl Fn(&Self, &Value) -> Option<T>) -> Option<T> {
        [self.article, self.page]
            .into_iter()
            .flatten()
            .filter_map(|at| self.objects.get(at)?.get(member))
            .find_map(|value| read(self, value))
    }

    /// A member of the article alone.
    pub(super) fn of_article<T>(&self, member: &str, read: impl Fn(&Self, &Value) -> Option<T>) -> Option<T> {
        let value = self.objects.get(self.article?)?.get(member)?;
        read(self, value)
    }

    /// A text, or the first of several.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Array(list) => list.iter().find_map(|value| self.text(value)),
            Value::Object(object) => object.get("@value").and_then(|value| self.text(value)),
            _ => None,
        }
    }

    /// The name of a person or organisation.
    pub(super) fn name(&self, value: &Value) -> Option<String> {
        self.names(value).into_iter().next()
    }

    /// The names of persons or organisations, at most ten.
    pub(super) fn names(&self, value: &Value) -> Vec<String> {
        match value {
            Value::String(_) => self.text(value).into_iter().collect(),
            Value::Array(list) => list.iter().take(10).filter_map(|value| self.name(value)).collect(),
            Value::Object(object) => {
                let name = self.full(object).get("name");
                name.and_then(|name| self.text(name)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The addresses of pictures.
    pub(super) fn addresses(&self, value: &Value) -> Vec<String> {
        match value {
            Value::Array(list) => list.iter().take(20).filter_map(|value| self.address(value)).collect(),
            _ => self.address(value).into_iter().collect(),
        }
    }

    fn address(&self, value: &Value) -> Option<String> {
        let value = match value {
            Value::Object(object) => {
                let object = self.full(object);
                ["contentUrl", "url", "@id"]
                    .iter()
                    .find_map(|member| object.get(*member))?
            }
            value => value,
        };
        self.text(value)
    }

    /// An object, or what its `@id` stands for where it is a reference.
    fn full<'a>(&'a self, object: &'a Object) -> &'a Object {
        match object.get("@id") {
            Some(Value::String(id)) if object.len() <= 2 && !object.contains_key("name") => self
                .named
                .get(id)
                .and_then(|&at| self.objects.get(at))
                .unwrap_or(object),
            _ => object,
        }
    }

    /// The publisher's name: of the article, else of the organisation or site that the page names.
    pub(super) fn publisher(&self) -> Option<String> {
        self.get("publisher", Self::name).or_else(|| {
            let is_publisher = |kind: &str| matches!(kind, "NewsMediaOrganization" | "WebSite" | "Organization");
            let own = self.objects.iter().find(|object| types(object).any(is_publisher))?;
            self.text(own.get("name")?)
        })
    }

    /// Whether it says that the article, or a part of it, is for subscribers.
    pub(super) fn is_paywalled(&self) -> bool {
        let locked = |object: &Object| match object.get("isAccessibleForFree") {
            Some(Value::Bool(free)) => !free,
            Some(Value::String(free)) => free.rsplit('/').next().is_some_and(|w| w.eq_ignore_ascii_case("false")),
            _ => false,
        };
        let parts = self.of_article("hasPart", |_, value| match value {
            Value::Array(list) => Some(list.iter().filter_map(Value::as_object).any(locked)),
            Value::Object(object) => Some(locked(object)),
            _ => None,
        });
        [self.article, self.page]
            .into_iter()
            .flatten()
            .filter_map(|at| self.objects.get(at))
            .any(locked)
            || parts == Some(true)
    }
}

/// A block as JSON. Frames of comments or CDATA, a last semicolon and raw line ends within strings are forgiven.
fn parsed(block: &str) -> Option<Value> {
    if block.len() > LARGEST {
        return None;
    }
    let mut text = block.trim();
    for (open, close) in [
        ("<!--", "-->"),
        ("//<![CDATA[", "//]]>"),
        ("/*<![CDATA[*/", "/*]]>*/"),
        ("<![CDATA[", "]]>"),
    ] {
        if let Some(inner) = text.strip_prefix(open) {
            text = inner.trim_end().strip_suffix(close).unwrap_or(inner).trim();
        }
    }
    let text = text.trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let even: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&even).ok()
    })
}

/// All objects that may describe this page: those of arrays, of `@graph`, and what the page is about. Lists of other
/// articles are left out.
fn flat(blocks: Vec<Value>) -> Vec<Object> {
    let mut objects = Vec::new();
    let mut open: Vec<Value> = blocks.into_iter().rev().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(list) => open.extend(list.into_iter().rev()),
            Value::Object(mut object) => {
                for member in ["mainEntityOfPage", "mainEntity", "@graph"] {
                    match object.get(member) {
                        Some(Value::Object(inner)) if inner.len() > 1 => open.push(Value::Object(inner.clone())),
                        Some(Value::Array(_)) => open.extend(object.remove(member)),
                        _ => {}
                    }
                }
                objects.push(object);
            }
            _ => {}
        }
        if objects.len() >= MOST_OBJECTS {
            break;
        }
    }
    objects
}

/// The types of an object, without the vocabulary's address.
fn types(object: &Object) -> impl Iterator<Item = &str> + Clone {
    let list = match object.get("@type") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter()
        .filter_map(Value::as_str)
        .map(|kind| kind.rsplit(['/', ':', '#']).next().unwrap_or(kind))
}

fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("BlogPosting") || matches!(kind, "Report" | "SocialMediaPosting")
}

fn is_page(kind: &str) -> bool {
    matches!(kind, "WebPage" | "ItemPage" | "VideoObject" | "AboutPage")
}

/// Whether an object says that it is about this address.
fn is_about(object: &Object, url: &Url) -> bool {
    let named = |value: &Value| match value {
        Value::String(address) => Some(address.clone()),
        Value::Object(inner) => inner.get("@id").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    ["mainEntityOfPage", "url", "@id"]
        .iter()
        .filter_map(|member| named(object.get(*member)?))
        .filter_map(|address| url.join(&address).ok())
        .any(|address| address.host_str() == url.host_str() && address.path() == url.path())
}
