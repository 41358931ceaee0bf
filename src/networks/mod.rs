//! The networks: one trait, one file a network, one word in the list at the end.
//!
//! An adapter states facts as data (keys, style, recovery) and is straight-line code for `check`, `publish` and
//! `find`, which speak only through a [`Wire`]. To add a network: copy the most similar file, add its word to
//! `networks!`, and give its answers to the contract test. Nothing else may need to know.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::config::{NetworkKeys, Secret};
use crate::domain::compose::{Part as Composed, Style};
use crate::domain::picture::Shown;
use crate::media::{Format, Limits};

pub mod candidates;
pub mod failure;
pub mod later;
pub mod wire;

pub use failure::{Failure, Problem, ProblemKind};
pub use wire::{Answer, Call, Effect, Form, Halt, Method, Recorded, Request, Upload, Wire};

/// What a server told about itself and our account; kept in the database, so that `add` needs no call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Who we are there, as people write it (`@idhdp@mastodon.example`).
    pub account: Option<String>,
    /// Who we are there, as the server writes it (an id, a DID).
    pub account_id: Option<String>,
    /// What the server says it is (`mastodon`, `pleroma`, `gotosocial`, ...), lower case.
    pub software: Option<String>,
    /// Most characters of a message, in the network's unit.
    pub max_text: Option<usize>,
    /// What one URL counts, where the server counts all alike.
    pub url_cost: Option<usize>,
    pub max_media: Option<usize>,
    /// The largest picture, in bytes.
    pub max_picture_bytes: Option<usize>,
    /// The largest picture, in pixels.
    pub max_picture_pixels: Option<u64>,
    /// The longest alt text, in characters.
    pub max_alt: Option<usize>,
    /// When the login ends, where it does.
    pub expires_at: Option<Timestamp>,
}

/// A channel as an adapter sees it: no secret in it.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    pub channel: &'a str,
    /// `scheme://host[:port]`, where the network has servers.
    pub server: Option<&'a str>,
    pub language: Option<&'a str>,
    /// The channel's own keys that are plain text or paths.
    pub settings: &'a BTreeMap<String, String>,
    pub facts: &'a Facts,
}

impl<'a> Account<'a> {
    /// The server's address without a slash at its end.
    ///
    /// # Errors
    /// Where the channel has no server: surely not posted.
    pub fn base(&self) -> Result<&'a str, Failure> {
        self.server
            .map(|server| server.trim_end_matches('/'))
            .filter(|server| !server.is_empty())
            .ok_or_else(|| {
                Failure::Refused(Problem::new(
                    ProblemKind::Invalid,
                    format!("channel {} has no server", self.channel),
                ))
            })
    }
}

/// What the words of a part are made from, besides the text.
#[derive(Clone, Debug)]
pub struct Meta<'a> {
    pub post: i64,
    pub title: Option<&'a str>,
    pub summary: Option<&'a str>,
    pub url: Option<&'a str>,
    pub language: Option<&'a str>,
    pub hashtags: &'a [String],
    pub tags: &'a [String],
    pub warning: Option<&'a str>,
    /// `public`, `unlisted` or `followers`.
    pub visibility: &'a str,
    /// The pictures of this part, made to fit, and the thumbnail of its card.
    pub shown: &'a Shown,
}

/// What a network takes of pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    /// The most in one post.
    pub most: usize,
    pub limits: Limits,
    /// The longest alt text, in characters; what is longer is cut there. `None`: no bound is known.
    pub alt: Option<usize>,
    /// What the thumbnail of a link card must fit, where the client sends it.
    pub thumb: Option<Limits>,
}

impl Pictures {
    /// JPEG and PNG of at most so many bytes, and so many of them.
    #[must_use]
    pub fn of(most: usize, max_bytes: usize) -> Self {
        Self {
            most,
            limits: Limits {
                max_bytes,
                max_pixels: None,
                max_side: Some(4096),
                formats: &[Format::Jpeg, Format::Png],
                ratio: None,
            },
            alt: None,
            thumb: None,
        }
    }

    /// With alt texts of at most so many characters.
    #[must_use]
    pub fn described(self, alt: usize) -> Self {
        Self { alt: Some(alt), ..self }
    }

    /// Of at most so many pixels.
    #[must_use]
    pub fn of_pixels(mut self, most: u64) -> Self {
        self.limits.max_pixels = Some(most);
        self
    }

    /// JPEG alone.
    #[must_use]
    pub fn jpeg(mut self) -> Self {
        self.limits.formats = &[Format::Jpeg];
        self
    }

    /// With width / height between these.
    #[must_use]
    pub fn shaped(mut self, least: f64, most: f64) -> Self {
        self.limits.ratio = Some((least, most));
        self
    }

    /// With a thumbnail of at most so many bytes.
    #[must_use]
    pub fn with_thumb(self, max_bytes: usize) -> Self {
        let thumb = Limits {
            max_bytes,
            max_side: Some(1200),
            ..self.limits.clone()
        };
        Self {
            thumb: Some(thumb),
            ..self
        }
    }
}

/// Time and randomness from which a part's key is made, at the moment its bytes are frozen.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    pub now: Timestamp,
    pub random: u128,
}

impl Seed {
    /// The random number as a version 4 UUID.
    #[must_use]
    pub fn uuid(&self) -> String {
        let r = (self.random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{r:032x}");
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}

/// A part's bytes and key, chosen once; what is sent is what is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub key: String,
    pub body: String,
}

/// One part to be published or found.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    pub account: &'a Account<'a>,
    pub post: i64,
    /// The part's number, from 0.
    pub no: usize,
    pub key: &'a str,
    /// The frozen bytes.
    pub body: &'a str,
    /// The visible text, for finding.
    pub text: &'a str,
    /// The article's address as it stands in the message, for finding.
    pub link: Option<&'a str>,
    /// Earlier parts of the same delivery, in order.
    pub earlier: &'a [Receipt],
}

