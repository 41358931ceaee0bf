//! Every error in words: what happened, to which post and channel, and what to do next; and the exit code of its kind.

mod refusal;
pub mod shell;
#[cfg(test)]
mod tests;

use crate::app::Fault;
use crate::config::{ConfigError, ConfigErrorKind};
use crate::domain::delivery::State;
use crate::domain::lint::Finding;
use crate::storage::{Error as StorageError, StoreError};

/// The kinds of error, each with its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Unexpected,
    Usage,
    Input,
    NotFound,
    Refused,
    Network,
    Integrity,
    Attention,
    Interrupted,
}

impl Kind {
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Unexpected => 1,
            Kind::Usage => 2,
            Kind::Input => 3,
            Kind::NotFound => 4,
            Kind::Refused => 5,
            Kind::Network => 6,
            Kind::Integrity => 7,
            Kind::Attention => 8,
            Kind::Interrupted => 130,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Unexpected => "unexpected",
            Kind::Usage => "usage",
            Kind::Input => "input",
            Kind::NotFound => "not_found",
            Kind::Refused => "refused",
            Kind::Network => "network",
            Kind::Integrity => "integrity",
            Kind::Attention => "attention",
            Kind::Interrupted => "interrupted",
        }
    }
}

/// An error for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub kind: Kind,
    pub message: String,
    /// What was left undone, where a command was to change something: `nothing was added`.
    pub undone: Option<&'static str>,
    /// The next step, where there is one.
    pub hint: Option<String>,
}

