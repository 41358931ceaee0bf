//! Threads.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, secret, text};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, Most, Rule, Style, Unit};

/// "Emojis are counted as the number of UTF-8 bytes" (developers.facebook.com/documentation/threads/posts).
const MAX: usize = 500;
/// Different links in a post (`THREADS_API__LINK_LIMIT_EXCEEDED`, since 22 Dec 2025).
const LINKS: usize = 5;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "threads",
        keys: &[secret("token"), text("user_id"), text("api_version"), text("client_id"), secret("client_secret")],
        server: Server::Known("https://graph.threads.net"),
        absent_after: SignedDuration::from_mins(5),
        key_ttl: None,
        places: &[LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card],
    },
    style,
    pictures: || Some(Pictures::of(20, 8_000_000)),
};

fn style(facts: &Facts) -> Style {
    Style {
        card: true,
        most: Most {
            links: Some(LINKS),
            ..Most::default()
        },
        threads: true,
        comments: true,
        ..Style::plain(vec![Limit {
            unit: Unit::Threads,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
