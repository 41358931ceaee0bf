//! The record of a Bluesky post (`app.bsky.feed.post`): how it is made from a composed part, and how it is completed
//! with what only the server knows (who a handle is, what a reply answers).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::pictures::Blob;
use crate::domain::compose::{Part as Composed, Target};
use crate::domain::picture::{Fitted, Shown};

pub(super) const COLLECTION: &str = "app.bsky.feed.post";
const LINK: &str = "app.bsky.richtext.facet#link";
const TAG: &str = "app.bsky.richtext.facet#tag";
const MENTION: &str = "app.bsky.richtext.facet#mention";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(rename = "$type")]
    kind: String,
    pub(super) text: String,
    #[serde(rename = "createdAt")]
    pub(super) created_at: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    langs: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    facets: Vec<Facet>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    embed: Option<Embed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<Reply>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Facet {
    index: Index,
    features: Vec<Feature>,
}

/// UTF-8 bytes of the text: start inclusive, end exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    byte_start: usize,
    byte_end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Feature {
    #[serde(rename = "$type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    /// In frozen bytes still the handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    did: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Embed {
    #[serde(rename = "$type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external: Option<External>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    images: Vec<Image>,
}

/// A picture of `app.bsky.embed.images`; the alt text must be there, and may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    image: Blob,
    alt: String,
    aspect_ratio: Ratio,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ratio {
    width: u32,
    height: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct External {
    uri: String,
    title: String,
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thumb: Option<Blob>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reply {
    pub(super) root: Reference,
    pub(super) parent: Reference,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reference {
    pub(super) uri: String,
    pub(super) cid: String,
}

impl Record {
    /// The record of a part, with handles where the mentions' DIDs belong.
    pub(super) fn new(part: &Composed, shown: &Shown, language: Option<&str>, now: Timestamp) -> Self {
        let embed = pictures(shown).or_else(|| card(part, shown));
        let langs = language
            .into_iter()
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect();
        Self {
            kind: COLLECTION.to_owned(),
            text: part.text.clone(),
            created_at: now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            langs,
            facets: facets(part),
            embed,
            reply: None,
        }
    }

    /// The pictures that it names.
    pub(super) fn blobs(&self) -> Vec<Blob> {
        let embed = self.embed.iter();
        embed
            .flat_map(|embed| {
                let thumb = embed.external.iter().filter_map(|external| external.thumb.clone());
                embed.images.iter().map(|image| image.image.clone()).chain(thumb)
            })
            .collect()
    }

    /// The handles that are mentioned, each once, in order.
    pub(super) fn handles(&self) -> Vec<String> {
        let mut handles: Vec<String> = Vec::new();
        for handle in self
            .facets
            .iter()
            .flat_map(|f| &f.features)
            .filter(|f| f.kind == MENTION)
            .filter_map(|f| f.did.clone())
        {
            if !handles.contains(&handle) {
                handles.push(handle);
            }
        }
        handles
    }

    /// Puts the DID for a handle; without one the mention becomes plain text.
    pub(super) fn mention(&mut self, handle: &str, did: Option<&str>) {
        for feature in self.facets.iter_mut().flat_map(|f| &mut f.features) {
            if feature.kind == MENTION && feature.did.as_deref() == Some(handle) {
                feature.did = did.map(str::to_owned);
            }
        }
        for facet in &mut self.facets {
            facet.features.retain(|f| f.kind != MENTION || f.did.is_some());
        }
        self.facets.retain(|f| !f.features.is_empty());
    }
}

/// Pictures and a link card exclude each other.
fn pictures(shown: &Shown) -> Option<Embed> {
    let image = |picture: &Fitted| {
        Some(Image {
            image: Blob::of(picture)?,
            alt: picture.alt.clone().unwrap_or_default(),
            aspect_ratio: Ratio {
                width: picture.width,
                height: picture.height,
            },
        })
    };
    let images: Vec<Image> = shown.pictures.iter().filter_map(image).collect();
    (!images.is_empty()).then(|| Embed {
        kind: "app.bsky.embed.images".to_owned(),
        external: None,
        images,
    })
}

fn card(part: &Composed, shown: &Shown) -> Option<Embed> {
    let card = part.card.as_ref().filter(|card| is_web(&card.url))?;
    Some(Embed {
        kind: "app.bsky.embed.external".to_owned(),
        external: Some(External {
            uri: card.url.clone(),
            title: card.title.clone(),
            description: card.description.clone(),
            thumb: shown.thumb.as_ref().and_then(Blob::of),
        }),
        images: Vec::new(),
    })
}

/// Every address that a record links to, whoever wrote it.
pub(super) fn links(record: &serde_json::Value) -> Vec<String> {
    let facets = record["facets"].as_array().into_iter().flatten();
    let features = facets.flat_map(|facet| facet["features"].as_array().into_iter().flatten());
    let in_text = features.filter_map(|feature| feature["uri"].as_str());
    in_text
        .chain(record["embed"]["external"]["uri"].as_str())
        .map(str::to_owned)
        .collect()
}

/// The server does not check the offsets, so what would point beside the text is left out here.
fn facets(part: &Composed) -> Vec<Facet> {
    let mut spans: Vec<_> = part.spans.iter().collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let (mut list, mut free_from) = (Vec::new(), 0);
    for span in spans {
        if span.start < free_from || part.text.get(span.start..span.end).is_none_or(str::is_empty) {
            continue;
        }
        let empty = Feature {
            kind: String::new(),
            uri: None,
            tag: None,
            did: None,
        };
        let feature = match &span.target {
            Target::Link(url) if is_web(url) => Feature {
                kind: LINK.to_owned(),
                uri: Some(url.clone()),
                ..empty
            },
            Target::Link(_) => continue,
            Target::Tag(tag) => Feature {
                kind: TAG.to_owned(),
                tag: Some(tag.clone()),
                ..empty
            },
            Target::Mention(handle) => Feature {
                kind: MENTION.to_owned(),
                did: Some(handle.clone()),
                ..empty
            },
        };
        free_from = span.end;
        list.push(Facet {
            index: Index {
                byte_start: span.start,
                byte_end: span.end,
            },
            features: vec![feature],
        });
    }
    list
}

fn is_web(url: &str) -> bool {
    let begins = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("https://") || begins("http://")
}
