//! What is asked for, and what comes back.

use std::time::Duration;

use url::Url;

use super::error::FetchError;
use super::target::host_of;
use super::{DEADLINE, decode};

/// What the page is wanted for: servers may have more than one form of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Page,
    Feed,
    Image,
}

/// A wish for a page.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub url: &'a str,
    pub kind: Kind,
    /// The whole call: looking the name up, connecting, redirects, the last byte.
    pub deadline: Duration,
    /// The `etag` of the copy that is there already.
    pub etag: Option<&'a str>,
    /// The `last_modified` of that copy.
    pub modified: Option<&'a str>,
    /// The language that is preferred (BCP 47); none: the server's own choice.
    pub language: Option<&'a str>,
}

impl<'a> Ask<'a> {
    /// With the usual deadline, and no copy that is there already.
    #[must_use]
    pub fn new(url: &'a str, kind: Kind) -> Self {
        Self {
            url,
            kind,
            deadline: DEADLINE,
            etag: None,
            modified: None,
            language: None,
        }
    }
}

/// An answer, whatever its status. The body is read for success only (200 to 299).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where the answer came from in the end.
    pub url: Url,
    /// The addresses that redirected, in order; the first is the one that was asked for.
    pub hops: Vec<Url>,
    /// Whether every one of them said that this is for good (301, 308).
    pub for_good: bool,
    pub status: u16,
    pub content_type: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub retry_after: Option<Duration>,
    /// Unpacked, whole: a body that is too long is an error, never cut.
    pub body: Vec<u8>,
}

impl Page {
    /// The copy that is there already is still good.
    #[must_use]
    pub fn unchanged(&self) -> bool {
        self.status == 304
    }

    /// Where it has moved for good, if it has.
    #[must_use]
    pub fn moved(&self) -> Option<&Url> {
        Some(&self.url).filter(|_| !self.hops.is_empty() && self.for_good && !self.downgraded())
    }

    /// A redirect led from https to plain http.
    #[must_use]
    pub fn downgraded(&self) -> bool {
        let mut encrypted = false;
        self.hops.iter().chain([&self.url]).any(|url| {
            let before = std::mem::replace(&mut encrypted, url.scheme() == "https");
            before && !encrypted
        })
    }

    /// Itself if the status is a success, else the status in words.
    pub fn success(self) -> Result<Self, FetchError> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(FetchError::Status {
            host: host_of(&self.url),
            status: self.status,
            retry_after: self.retry_after,
        })
    }

    /// The body as text, and the name of its encoding.
    #[must_use]
    pub fn text(&self) -> (String, &'static str) {
        decode(&self.body, self.content_type.as_deref())
    }
}

/// What a link answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Where it leads in the end.
    pub url: Url,
    /// The addresses that redirected, in order; the first is the one that was asked for.
    pub hops: Vec<Url>,
    pub status: u16,
}
