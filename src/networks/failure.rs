//! The closed set of ways in which a call can fail, sorted by what may be done next.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::wire::Answer;

/// What went wrong, in the words of `error` in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    Auth,
    Duplicate,
    TooLong,
    Invalid,
    Media,
    Rate,
    Transient,
    Suspended,
    Unknown,
}

impl ProblemKind {
    /// Every kind with its word.
    pub const ALL: [(ProblemKind, &'static str); 9] = [
        (ProblemKind::Auth, "auth"),
        (ProblemKind::Duplicate, "duplicate"),
        (ProblemKind::TooLong, "too_long"),
        (ProblemKind::Invalid, "invalid"),
        (ProblemKind::Media, "media"),
        (ProblemKind::Rate, "rate"),
        (ProblemKind::Transient, "transient"),
        (ProblemKind::Suspended, "suspended"),
        (ProblemKind::Unknown, "unknown"),
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(k, _)| *k == self).map_or("unknown", |(_, w)| w)
    }

    /// The kind of a word that was stored; `None` for a word that the program does not know.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(k, _)| *k)
    }
}

/// A failure told to a person: its kind, and what the server said or did. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub message: String,
}

impl Problem {
    #[must_use]
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    #[must_use]
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(ProblemKind::Unknown, message)
    }
}

/// Why a call did not do what it was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Surely not posted, and never will be as it stands.
    Refused(Problem),
    /// Surely not posted: the login is dead; a person must sign in again.
    SignIn(Problem),
    /// Surely not posted: only the session is too old; renew it and go on.
    Stale,
    /// Surely not posted; may be tried again, not before `at` where the server gave a time.
    Later { problem: Problem, at: Option<Timestamp> },
    /// The network says it has this already: no proof that ours is out.
    Duplicate(Problem),
    /// Nobody can say from this answer whether it is out.
    Unclear(Problem),
}

impl Failure {
    /// Sorts by HTTP status alone, for networks (or answers) without codes of their own: a 5xx proves nothing, since
    /// a server may fail after it accepted.
    #[must_use]
    pub fn by_status(answer: &Answer) -> Failure {
        let said = said(answer);
        match answer.status {
            401 => Failure::SignIn(Problem::new(ProblemKind::Auth, said)),
            403 => Failure::SignIn(Problem::new(ProblemKind::Suspended, said)),
            429 => Failure::Later {
                problem: Problem::new(ProblemKind::Rate, said),
                at: retry_after(answer),
            },
            // A gateway says 408 of a server that did not answer in time, too.
            408 => Failure::Unclear(Problem::unknown(said)),
            400..=499 => Failure::Refused(Problem::new(ProblemKind::Invalid, said)),
            _ => Failure::Unclear(Problem::unknown(said)),
        }
    }
}

/// What the server said, short and on one line: its own message where the body has one in a usual member.
#[must_use]
pub fn said(answer: &Answer) -> String {
    let json = answer.json();
    let words = ["message", "error_description", "error", "detail", "description"]
        .iter()
        .find_map(|member| json.get(member).and_then(serde_json::Value::as_str))
        .map_or_else(|| answer.body.clone(), str::to_owned);
    let words: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    let words = words.trim();
    if words.is_empty() {
        format!("the server answered {}", answer.status)
    } else {
        format!("the server answered {}: {words}", answer.status)
    }
}

/// No server is waited for longer than this: a time further ahead is a mistake of the server.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The instant before which the server wants no further call: `Retry-After` in seconds or as a date, counted by the
/// server's own clock where it gave one.
#[must_use]
pub fn retry_after(answer: &Answer) -> Option<Timestamp> {
    let value = answer.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<i64>() {
        return answer
            .at
            .checked_add(SignedDuration::from_secs(seconds.clamp(0, WAIT_MAX.as_secs())))
            .ok();
    }
    corrected(http_date(value)?, answer)
}

/// A time at which a server wants to be called again, as one of ours; no server is waited for longer than a day.
#[must_use]
pub fn corrected(theirs: Timestamp, answer: &Answer) -> Option<Timestamp> {
    let wait = by_our_clock(theirs, answer).duration_since(answer.at);
    answer.at.checked_add(wait.clamp(SignedDuration::ZERO, WAIT_MAX)).ok()
}

/// An instant of the server's clock as one of ours: what the server's `Date` differs from our clock is taken away.
#[must_use]
pub fn by_our_clock(theirs: Timestamp, answer: &Answer) -> Timestamp {
    let date = answer.header("date").and_then(http_date);
    date.and_then(|date| answer.at.checked_add(theirs.duration_since(date)).ok())
        .unwrap_or(theirs)
}

/// Reads the date of an HTTP header (RFC 9110, IMF-fixdate).
#[must_use]
pub fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}
