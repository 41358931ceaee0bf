//! One `[[channel]]`.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::SignedDuration;

use super::address;
use super::common::Common;
use super::field::Field;
use super::keys::{CHANNEL, COMMON, Key, NetworkKeys, Server};
use super::names::{Names, own};
use super::settings::{Paths, Reading};
use super::walk::{Section, did_you_mean, place, quoted};
use super::{Channel, OnUnknown, Texts, root, timing};
use crate::domain::lint::Levels;
use crate::domain::when::Zones;

/// What a channel is read against.
pub(super) struct Ground<'a> {
    pub(super) folder: &'a Path,
    pub(super) networks: &'a [NetworkKeys],
    pub(super) zones: &'a dyn Zones,
    pub(super) defaults: Common,
    /// The organisation's zone.
    pub(super) home: String,
    pub(super) timing: timing::Timing,
    /// The organisation's.
    pub(super) levels: Levels,
}

/// What must not stand twice, with where it stood first.
#[derive(Default)]
pub(super) struct Seen {
    names: Names,
    paths: Paths,
}

/// Reads one channel; `None` where it is too wrong to be one. Mistakes are noted in any case.
pub(super) fn read(section: &Section<'_>, ground: &Ground<'_>, seen: &mut Seen) -> Option<Channel> {
    let name = own(section, "channel", &mut seen.names);
    let network = network(section, ground.networks);
    keys(section, ground.networks, network);
    let own = Common::read(section, ground.zones);
    let network = network?;
    if let (Some(field), Some(link)) = (section.field("link"), own.link)
        && !network.places.contains(&link)
    {
        let places: Vec<String> = network.places.iter().map(|place| quoted(place.as_str())).collect();
        let message = format!(
            "a {} channel has no place {} for the link",
            network.network,
            quoted(link.as_str())
        );
        field.refuse(message, Some(format!("Write {}", places.join(" or "))));
    }
    let common = own.or(&ground.defaults);
    let allow_private = common.allow_private.unwrap_or(false);
    let called = name
        .as_ref()
        .map_or_else(|| "this channel".to_owned(), |name| format!("channel \"{name}\""));
    let reading = Reading {
        section,
        folder: ground.folder,
        allow_private,
        name: name.as_deref(),
        called: &called,
    };
    let server = server(section, network, &called, allow_private);
    let settings = reading.settings(network, &mut seen.paths);
    let absent_after = common.absent_after.map_or(network.absent_after, |(given, _)| given);
    ground.timing.check(
        section.walk,
        network,
        absent_after,
        common.absent_after.map(|(_, at)| at),
    );
    let or = |given: Option<SignedDuration>, seconds: i64| given.unwrap_or(SignedDuration::from_secs(seconds));
    Some(Channel {
        name: name?,
        network: network.network,
        server,
        handle: common.handle,
        language: common.language,
        schedule: common.schedule.unwrap_or_default(),
        timezone: common.timezone.unwrap_or_else(|| ground.home.clone()),
        min_gap: or(common.min_gap, 10 * 60),
        late_limit: or(common.late_limit, 2 * 3600),
        undo: or(common.undo, 15),
        undo_set: common.undo.is_some(),
        duplicate_window: or(common.duplicate_window, 30 * 86_400),
        stale_limit: or(common.stale_limit, 7 * 86_400),
        absent_after,
        on_unknown: common.on_unknown.unwrap_or(OnUnknown::Ask),
        allow_private,
        settings,
        link: common.link.unwrap_or_default(),
        text: section
            .field("text")
            .and_then(|field| own_texts(&field))
            .unwrap_or_default(),
        lint: common.lint.over(ground.levels),
        line: place(section.walk.text(), section.at).0,
    })
}

/// `text = { … }`: a channel's own lines. An empty one is meant.
fn own_texts(field: &Field<'_>) -> Option<Texts> {
    let Some(section) = field.as_table("text") else {
        let hint = "Write text = { join = \"…\" }; the lines of a language stand in [text.en]".to_owned();
        field.refuse("\"text\" holds the channel's own lines", Some(hint));
        return None;
    };
    Some(root::lines(&section, true))
}

fn network<'n>(section: &Section<'_>, networks: &'n [NetworkKeys]) -> Option<&'n NetworkKeys> {
    let Some(field) = section.field("network") else {
        section.lacks("network = \"…\"");
        return None;
    };
    let typed = field.line()?;
    let found = networks.iter().find(|network| network.network == typed);
    if found.is_none() {
        let all: Vec<&str> = networks.iter().map(|network| network.network).collect();
        let hint = did_you_mean(typed, &all).unwrap_or_else(|| format!("Write one of {}", all.join(", ")));
        field.refuse(
            format!("{} is not a network that Handbill knows", quoted(typed)),
            Some(hint),
        );
    }
    found
}

/// Refuses keys that the channel does not have. Where its network is not clear, those of all networks pass.
fn keys(section: &Section<'_>, networks: &[NetworkKeys], network: Option<&NetworkKeys>) {
    let own = |network: &NetworkKeys| network.keys.iter().map(|key: &Key| key.name);
    let mut known: Vec<&str> = CHANNEL.iter().chain(&COMMON).copied().collect();
    match network {
        Some(network) => known.extend(own(network)),
        None => known.extend(networks.iter().flat_map(own).collect::<BTreeSet<_>>()),
    }
    for (name, at) in section.names().filter(|(name, _)| !known.contains(name)) {
        let owners: Vec<&str> = networks
            .iter()
            .filter(|n| own(n).any(|key| key == name))
            .map(|network| network.network)
            .collect();
        match network {
            Some(network) if !owners.is_empty() => {
                let message = format!("\"{name}\" is not a key of a {} channel", network.network);
                section
                    .walk
                    .mistake(at, message, Some(format!("It belongs to {}", owners.join(" and "))));
            }
            _ => section.unknown(name, at, did_you_mean(name, &known)),
        }
    }
}

fn server(section: &Section<'_>, network: &NetworkKeys, called: &str, allow_private: bool) -> Option<String> {
    let field = section.field("server");
    let default = match (network.server, &field) {
        (Server::None, Some(field)) => {
            let message = format!("a {} channel has no \"server\"", network.network);
            field.refuse(message, Some("Take this line out".to_owned()));
            return None;
        }
        (Server::Required, None) => {
            section
                .walk
                .mistake(section.at, format!("{called} needs server = \"https://…\""), None);
            return None;
        }
        (Server::Known(server), None) => Some(server.to_owned()),
        _ => None,
    };
    let Some(field) = field else { return default };
    match address::server(field.line()?) {
        Ok(url) => {
            in_the_clear(&field, &url, allow_private);
            Some(address::origin(&url))
        }
        Err(wrong) => {
            field.refuse(format!("\"server\" {}", wrong.what), wrong.hint);
            None
        }
    }
}

/// Refuses plain http to other machines.
pub(super) fn in_the_clear(field: &Field<'_>, url: &url::Url, allow_private: bool) {
    if address::in_the_clear(url) && !allow_private {
        let hint = "Write https://, or allow_private = true if it is your own network".to_owned();
        field.refuse(
            format!("\"{}\" has http://, which everyone on the way can read", field.name),
            Some(hint),
        );
    }
}

/// The channels of the file, in its order.
pub(super) fn all(sections: &[Section<'_>], ground: &Ground<'_>) -> Vec<Channel> {
    let mut seen = Seen::default();
    sections
        .iter()
        .filter_map(|section| read(section, ground, &mut seen))
        .collect()
}
