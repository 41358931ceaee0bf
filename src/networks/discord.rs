//! Discord, by a webhook.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, required, secret};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, LinkStyle, Markup, Rule, Style, Unit};

/// `maxLength` of `content`; JSON Schema counts code points.
const MAX: usize = 2000;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "discord",
        keys: &[required(secret("url"))],
        server: Server::None,
        absent_after: SignedDuration::from_mins(2),
        key_ttl: None,
        places: &[LinkPlace::Text],
    },
    style,
    pictures: || Some(Pictures::of(10, 8_000_000).described(1024)),
};

fn style(facts: &Facts) -> Style {
    Style {
        links: LinkStyle::Labelled,
        markup: Markup::Discord,
        ..Style::plain(vec![Limit {
            unit: Unit::Codepoints,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
