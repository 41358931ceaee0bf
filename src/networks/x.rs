//! X (Twitter), API v2.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, secret, text};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, Most, Rule, Style, Unit};

/// Weighted characters (twitter-text, configuration 3).
const MAX: usize = 280;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "x",
        keys: &[secret("consumer_key"), secret("consumer_secret"), secret("access_token"), secret("access_secret"), text("client_id"), secret("client_secret")],
        server: Server::Known("https://api.x.com"),
        absent_after: SignedDuration::from_mins(10),
        key_ttl: None,
        places: &[LinkPlace::Text],
    },
    style,
    pictures: || Some(Pictures::of(4, 5_000_000).described(1000)),
};

fn style(facts: &Facts) -> Style {
    // Whether an app of the self-serve kind may answer its own post is not documented (changelog of 23 Feb 2026), so
    // there are neither threads nor comments.
    Style {
        most: Most {
            cashtags: Some(1),
            ..Most::default()
        },
        ..Style::plain(vec![Limit {
            unit: Unit::Weighted,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