impl Report {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            undone: None,
            hint: None,
        }
    }

    /// The message for people, with what was left undone before it where the command was refused.
    #[must_use]
    pub fn said(&self) -> String {
        match self.undone {
            Some(undone) if matches!(self.kind, Kind::Input | Kind::NotFound | Kind::Refused | Kind::Network) => {
                format!("{undone}. {}", self.message)
            }
            _ => self.message.clone(),
        }
    }

    fn maybe(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<&Fault> for Report {
    fn from(fault: &Fault) -> Report {
        match fault {
            Fault::Usage(what) => Report::new(Kind::Usage, what).hint("See: handbill --help"),
            Fault::Config(error) => config(error),
            Fault::Store(error) => store(error),
            Fault::Storage(error) => storage(error),
            Fault::Input { option, what, hint } => {
                Report::new(Kind::Input, format!("{option}: {what}.")).maybe(hint.clone())
            }
            Fault::When { option, error, .. } => when(option, error),
            Fault::Io { path, error } => Report::new(Kind::Input, format!("{}: {error}.", path.display())),
            Fault::NoSuchPost(id) => {
                Report::new(Kind::NotFound, format!("There is no post {id}.")).hint("All posts: handbill list")
            }
            Fault::NoSuchChannel { name, nearest } => no_channel(name, nearest.as_deref()),
            Fault::NoSuchSource { name, nearest } => no_source(name, nearest.as_deref()),
            Fault::NoSuchDelivery { post, channel, on } => {
                let on = if on.is_empty() {
                    "no channel".to_owned()
                } else {
                    on.join(", ")
                };
                Report::new(
                    Kind::NotFound,
                    format!("Post {post} is not on {channel}. It is on {on}."),
                )
                .hint(format!("Look: handbill show {post}"))
            }
            Fault::NoChannels { language: None } => Report::new(Kind::Input, "There is no channel yet.")
                .hint("Name one in the configuration, as config/handbill.example.toml shows."),
            Fault::NoChannels {
                language: Some(language),
            } => Report::new(Kind::Input, format!("No channel takes posts in {language}."))
                .hint("Give --to CHANNEL, or look: handbill channel list"),
            Fault::Compose { channel, error } => Report::new(Kind::Input, format!("{channel}: {error}.")),
            Fault::Page(trouble) => {
                let kind = if trouble.by_rule() {
                    Kind::Refused
                } else {
                    Kind::Network
                };
                Report::new(kind, trouble.words()).maybe(trouble.hint())
            }
            Fault::Lint { channel, findings } => lint(channel, findings),
            Fault::Duplicate {
                channel,
                post,
                state,
                when,
            } => duplicate(channel, *post, state, when),
            Fault::KeyTaken { key, post } => Report::new(
                Kind::Refused,
                format!("The key {key:?} was used for other content (post {post})."),
            )
            .hint(format!("Look: handbill show {post}")),
            Fault::Embargoed { post, until } => embargoed(*post, until),
            Fault::Refused {
                act,
                delivery,
                refused,
                state,
                until,
            } => refusal::words(act, delivery, *refused, *state, until.as_deref()),
            Fault::NothingTo { act, post, why, next } => Report::new(
                Kind::Refused,
                format!("There is nothing to {act} in post {post}: {why}."),
            )
            .hint(next),
            Fault::Rule { what, hint } => Report::new(Kind::Refused, what).maybe(hint.clone()),
            Fault::IdTaken { url } => {
                Report::new(Kind::Refused, format!("{url} is recorded for another post already."))
            }
            Fault::NotOwner { path, owner, line } => {
                Report::new(Kind::Usage, format!("{} belongs to {owner}.", path.display()))
                    .hint(format!("Type: {line}"))
            }
            Fault::Told { fault, undone, hint } => {
                let mut report = Report::from(&**fault).maybe(hint.clone());
                report.undone = undone.or(report.undone);
                report
            }
            Fault::Broken(what) => Report::new(
                Kind::Unexpected,
                format!("Handbill met something it does not understand: {what}."),
            )
            .hint("Nothing is sent twice. Please report it with what this prints: handbill doctor --json"),
        }
    }
}

fn no_channel(name: &str, nearest: Option<&str>) -> Report {
    let nearest = nearest.map_or(String::new(), |nearest| format!(" The nearest is \"{nearest}\"."));
    Report::new(Kind::NotFound, format!("There is no channel {name:?}.{nearest}"))
        .hint("All channels: handbill channel list")
}

fn no_source(name: &str, nearest: Option<&str>) -> Report {
    let nearest = nearest.map_or(String::new(), |nearest| format!(" The nearest is \"{nearest}\"."));
    Report::new(Kind::NotFound, format!("There is no source {name:?}.{nearest}"))
        .hint("All sources: handbill source list")
}

fn when(option: &str, error: &crate::domain::when::WhenError) -> Report {
    let message = format!("{}.", error.message.trim_end_matches('.'));
    if error.candidates.is_empty() {
        return Report::new(Kind::Input, format!("{option}: {message}"));
    }
    let twice = is_one_hour_twice(&error.candidates);
    let choices = error.candidates.iter().enumerate().map(|(index, candidate)| {
        let which = match (twice, index) {
            (true, 0) => " (the first)",
            (true, _) => " (the second)",
            _ => "",
        };
        format!("{option} {}{which}", shell::quoted(candidate))
    });
    // The choices name the option.
    Report::new(Kind::Input, message).hint(format!("Choose: {}", choices.collect::<Vec<_>>().join("  or  ")))
}

/// Whether two candidates are one wall time with two offsets, the earlier instant before the later.
fn is_one_hour_twice(candidates: &[String]) -> bool {
    let [first, second] = candidates else { return false };
    let wall = |text: &str| text.parse::<jiff::civil::DateTime>().ok();
    let (Ok(a), Ok(b)) = (first.parse::<jiff::Timestamp>(), second.parse::<jiff::Timestamp>()) else {
        return false;
    };
    a < b && wall(first).is_some() && wall(first) == wall(second)
}

/// What a rule that blocks found: the first in full, the others by their number.
fn lint(channel: &str, findings: &[Finding]) -> Report {
    let Some(first) = findings.first() else {
        return Report::new(Kind::Refused, format!("{channel}: a rule blocks this post."));
    };
    let more = match findings.len() - 1 {
        0 => String::new(),
        n => format!(" And {n} more."),
    };
    let rule = first.rule.as_str();
    let advice = first.hint.as_deref().map_or(String::new(), |hint| format!("{hint} "));
    Report::new(Kind::Refused, format!("{channel}: {}{more}", first.message)).hint(format!(
        "{advice}Keep it as a draft to work on it: --draft. The rule is lint.{rule} in the settings."
    ))
}

fn duplicate(channel: &str, post: i64, state: &str, when: &str) -> Report {
    let what = match State::from_word(state) {
        Some(State::Published | State::Retracted) => {
            format!("This article went out on {channel} on {when} (post {post}).")
        }
        _ => format!("This article is on {channel} already (post {post}, added {when})."),
    };
    Report::new(Kind::Refused, what).hint(format!(
        "Look: handbill show {post}      Add it all the same: repeat the command with --allow-duplicate"
    ))
}

fn embargoed(post: i64, until: &str) -> Report {
    if post == 0 {
        return Report::new(
            Kind::Refused,
            format!("The post may not be sent before {until}. No option lifts this."),
        )
        .hint("Choose a later time, or an earlier embargo.");
    }
    Report::new(
        Kind::Refused,
        format!("Post {post} may not be shown or sent before {until}. No option lifts this."),
    )
    .hint(format!("Change it with: handbill edit {post} --embargo WHEN"))
}

fn config(error: &ConfigError) -> Report {
    match &error.kind {
        ConfigErrorKind::Missing => Report::new(Kind::Input, error.to_string()).hint("Make one here: handbill init"),
        _ => Report::new(Kind::Input, error.to_string()).hint("Nothing was started or changed."),
    }
}

fn store(error: &StoreError) -> Report {
    match error {
        StoreError::Missing(path) => Report::new(Kind::Input, format!("There is no database at {}.", path.display()))
            .hint("Make one: handbill init, or add a first post."),
        StoreError::NotAFile(path) => Report::new(
            Kind::Input,
            format!("{} is no file, so it cannot be the database.", path.display()),
        )
        .hint("Name a file: --database sqlite:PATH"),
        StoreError::Io { path, error } if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Report::new(Kind::Usage, format!("{}: {error}.", path.display()))
                .hint("Run the command as the user that the daemon runs as.")
        }
        StoreError::Io { path, error } => Report::new(Kind::Unexpected, format!("{}: {error}.", path.display())),
        StoreError::Newer { path, version, known } => Report::new(
            Kind::Integrity,
            format!(
                "{} is version {version}, made by a newer Handbill; this is {}, which knows up to {known}.",
                path.display(),
                env!("CARGO_PKG_VERSION")
            ),
        )
        .hint(format!(
            "Start the newer one again, or put {}.v{known} back. Nothing was changed.",
            path.display()
        )),
        StoreError::InUse { path, pid } => {
            let who = pid.map_or("another Handbill".to_owned(), |pid| format!("process {pid}"));
            Report::new(
                Kind::Refused,
                format!("{} must be brought up to date, and {who} uses it.", path.display()),
            )
            .hint("Stop it first, then try again.")
        }
        StoreError::NoDatabase { path, what } => Report::new(
            Kind::Integrity,
            format!("{} is no sound database: {what}.", path.display()),
        )
        .hint("Put a good copy in its place. Nothing was changed."),
        StoreError::Database(error) => storage(error),
    }
}

fn storage(error: &StorageError) -> Report {
    match error {
        StorageError::Corrupt { .. } => Report::new(Kind::Integrity, format!("{error}."))
            .hint("Look: handbill doctor. It may have been made by a newer version."),
        StorageError::Full => Report::new(
            Kind::Unexpected,
            "The disk is full, so nothing could be recorded, and nothing was changed.",
        )
        .hint("Free some space, and try again."),
        StorageError::Embargo => Report::new(Kind::Refused, "The post is under embargo. Nothing was changed."),
        _ => Report::new(Kind::Unexpected, format!("{error}.")),
    }
}