/// What to look for after a lost answer.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// When the first intent of the part was committed.
    pub since: Timestamp,
    /// Remote ids that belong to other parts.
    pub taken: &'a (dyn Fn(&str) -> bool + Sync),
    /// Whether the database is an old copy: the part may be out in a version that was lost, with other words and
    /// another key, so that a key alone proves no absence.
    pub restored: bool,
}

/// A public part, as the network named it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub remote_id: String,
    pub url: Option<String>,
}

/// What `find` saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Yes(Receipt),
    Absent,
    /// Nothing can be concluded; asked again later.
    NoAnswer(String),
}

/// How a doubt about a part can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Whether `find` can look.
    pub finds: bool,
    /// What the visible step is, with this server.
    pub effect: Effect,
}

/// A login that was fetched from the server and ends; lives in memory only.
#[derive(Clone, Debug)]
pub struct Session {
    pub access: Secret,
    pub refresh: Option<Secret>,
    pub account_id: Option<String>,
}

/// The channel's secrets by the name of their key.
pub type Credentials = BTreeMap<&'static str, Secret>;

/// A request with its secrets, on its way out. Never recorded, never shown.
#[derive(Clone)]
pub struct Outgoing {
    pub request: Request,
    pub secret_headers: Vec<(&'static str, String)>,
    /// The picture that the request uploads.
    pub picture: Option<Vec<u8>>,
}

/// One network: facts as data, and straight-line code that speaks only through a wire.
pub trait Network: Send + Sync {
    /// Its word in the configuration, in commands and in the database.
    fn name(&self) -> &'static str;

    /// What it adds to a channel's configuration.
    fn keys(&self) -> NetworkKeys;

    /// How messages are arranged and counted, by what the server said of itself.
    fn style(&self, facts: &Facts) -> Style;

    /// What it takes of pictures, by what the server said of itself; `None`: none.
    fn pictures(&self, _facts: &Facts) -> Option<Pictures> {
        None
    }

    /// How a lost answer can be settled, by what the server said of itself.
    fn recovery(&self, facts: &Facts) -> Recovery;

    /// Makes the bytes and the key of one part. Pure; called once, at the first claim.
    fn freeze(&self, account: &Account<'_>, part: &Composed, meta: &Meta<'_>, seed: Seed) -> Frozen;

    /// Publishes one part.
    ///
    /// # Errors
    /// [`Halt`]: the next call to make, or why there is none.
    fn publish(&self, job: &Job<'_>, wire: &mut Wire<'_>) -> Result<Receipt, Halt>;

    /// Looks whether a part is public.
    ///
    /// # Errors
    /// As for `publish`.
    fn find(&self, _job: &Job<'_>, _search: &Search<'_>, _wire: &mut Wire<'_>) -> Result<Found, Halt> {
        Ok(Found::NoAnswer("this network cannot be asked".to_owned()))
    }

    /// Asks who we are, and what the server allows.
    ///
    /// # Errors
    /// As for `publish`.
    fn check(&self, account: &Account<'_>, wire: &mut Wire<'_>) -> Result<Facts, Halt>;

    /// Fetches or renews the session, for networks that have one. `old` is the session that ended.
    ///
    /// # Errors
    /// As for `publish`.
    fn session(
        &self,
        _account: &Account<'_>,
        _credentials: &Credentials,
        _old: Option<&Session>,
        _wire: &mut Wire<'_>,
    ) -> Result<Option<Session>, Halt> {
        Ok(None)
    }

    /// Whether `check` asks the server anything: some can only be posted to.
    fn asks(&self) -> bool {
        true
    }

    /// Whether this version sends to it; else it only composes for it.
    fn sends(&self) -> bool {
        true
    }

    /// Whether calls need a session.
    fn has_session(&self) -> bool {
        false
    }

    /// Fills in the secrets, right before sending. For the steps of [`Network::session`] `session` is the old one.
    fn sign(&self, out: &mut Outgoing, credentials: &Credentials, session: Option<&Session>, now: Timestamp);

    /// Sorts an answer that is not a success: by status and codes, never by prose.
    fn sort(&self, answer: &Answer) -> Failure {
        Failure::by_status(answer)
    }

    /// The instant until which the server's rate headers ask for silence after any answer.
    fn pace(&self, _answer: &Answer) -> Option<Timestamp> {
        None
    }

    /// How long a call may take at most, where the network asks for less than the configured deadline.
    fn deadline(&self) -> Option<SignedDuration> {
        None
    }
}

macro_rules! networks {
    (sends: $($module:ident),+; composes: $($later:ident),* $(,)?) => {
        $(pub mod $module;)+
        $(pub mod $later;)*

        /// Every network.
        pub static ALL: &[&dyn Network] = &[$(&$module::Adapter,)+ $(&$later::NETWORK),*];

        #[cfg(test)]
        mod contract_of {
            $(#[test] fn $module() { super::contract::all(&super::$module::Adapter, &super::$module::tests::script()); })+
        }
    };
}

#[cfg(test)]
mod composing;
#[cfg(test)]
mod contract;

networks! {
    sends: mastodon, bluesky, webhook, feed;
    composes: x, facebook, linkedin, threads, instagram, telegram, discord, slack
}

/// The network of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Network> {
    ALL.iter().copied().find(|network| network.name() == name)
}

/// What the configuration may say of every network.
#[must_use]
pub fn keys() -> Vec<NetworkKeys> {
    ALL.iter().map(|network| network.keys()).collect()
}
