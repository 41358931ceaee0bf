//! LinkedIn, posts of an organisation.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, required, secret, text};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, Markup, Rule, Style, Unit};

/// Of the escaped text ("exceeded the maximum allowed (3000 characters)"); whether escapes count is not documented, so
/// they do here.
const MAX: usize = 3000;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "linkedin",
        keys: &[required(text("organization")), secret("token"), text("api_version"), text("client_id"), secret("client_secret")],
        server: Server::Known("https://api.linkedin.com"),
        absent_after: SignedDuration::from_mins(10),
        key_ttl: None,
        places: &[LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card],
    },
    style,
    pictures: || Some(Pictures::of(20, 8_000_000).with_thumb(5_000_000).of_pixels(36_152_320)),
};

fn style(facts: &Facts) -> Style {
    // The page is not scraped: title and summary of the post make the card (`content.article`).
    Style {
        markup: Markup::LittleText,
        tags: true,
        card: true,
        comments: true,
        ..Style::plain(vec![Limit {
            unit: Unit::Utf16,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
