//! The local feed as a reader finds it: three files in a folder, each whole at every moment.

use std::path::PathBuf;

use serde_json::Value;

use super::{Public, Seen, World};

pub(crate) struct Feed {
    channel: String,
    folder: PathBuf,
}

impl Feed {
    pub(crate) fn new(channel: &str, folder: PathBuf) -> Self {
        Self {
            channel: channel.to_owned(),
            folder,
        }
    }

    fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(name)).ok()
    }

    fn items(&self) -> Vec<Value> {
        let Some(text) = self.read("feed.json") else {
            return Vec::new();
        };
        let told: Value = serde_json::from_str(&text).expect("feed.json is whole");
        assert_eq!(told["version"], "https://jsonfeed.org/version/1.1");
        told["items"].as_array().expect("feed.json has items").clone()
    }

    /// Asserts that the Atom feed and the page hold the same entries as the JSON Feed, each once.
    pub(crate) fn agrees(&self) {
        let (atom, page) = (
            self.read("feed.atom").unwrap_or_default(),
            self.read("index.html").unwrap_or_default(),
        );
        let items = self.items();
        assert_eq!(
            atom.matches("<entry").count(),
            items.len(),
            "entries of feed.atom:\n{atom}"
        );
        for item in items {
            let (id, url) = (
                item["id"].as_str().unwrap(),
                item["external_url"].as_str().unwrap_or_default(),
            );
            assert_eq!(
                atom.matches(&format!("<id>{id}</id>")).count(),
                1,
                "{id} in feed.atom:\n{atom}"
            );
            assert!(
                page.contains(&format!("href=\"{url}\"")),
                "{url} in index.html:\n{page}"
            );
        }
    }
}

impl World for Feed {
    fn channel(&self) -> &str {
        &self.channel
    }

    fn public(&self) -> Vec<Public> {
        let text = |item: &Value, member: &str| item[member].as_str().unwrap_or_default().to_owned();
        let article = |item: &Value| {
            let external = text(item, "external_url");
            if external.is_empty() {
                text(item, "url")
            } else {
                external
            }
        };
        self.items()
            .iter()
            .map(|item| Public {
                remote_id: text(item, "id"),
                article: article(item),
            })
            .collect()
    }

    fn posts(&self) -> Vec<Seen> {
        Vec::new()
    }
}
