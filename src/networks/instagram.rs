//! Instagram, professional accounts.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, secret, text};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, Most, Rule, Style, Unit};

/// Error 2207010: "Max 2,200 characters, 30 hashtags, 20 @ tags". The unit is not documented, so the strictest is taken.
const MAX: usize = 2200;
const HASHTAGS: usize = 30;
const MENTIONS: usize = 20;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "instagram",
        keys: &[secret("token"), text("user_id"), text("api_version"), text("client_id"), secret("client_secret")],
        server: Server::Known("https://graph.instagram.com"),
        absent_after: SignedDuration::from_mins(5),
        key_ttl: None,
        places: &[LinkPlace::Text, LinkPlace::FirstComment],
    },
    style,
    pictures: || Some(Pictures::of(10, 8_000_000).jpeg().shaped(0.8, 1.91)),
};

fn style(facts: &Facts) -> Style {
    Style {
        most: Most {
            hashtags: Some(HASHTAGS),
            mentions: Some(MENTIONS),
            ..Most::default()
        },
        comments: true,
        ..Style::plain(vec![Limit {
            unit: Unit::Utf16,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
