//! Slack, by an incoming webhook.

use jiff::SignedDuration;

use super::Facts;
use super::later::{Later, required, secret};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, LinkStyle, Markup, Rule, Style, Unit};

/// Of `text`, as clients report; Slack itself states none for webhooks.
const MAX: usize = 40_000;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "slack",
        keys: &[required(secret("url"))],
        server: Server::None,
        absent_after: SignedDuration::from_mins(2),
        key_ttl: None,
        places: &[LinkPlace::Text],
    },
    style,
    pictures: || None,
};

fn style(facts: &Facts) -> Style {
    Style {
        links: LinkStyle::Labelled,
        markup: Markup::Slack,
        ..Style::plain(vec![Limit {
            unit: Unit::Codepoints,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
