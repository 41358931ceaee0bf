//! The keys of the file by table, and what a network adds to a channel.

use jiff::SignedDuration;

use crate::domain::compose::LinkPlace;
use crate::domain::lint::Rule;

/// The tables at the top of the file.
pub(super) const TOP: [&str; 11] = [
    "organisation",
    "text",
    "database",
    "defaults",
    "fetch",
    "media",
    "delivery",
    "lint",
    "summary",
    "channel",
    "source",
];
/// Tables that are promised, so that nobody takes them for a slip.
pub(super) const LATER: [&str; 3] = ["alert", "blackout", "tracking"];
pub(super) const ORGANISATION: [&str; 3] = ["name", "timezone", "website"];
pub(super) const TEXT: [&str; 3] = ["read_more", "handles", "join"];
pub(super) const DATABASE: [&str; 1] = ["url"];
pub(super) const FETCH: [&str; 1] = ["allow_private"];
pub(super) const MEDIA: [&str; 2] = ["public_dir", "public_url"];
pub(super) const DELIVERY: [&str; 3] = ["deadline", "retry_first", "retry_max"];
/// What `[summary]` says.
pub(super) const SUMMARY: [&str; 4] = ["url", "model", "key", "timeout"];
/// What `[lint]` says, and a channel about itself: each rule's word.
pub(super) const LINT: [&str; Rule::ALL.len()] = rules();
/// What every channel may say, and `[defaults]` for all of them.
pub(super) const COMMON: [&str; 14] = [
    "handle",
    "language",
    "schedule",
    "timezone",
    "min_gap",
    "late_limit",
    "undo",
    "duplicate_window",
    "stale_limit",
    "on_unknown",
    "allow_private",
    "absent_after",
    "link",
    "lint",
];
/// What only a channel may say, besides its network's keys.
pub(super) const CHANNEL: [&str; 4] = ["name", "network", "server", "text"];
/// What a `[[source]]` may say.
pub(super) const SOURCE: [&str; 8] = ["name", "url", "to", "language", "queue", "every", "tags", "hashtags"];
/// The ways to say where a secret is.
pub(super) const SECRET: [&str; 3] = ["env", "file", "credential"];

const fn rules() -> [&'static str; Rule::ALL.len()] {
    let mut words = [""; Rule::ALL.len()];
    let mut n = 0;
    while n < words.len() {
        words[n] = Rule::ALL[n].as_str();
        n += 1;
    }
    words
}

/// What a network's own key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A line of plain text.
    Text,
    /// Where a secret is: `{ env = }`, `{ file = }` or `{ credential = }`; never the secret itself.
    Secret,
    /// An address, as plain text or, where it lets everyone post who knows it, as a secret.
    TextOrSecret,
    /// A file or folder, relative to the configuration. No two channels of a network share one.
    Path,
}

/// A key that a network adds to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    pub kind: KeyKind,
    pub required: bool,
}

/// Whether a channel of the network names a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// It must.
    Required,
    /// It may; otherwise this one, as `scheme://host`.
    Known(&'static str),
    /// The network has none.
    None,
}

/// What the configuration needs to know of a network.
#[derive(Clone, Copy, Debug)]
pub struct NetworkKeys {
    /// The network's word.
    pub network: &'static str,
    pub keys: &'static [Key],
    pub server: Server,
    /// How long after the end of a call a post that cannot be seen is believed absent, if the channel does not say.
    pub absent_after: SignedDuration,
    /// How long the network remembers an idempotency key, where it does and that time ends.
    pub key_ttl: Option<SignedDuration>,
    /// Where the link of a post may stand.
    pub places: &'static [LinkPlace],
}
