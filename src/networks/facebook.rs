//! Facebook Pages, by the Graph API.

use jiff::SignedDuration;

use super::Facts;
use super::Pictures;
use super::later::{Later, required, secret, text};
use crate::config::{NetworkKeys, Server};
use crate::domain::compose::{LinkPlace, Limit, Rule, Style, Unit};

/// UTF-16 code units; the number is reported by clients, the unit is not documented, so the strictest is taken.
const MAX: usize = 63_206;

pub static NETWORK: Later = Later {
    keys: NetworkKeys {
        network: "facebook",
        keys: &[required(text("page_id")), secret("token"), text("api_version"), text("client_id"), secret("client_secret")],
        server: Server::Known("https://graph.facebook.com"),
        absent_after: SignedDuration::from_mins(10),
        key_ttl: None,
        places: &[LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card],
    },
    style,
    pictures: || Some(Pictures::of(10, 4_000_000)),
};

fn style(facts: &Facts) -> Style {
    // `link` beside the message makes the card, and a Page can comment on its own post.
    Style {
        card: true,
        comments: true,
        ..Style::plain(vec![Limit {
            unit: Unit::Utf16,
            rule: Rule::Plain,
            max: Some(facts.max_text.unwrap_or(MAX)),
        }])
    }
}
