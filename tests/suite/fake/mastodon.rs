//! A server of the Mastodon family: Mastodon, Pleroma or GoToSocial, as far as a poster can tell them apart.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Picture, Public, Reply, Request, Service, TOKEN};

/// What the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Software {
    Mastodon,
    Pleroma,
    GoToSocial,
}

pub(crate) struct Mastodon {
    software: Software,
    /// Whether our login is good.
    pub(crate) knows_token: bool,
    statuses: Vec<Status>,
    /// Key to the id of what it made.
    keys: HashMap<String, String>,
    /// Pleroma's memory of whole answers.
    replies: HashMap<String, Reply>,
    /// The most statuses that one page lists.
    pub(crate) page: usize,
    /// Every picture that was uploaded, in order.
    pub(crate) pictures: Vec<Picture>,
    /// So many looks at a new picture find it still in the works.
    pub(crate) works_for: u32,
    /// The pictures turn out to be unreadable when they are worked on.
    pub(crate) reads_none: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) id: String,
    pub(crate) text: String,
    /// The status that it answers.
    pub(crate) answers: Option<String>,
    /// Its pictures, by their ids.
    pub(crate) pictures: Vec<String>,
    at: Timestamp,
}

const ACCOUNT: &str = "109876543210";
const FIRST_ID: u64 = 115_000_000_000_000_000;
const FIRST_PICTURE: u64 = 116_000_000_000_000_000;
/// Where one asks about a picture.
const PICTURE: &str = "/api/v1/media/";

impl Mastodon {
    pub(crate) fn new(software: Software) -> Self {
        Self {
            software,
            knows_token: true,
            statuses: Vec::new(),
            keys: HashMap::new(),
            replies: HashMap::new(),
            page: 40,
            pictures: Vec::new(),
            works_for: 0,
            reads_none: false,
        }
    }

    /// The keys have had their hour.
    pub(crate) fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Puts a post there that Handbill did not make.
    pub(crate) fn somebody_posts(&mut self, text: &str) {
        self.make(text, None, Vec::new());
    }

    /// What readers see, oldest first.
    pub(crate) fn statuses(&self) -> &[Status] {
        &self.statuses
    }

    fn make(&mut self, text: &str, answers: Option<&str>, pictures: Vec<String>) -> usize {
        let id = (FIRST_ID + self.statuses.len() as u64).to_string();
        self.statuses.push(Status {
            id,
            text: text.to_owned(),
            answers: answers.map(str::to_owned),
            pictures,
            at: Timestamp::now(),
        });
        self.statuses.len() - 1
    }

    fn instance(&self) -> Reply {
        let (version, source) = match self.software {
            Software::Mastodon => ("4.4.1", "https://github.com/mastodon/mastodon"),
            Software::Pleroma => (
                "2.7.2 (compatible; Pleroma 2.9.1)",
                "https://git.pleroma.social/pleroma/pleroma",
            ),
            Software::GoToSocial => (
                "0.20.0+git-1a2b3c4",
                "https://codeberg.org/superseriousbusiness/gotosocial",
            ),
        };
        let mut told = json!({
            "domain": "social.example", "version": version, "source_url": source, "languages": ["en"],
            "configuration": {"statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23}},
        });
        if self.software == Software::Mastodon {
            told["api_versions"] = json!({"mastodon": 6});
        }
        Reply::json(200, &told)
    }

    fn post(&mut self, request: &Request) -> Reply {
        let key = request.header("idempotency-key").unwrap_or_default().to_owned();
        match self.software {
            Software::Pleroma => {
                if let Some(reply) = self.replies.get(&key) {
                    return reply.clone().header("idempotent-replayed", "true");
                }
            }
            Software::Mastodon => {
                if let Some(id) = self.keys.get(&key) {
                    let found = self.statuses.iter().find(|status| status.id == *id);
                    return Reply::json(200, &shown(found.unwrap()));
                }
            }
            Software::GoToSocial => {}
        }
        let told = request.json();
        let text = told["status"].as_str().unwrap_or_default();
        let answers = told["in_reply_to_id"].as_str();
        let pictures = told["media_ids"].as_array().into_iter().flatten();
        let pictures: Vec<String> = pictures.filter_map(|id| id.as_str().map(str::to_owned)).collect();
        let reply = if text.trim().is_empty() {
            Reply::json(422, &json!({"error": "Validation failed: Text can't be blank"}))
        } else if answers.is_some_and(|id| !self.statuses.iter().any(|status| status.id == id)) {
            let error = "The post you are trying to reply to does not appear to exist.";
            Reply::json(404, &json!({ "error": error }))
        } else if let Some(error) = pictures.iter().find_map(|id| self.why_not(id)) {
            Reply::json(422, &json!({ "error": error }))
        } else {
            let made = self.make(text, answers, pictures);
            self.keys.insert(key.clone(), self.statuses[made].id.clone());
            Reply::json(200, &shown(&self.statuses[made]))
        };
        self.replies.insert(key, reply.clone());
        reply
    }

    /// What keeps a picture from standing in a status.
    fn why_not(&self, id: &str) -> Option<&'static str> {
        let Some(picture) = self.pictures.iter().find(|picture| picture.id == id) else {
            return Some("Validation failed: Media attachments is invalid");
        };
        let used = self
            .statuses
            .iter()
            .any(|status| status.pictures.iter().any(|used| used == id));
        if used {
            Some("Validation failed: Media attachments is invalid")
        } else if picture.in_works > 0 || self.reads_none {
            Some("Cannot attach files that have not finished processing. Try again in a moment!")
        } else {
            None
        }
    }

