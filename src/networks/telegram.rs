//! Telegram channels, by the Bot API.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, required, secret, text};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, LinkStyle, Rule, Style, Unit};

/// "1-4096 characters after entities parsing"; entities are in UTF-16 code units, and counting so is the safe side.
const MAX: usize = 4096;
/// Of a picture.
const CAPTION: usize = 1024;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "telegram",
        keys: &[required(text("chat_id")), secret("token")],
        server: Server::Known("https://api.telegram.org"),
        absent_after: SignedDuration::from_mins(2),
        key_ttl: None,
        places: &[LinkPlace::Text],
    },
    style,
    pictures: || Some(Pictures::of(10, 10_000_000)),
};

fn style(facts: &Facts) -> Style {
    Style {
        links: LinkStyle::Labelled,
        threads: true,
        // No field for it.
        alt: false,
        caption: Some(CAPTION),
        ..Style::plain(vec![Limit {
            unit: Unit::Utf16,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
