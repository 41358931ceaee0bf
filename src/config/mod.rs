//! The configuration file: reading it whole, and saying everything that is wrong with it at once.
//!
//! Every mistake comes with line and column and what to write instead, so that one run is enough to put a file right.
//! A configuration that was read is complete: defaults are filled in, names and zones exist, addresses and paths are
//! whole, and the times fit the delivery protocol. Secrets are not in it, only where they are.
//!
//! It knows no network by name: what a network adds to a channel comes in as data ([`NetworkKeys`]).

mod address;
mod channel;
mod common;
mod error;
mod field;
mod keys;
mod lint;
mod load;
mod locate;
mod names;
mod nearest;
mod root;
mod secret;
mod settings;
mod source;
mod summary;
mod terms;
#[cfg(test)]
mod tests;
mod timing;
mod walk;
mod zone;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use jiff::SignedDuration;

use crate::domain::compose::LinkPlace;
use crate::domain::lint::{Levels, Term};
use crate::domain::schedule::Schedule;

pub use address::database_path;
pub use error::{ConfigError, ConfigErrorKind, Mistake};
pub use keys::{Key, KeyKind, NetworkKeys, Server};
pub use load::{load, parse};
pub use locate::{locate, locate_in};
pub use nearest::nearest;
pub use secret::{Env, Secret, SecretError, SecretSource};
pub use timing::{FRESH, KEY_MARGIN};

/// A configuration without mistakes.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file, as it was named.
    pub file: PathBuf,
    pub organisation: Organisation,
    /// The fixed lines of a message, by language tag in lower case.
    pub texts: BTreeMap<String, Texts>,
    /// The language that the file names first: that of posts without one.
    pub first_text: Option<String>,
    /// The database's address as written; [`database_path`] has the file.
    pub database: String,
    /// Whether article pages may lie on private addresses.
    pub fetch_allow_private: bool,
    pub media: Media,
    pub delivery: DeliveryTimes,
    /// What is looked at in a post.
    pub lint: Lint,
    /// Who is asked for summaries; `None`: nobody.
    pub summary: Option<Summary>,
    /// In the order of the file.
    pub channels: Vec<Channel>,
    /// In the order of the file.
    pub sources: Vec<Source>,
}

impl Config {
    /// The folder that relative paths begin in.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        load::folder_of(&self.file)
    }

    /// The file of a database address, `--database` or [`Config::database`].
    ///
    /// # Errors
    /// What is wrong with the address, in words.
    pub fn database_file(&self, url: Option<&str>) -> Result<PathBuf, String> {
        database_path(url.unwrap_or(&self.database), &self.folder())
    }

    /// The channel of this name.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub name: String,
    /// The zone of times that name none, and of channels that name none.
    pub timezone: String,
    /// http or https.
    pub website: Option<String>,
}

/// The fixed lines of a message in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// What stands before the link.
    pub read_more: Option<String>,
    /// May hold `{handle}`, and no other braces.
    pub handles: Option<String>,
    pub join: Option<String>,
}

/// Where pictures are put for networks that fetch them. Both or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// A whole path.
    pub public_dir: Option<PathBuf>,
    /// The public address of that folder, without a slash at its end.
    pub public_url: Option<String>,
}

/// The times of a call. `FRESH < deadline`, `retry_first <= retry_max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryTimes {
    /// The whole call, from the hand-over to the last byte of the answer.
    pub deadline: SignedDuration,
    /// The pause before the first new try.
    pub retry_first: SignedDuration,
    /// The longest pause between two tries.
    pub retry_max: SignedDuration,
}

/// What is looked at in a post, on every channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lint {
    /// In the order in which they are named.
    pub(super) lists: Vec<List>,
    /// The organisation's; [`Channel::lint`] are those that hold.
    pub levels: Levels,
    /// The lists put together, when somebody first asks: most commands never do.
    pub(super) whole: OnceLock<Vec<Term>>,
}

/// A list of words to avoid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// The built-in one.
    Starter,
    Own(Vec<Term>),
}

impl Lint {
    /// Words to avoid, of all lists in the order in which they are named.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        self.whole.get_or_init(|| {
            let of = |list: &List| match list {
                List::Starter => terms::starter().to_vec(),
                List::Own(terms) => terms.clone(),
            };
            self.lists.iter().flat_map(of).collect()
        })
    }
}

/// An endpoint of the OpenAI kind that is asked for summaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What stands before `/chat/completions`, without a slash at its end: https, or http on this machine.
    pub url: String,
    pub model: String,
    /// Where its key is, if it wants one.
    pub key: Option<SecretSource>,
    /// The whole call; from 1 s to 60 s.
    pub timeout: SignedDuration,
}

/// One account on one network.
#[derive(Clone, Debug)]
pub struct Channel {
    /// `[a-z0-9][a-z0-9_-]{0,39}`, like no other.
    pub name: String,
    pub network: &'static str,
    /// `scheme://host[:port]`, where the network has servers.
    pub server: Option<String>,
    pub handle: Option<String>,
    /// A language tag as written.
    pub language: Option<String>,
    /// Empty where none was given: the channel has no slots.
    pub schedule: Schedule,
    /// In the zone database.
    pub timezone: String,
    pub min_gap: SignedDuration,
    pub late_limit: SignedDuration,
    pub undo: SignedDuration,
    /// Whether `undo` was given, by the channel or by `[defaults]`.
    pub undo_set: bool,
    pub duplicate_window: SignedDuration,
    pub stale_limit: SignedDuration,
    pub absent_after: SignedDuration,
    pub on_unknown: OnUnknown,
    /// Whether the server may be reached by plain http and on private addresses.
    pub allow_private: bool,
    /// What the network's own keys say; those that are required are there.
    pub settings: BTreeMap<&'static str, Setting>,
    /// Where the link of a post stands.
    pub link: LinkPlace,
    /// Lines of its own, over those of the language; an empty one takes the language's away.
    pub text: Texts,
    /// How much each rule matters here: what the channel says over `[defaults]`, `[lint]` and what is built in.
    pub lint: Levels,
    /// Where it stands in the file, from 1.
    pub line: usize,
}

/// A feed of the organisation's own, whose items become drafts by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// `[a-z0-9][a-z0-9_-]{0,39}`, like no other source.
    pub name: String,
    /// http or https; no other source has the same.
    pub url: String,
    /// Channels by name, all of which are there; `None`: every channel of the post's language.
    pub to: Option<Vec<String>>,
    /// Of its posts; `None`: as the feed says.
    pub language: Option<String>,
    /// Whether its items are queued at once; else they are drafts.
    pub queue: bool,
    /// How often it is asked at most; at least an hour.
    pub every: SignedDuration,
    pub tags: Vec<String>,
    /// Without `#`.
    pub hashtags: Vec<String>,
    /// Where it stands in the file, from 1.
    pub line: usize,
}

/// What to do when nobody can say whether a post is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUnknown {
    /// A person decides.
    Ask,
    /// Send again, at the risk of a second post.
    Resend,
}

/// The value of a key that a network adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    Text(String),
    /// A whole path.
    Path(PathBuf),
    Secret(SecretSource),
}