    fn upload(&mut self, request: &Request) -> Reply {
        let id = (FIRST_PICTURE + self.pictures.len() as u64).to_string();
        let Some(picture) = Picture::of_form(request, id) else {
            return Reply::json(
                422,
                &json!({"error": "Validation failed: File content type is invalid, File is invalid"}),
            );
        };
        if picture
            .description
            .as_ref()
            .is_some_and(|text| text.chars().count() > 1500)
        {
            let error = "Validation failed: Description is too long (maximum is 1500 characters)";
            return Reply::json(422, &json!({ "error": error }));
        }
        let picture = Picture {
            in_works: self.works_for,
            ..picture
        };
        let status = if picture.in_works > 0 || self.reads_none {
            202
        } else {
            200
        };
        let told = attachment(&picture, status == 200);
        self.pictures.push(picture);
        Reply::json(status, &told)
    }

    fn picture(&mut self, id: &str) -> Reply {
        let Some(picture) = self.pictures.iter_mut().find(|picture| picture.id == id) else {
            return Reply::json(404, &json!({"error": "Record not found"}));
        };
        if self.reads_none {
            return Reply::json(422, &json!({"error": "Error processing thumbnail for uploaded media"}));
        }
        let ready = picture.in_works == 0;
        picture.in_works = picture.in_works.saturating_sub(1);
        Reply::json(if ready { 200 } else { 206 }, &attachment(picture, ready))
    }

    fn list(&self, request: &Request) -> Reply {
        let limit = request
            .parameter("limit")
            .and_then(|n| n.parse().ok())
            .unwrap_or(20)
            .min(self.page);
        let before = request.parameter("max_id").unwrap_or("9");
        let older = self.statuses.iter().rev().filter(|status| status.id.as_str() < before);
        let page: Vec<Value> = older.take(limit).map(shown).collect();
        Reply::json(200, &Value::from(page))
    }
}

fn attachment(picture: &Picture, ready: bool) -> Value {
    let url = ready.then(|| format!("https://social.example/media/{}.jpg", picture.id));
    json!({"id": picture.id, "type": "image", "url": url, "description": picture.description})
}

fn shown(status: &Status) -> Value {
    let url = format!("https://social.example/@idhdp/{}", status.id);
    json!({
        "id": status.id, "uri": url, "url": url, "created_at": status.at.to_string(),
        "visibility": "public", "content": html(&status.text), "in_reply_to_id": status.answers,
    })
}

/// The text as such servers hand it back: escaped, with its links in spans.
fn html(text: &str) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    };
    let words = text.split(' ').map(|word| match word.split_once("://") {
        Some((scheme, rest)) if scheme.starts_with("http") => {
            let (url, scheme, rest) = (escape(word), escape(scheme), escape(rest));
            format!(
                "<a href=\"{url}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\">\
                 <span class=\"invisible\">{scheme}://</span><span class=\"\">{rest}</span></a>"
            )
        }
        _ => escape(word),
    });
    let spaced = text_with_breaks(&words.collect::<Vec<_>>().join(" "));
    format!("<p>{spaced}</p>")
}

fn text_with_breaks(text: &str) -> String {
    text.replace("\n\n", "</p><p>").replace('\n', "<br />")
}

/// The first address in a text; without one the text itself, so that a second copy of it is known for one.
fn article(text: &str) -> String {
    let word = text.split_whitespace().find(|word| word.starts_with("http"));
    word.unwrap_or(text).to_owned()
}

impl Service for Mastodon {
    fn is_post(&self, request: &Request) -> bool {
        request.method == "POST" && request.path == "/api/v1/statuses"
    }

    fn key(&self, request: &Request) -> Option<String> {
        request.header("idempotency-key").map(str::to_owned)
    }

    fn answer(&mut self, request: &Request) -> Reply {
        if request.path == "/api/v2/instance" {
            return self.instance();
        }
        if !self.knows_token || request.bearer() != Some(TOKEN) {
            return Reply::json(401, &json!({"error": "The access token was revoked"}));
        }
        let own = format!("/api/v1/accounts/{ACCOUNT}/statuses");
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/api/v1/accounts/verify_credentials") => Reply::json(
                200,
                &json!({"id": ACCOUNT, "username": "idhdp", "acct": "idhdp", "url": "https://social.example/@idhdp"}),
            ),
            ("POST", "/api/v1/statuses") => self.post(request),
            ("POST", "/api/v2/media") => self.upload(request),
            ("GET", path) if path.starts_with(PICTURE) => self.picture(path.trim_start_matches(PICTURE)),
            ("GET", path) if path == own => self.list(request),
            _ => Reply::json(404, &json!({"error": "Record not found"})),
        }
    }

    fn public(&self) -> Vec<Public> {
        let public = |status: &Status| Public {
            remote_id: status.id.clone(),
            article: article(&status.text),
        };
        self.statuses.iter().map(public).collect()
    }
}
