//! Everything that a use case can refuse or fail with, as data; `report` has the words.

use std::path::PathBuf;

use super::article::PageTrouble;
use crate::config::ConfigError;
use crate::domain::compose::ComposeError;
use crate::domain::delivery::{Refused, State};
use crate::domain::lint::Finding;
use crate::domain::when::WhenError;
use crate::storage::{Error as StorageError, StoreError};

/// Why a use case did not do what it was asked. Nothing was changed then.
#[derive(Debug)]
pub enum Fault {
    /// The command line contradicts itself.
    Usage(String),
    Config(Box<ConfigError>),
    Store(Box<StoreError>),
    Storage(StorageError),
    /// A value that was given cannot be used: which option, what is wrong, what to write instead.
    Input {
        option: &'static str,
        what: String,
        hint: Option<String>,
    },
    When {
        option: &'static str,
        text: String,
        error: WhenError,
    },
    Io {
        path: PathBuf,
        error: std::io::Error,
    },
    NoSuchPost(i64),
    NoSuchChannel {
        name: String,
        nearest: Option<String>,
    },
    NoSuchSource {
        name: String,
        nearest: Option<String>,
    },
    NoSuchDelivery {
        post: i64,
        channel: String,
        on: Vec<String>,
    },
    /// No channel takes the post.
    NoChannels {
        language: Option<String>,
    },
    Compose {
        channel: String,
        error: ComposeError,
    },
    /// A rule that blocks found something in the words for a channel.
    Lint {
        channel: String,
        findings: Vec<Finding>,
    },
    /// The same article stands on the channel already.
    Duplicate {
        channel: String,
        post: i64,
        state: String,
        when: String,
    },
    /// The article's page, which was asked for, gives nothing.
    Page(PageTrouble),
    /// `--key` was used for other content.
    KeyTaken {
        key: String,
        post: i64,
    },
    /// Not before its embargo.
    Embargoed {
        post: i64,
        until: String,
    },
    /// The state machine refused.
    Refused {
        act: &'static str,
        delivery: String,
        refused: Refused,
        state: State,
        until: Option<String>,
    },
    /// Several deliveries, none of which can be changed so: why, and what can be done instead.
    NothingTo {
        act: &'static str,
        post: i64,
        why: String,
        next: String,
    },
    /// A rule other than the state machine's.
    Rule {
        what: String,
        hint: Option<String>,
    },
    /// A remote id that belongs to another post.
    IdTaken {
        url: String,
    },
    /// The database, or its folder, belongs to another user: whose it is, and the line to type.
    NotOwner {
        path: PathBuf,
        owner: String,
        line: String,
    },
    /// Another fault, with what it left undone ("nothing was added") or a better next step.
    Told {
        fault: Box<Fault>,
        undone: Option<&'static str>,
        hint: Option<String>,
    },
    /// This cannot happen; if it does, it is a bug.
    Broken(String),
}

impl Fault {
    /// A value that cannot be used.
    pub fn input(option: &'static str, what: impl Into<String>) -> Self {
        Fault::Input {
            option,
            what: what.into(),
            hint: None,
        }
    }
}

impl Fault {
    /// The same, with what it left undone: `nothing was added`.
    #[must_use]
    pub fn undone(self, what: &'static str) -> Self {
        Fault::Told {
            fault: Box::new(self),
            undone: Some(what),
            hint: None,
        }
    }

    /// The same, with another next step.
    #[must_use]
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Fault::Told {
            fault: Box::new(self),
            undone: None,
            hint: Some(hint.into()),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Fault::Store(Box::new(error))
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Fault::Storage(error)
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Fault::Config(Box::new(error))
    }
}
