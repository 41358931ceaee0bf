//! The only way out of an adapter.
//!
//! An adapter is straight-line code: `let answer = wire.call("status", effect, request)?;`. It is run by *replay*:
//! [`Wire::call`] hands back the recorded answer of a step that was made before, and stops the adapter with
//! [`Halt::Call`] at the first step that was not. The engine then commits the intent, fills in the secret, sends,
//! commits the answer, and runs the adapter again from the top. So an adapter needs no client, clock, database or
//! secret, a crash at any point is just one more replay, and what happened before is never sent again.
//!
//! Rules for adapters: step names are unique within a part, and everything is decided from the job and the answers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::failure::{Failure, Problem};

/// What a lost answer means for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nobody sees the step: it may be sent again.
    Repeatable,
    /// The network drops a repeat of the same key and bytes, for `ttl` after the first (`None`: for ever).
    Keyed { ttl: Option<SignedDuration> },
    /// Never again: ask `find`, and if that cannot tell, a person.
    Once,
}

impl Effect {
    /// Whether readers can see the step.
    #[must_use]
    pub fn visible(self) -> bool {
        self != Effect::Repeatable
    }
}

/// One request as it is recorded: complete but for the secret, which is filled in right before sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub method: Method,
    /// The address; `{url}` stands for the channel's secret address.
    pub url: String,
    pub headers: Vec<(String, String)>,
    /// The exact bytes; text, since every body that is posted as a message is.
    pub body: Option<String>,
    /// Whether the channel's login is to be filled in.
    pub signed: bool,
    /// A picture that is the body, or a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<Upload>,
}

/// A picture on its way out. Its bytes are not recorded: the hash names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: String,
    pub mime: String,
    /// As a file of a form; else it is the whole body.
    pub form: Option<Form>,
}

/// A form with one file (`multipart/form-data`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The file's field and name.
    pub file: String,
    pub name: String,
    /// The other fields; no field's name has quotes or line breaks.
    pub fields: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    Get,
    Post,
    /// Put the entry into the local feed's files; `url` is the folder.
    WriteFeed,
    /// Read which entries the local feed's files hold; `url` is the folder.
    ReadFeed,
}

impl Request {
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            signed: false,
            upload: None,
        }
    }

    /// A POST with a JSON body, given as its exact text.
    #[must_use]
    pub fn post_json(url: impl Into<String>, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self {
            method: Method::Post,
            url: url.into(),
            headers,
            body: Some(body.into()),
            signed: false,
            upload: None,
        }
    }

    /// A POST whose body is a picture, or a form with one.
    #[must_use]
    pub fn post_picture(url: impl Into<String>, upload: Upload) -> Self {
        Self {
            upload: Some(upload),
            ..Self::post_empty(url)
        }
    }

    /// A POST without a body.
    #[must_use]
    pub fn post_empty(url: impl Into<String>) -> Self {
        Self {
            method: Method::Post,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            signed: false,
            upload: None,
        }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// Asks for the channel's login to be filled in before sending.
    #[must_use]
    pub fn signed(mut self) -> Self {
        self.signed = true;
        self
    }
}

/// What came back: a complete answer, read to its last byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    /// Lower-case names; only those that Handbill reads are kept.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// When the last byte was read, by our clock.
    pub at: Timestamp,
}

impl Answer {
    /// The first header of this (lower-case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON, or null where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or(serde_json::Value::Null)
    }
}

/// An answer that was recorded for a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub step: String,
    pub answer: Answer,
}

/// A step that has not been made yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub step: String,
    pub effect: Effect,
    pub request: Request,
}

/// Why the adapter's code stopped before its end; adapters pass it on with `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// This step is to be made next.
    Call(Box<Call>),
    /// Nothing to do before this instant (a server is still working on a medium, say).
    Wait {
        until: Timestamp,
    },
    Failed(Failure),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Halt::Failed(failure)
    }
}

/// How a network sorts an answer that is not a success: by status and codes, never by prose.
pub type Sort = dyn Fn(&Answer) -> Failure;

/// Replays what was recorded; see the module's text.
pub struct Wire<'a> {
    recorded: &'a [Recorded],
    sort: &'a Sort,
    now: Timestamp,
    last: Option<Timestamp>,
}

impl<'a> Wire<'a> {
    #[must_use]
    pub fn new(recorded: &'a [Recorded], sort: &'a Sort, now: Timestamp) -> Self {
        Self {
            recorded,
            sort,
            now,
            last: None,
        }
    }

    /// Makes a step, or gives the recorded answer of one that was made.
    ///
    /// # Errors
    /// [`Halt::Call`] where the step was not made yet; [`Halt::Failed`] where the answer is not a success.
    pub fn call(&mut self, step: &str, effect: Effect, request: Request) -> Result<Answer, Halt> {
        let answer = self.attempt(step, effect, request)?;
        if answer.is_success() {
            Ok(answer)
        } else {
            Err(Halt::Failed((self.sort)(&answer)))
        }
    }

    /// As [`Wire::call`], but an answer that is not a success is handed back too, for adapters that decide by it.
    ///
    /// # Errors
    /// [`Halt::Call`] where the step was not made yet.
    pub fn attempt(&mut self, step: &str, effect: Effect, request: Request) -> Result<Answer, Halt> {
        match self.recorded.iter().find(|r| r.step == step) {
            Some(record) => {
                self.last = Some(record.answer.at);
                Ok(record.answer.clone())
            }
            None => Err(Halt::Call(Box::new(Call {
                step: step.to_owned(),
                effect,
                request,
            }))),
        }
    }

    /// Whether an answer came less than so long ago: what it named may be gone after that.
    #[must_use]
    pub fn is_younger(&self, answer: &Answer, than: SignedDuration) -> bool {
        self.now.duration_since(answer.at) < than
    }

    /// Goes on only when `pause` has passed since the last answer; for polling a server that is still at work.
    ///
    /// # Errors
    /// [`Halt::Wait`] until then.
    pub fn wait(&mut self, pause: SignedDuration) -> Result<(), Halt> {
        match self.last.and_then(|at| at.checked_add(pause).ok()) {
            Some(until) if until > self.now => Err(Halt::Wait { until }),
            _ => Ok(()),
        }
    }
}

/// A success whose body does not say what it must: no proof of anything.
#[must_use]
pub fn unreadable(answer: &Answer, what: &str) -> Halt {
    Halt::Failed(Failure::Unclear(Problem::unknown(format!(
        "the server answered {} but {what}",
        answer.status
    ))))
}
