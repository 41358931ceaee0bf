//! Pages that a user names: articles, feeds, images. One call, its redirects, one whole answer within bounds.
//!
//! Whoever can name a URL could otherwise make this machine read what only it can reach. So: http and https only;
//! public addresses only, in the URL, in what a name resolves to, and once more on the address that was connected to,
//! at every redirect; no cookies, no logins, no proxy from the environment (a proxy looks names up itself and connects
//! where this machine cannot check). Time, size and redirects are bounded; nothing is kept between calls and nothing
//! is resent.
//!
//! Posting calls go another way: `crate::http`.

pub mod address;
mod body;
mod charset;
mod error;
mod headers;
mod page;
mod reason;
mod resolve;
mod target;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION};
use reqwest::{Client, Response};
use tokio::time::Instant;
use url::{Position, Url};

use self::address::Gate;
use self::resolve::{Names, Resolver, System};
use self::target::host_of;

pub use self::charset::decode;
pub use self::error::{Class, FetchError, Rule};
pub(crate) use self::headers::user_agent;
pub use self::page::{Ask, Checked, Kind, Page};

/// Redirects that are followed.
pub const REDIRECTS_MAX: usize = 5;

/// The most that is read of a body, unpacked; in bytes.
pub const BODY_MAX: usize = 8 << 20;

/// The time for a whole call where nothing else is said.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Connecting, shared out among the addresses of a name; less than the deadline, so that a second address is tried.
const CONNECT: Duration = Duration::from_secs(10);

/// Headers of one answer: their number, and over HTTP/2 their size in bytes. Over HTTP/1 the size is bounded by the
/// client's buffer, about 400 kB.
const HEADERS_MAX: usize = 200;
const HEADER_BYTES_MAX: u32 = 128 << 10;

/// The way to the pages; made once.
pub struct Fetcher {
    user_agent: String,
    gate: Gate,
    names: Arc<dyn Names>,
    // Made at the first call: an idle daemon holds no root certificates in memory.
    client: OnceLock<Result<Client, String>>,
}

/// An answer whose body is still to come.
struct Arrival {
    url: Url,
    hops: Vec<Url>,
    for_good: bool,
    response: Response,
    deadline: Deadline,
}

impl Fetcher {
    /// `website`: the organisation's, for the name that Handbill gives. `allow_private`: every address may be called.
    #[must_use]
    pub fn new(website: Option<&str>, allow_private: bool) -> Self {
        Self {
            user_agent: user_agent(website),
            gate: Gate::new(allow_private),
            names: Arc::new(System),
            client: OnceLock::new(),
        }
    }

    /// The page, whatever its status.
    pub async fn get(&self, ask: &Ask<'_>) -> Result<Page, FetchError> {
        let Arrival {
            url,
            hops,
            for_good,
            response,
            deadline,
        } = self.follow(ask).await?;
        let status = response.status();
        let head = response.headers();
        let mut page = Page {
            status: status.as_u16(),
            content_type: headers::text(head, &CONTENT_TYPE),
            etag: headers::text(head, &ETAG),
            last_modified: headers::text(head, &LAST_MODIFIED),
            retry_after: headers::retry_after(head),
            body: Vec::new(),
            url,
            hops,
            for_good,
        };
        if status.is_success() {
            page.body = deadline
                .keep(&page.url, body::read(response, &page.url, BODY_MAX))
                .await?;
        }
        Ok(page)
    }

    /// Whether a link answers, and where it leads. It is asked as a reader would: some servers refuse HEAD. The body
    /// is not read.
    pub async fn check(&self, url: &str, deadline: Duration) -> Result<Checked, FetchError> {
        let ask = Ask {
            deadline,
            ..Ask::new(url, Kind::Page)
        };
        let arrival = self.follow(&ask).await?;
        Ok(Checked {
            status: arrival.response.status().as_u16(),
            url: arrival.url,
            hops: arrival.hops,
        })
    }

    async fn follow(&self, ask: &Ask<'_>) -> Result<Arrival, FetchError> {
        let mut url = target::parse(ask.url, self.gate)?;
        let client = self.client()?;
        let deadline = Deadline::new(ask.deadline);
        let mut hops: Vec<Url> = Vec::new();
        let mut for_good = true;
        loop {
            let from = |error: FetchError| match hops.last() {
                Some(hop) => error.led_from(&host_of(hop)),
                None => error,
            };
            let call = client.get(url.clone()).headers(headers::of_call(ask)).send();
            let call = async { call.await.map_err(|error| reason::sort(&error, &url)) };
            let response = deadline.keep(&url, call).await.map_err(from)?;
            self.check_peer(&url, &response).map_err(from)?;
            let Some(next) = redirect(&url, &response)? else {
                return Ok(Arrival {
                    url,
                    hops,
                    for_good,
                    response,
                    deadline,
                });
            };
            for_good &= matches!(response.status().as_u16(), 301 | 308);
            target::check(&next, self.gate).map_err(|error| error.led_from(&host_of(&url)))?;
            hops.push(std::mem::replace(&mut url, next));
            check_hops(&hops, &url)?;
        }
    }

    /// Looks at the address that was in fact connected to, should one ever slip past the resolver.
    fn check_peer(&self, url: &Url, response: &Response) -> Result<(), FetchError> {
        let Some(peer) = response.remote_addr() else {
            return Err(FetchError::Broken {
                host: host_of(url),
                why: "the address of the connection is not known".to_owned(),
            });
        };
        match self.gate.refuses(peer.ip()) {
            Some(what) => Err(FetchError::refused(&host_of(url), Rule::Address(peer.ip(), what))),
            None => Ok(()),
        }
    }

    fn client(&self) -> Result<&Client, FetchError> {
        self.client
            .get_or_init(|| self.build())
            .as_ref()
            .map_err(|why| FetchError::Setup { why: why.clone() })
    }

    fn build(&self) -> Result<Client, String> {
        // Another client may have installed it already; the provider is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .user_agent(self.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .dns_resolver(Resolver {
                gate: self.gate,
                names: Arc::clone(&self.names),
            })
            // No connection outlives its call, so none is used whose address was checked for another one.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .http1_max_headers(HEADERS_MAX)
            .http2_max_header_list_size(HEADER_BYTES_MAX)
            .build()
            .map_err(|error| {
                let why = reason::innermost(&error);
                format!("{why}; install ca-certificates or set SSL_CERT_FILE")
            })
    }
}

/// Where the answer sends us; nothing if it is an answer in itself.
fn redirect(url: &Url, response: &Response) -> Result<Option<Url>, FetchError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).map(|value| value.as_bytes());
    // Servers put bare UTF-8 there; `join` escapes it.
    let next = location.and_then(|bytes| url.join(&String::from_utf8_lossy(bytes)).ok());
    next.map(Some)
        .ok_or_else(|| FetchError::LostRedirect { host: host_of(url) })
}

fn check_hops(hops: &[Url], next: &Url) -> Result<(), FetchError> {
    let page = |url: &Url| url[..Position::AfterQuery].to_owned();
    let first = || hops.first().map(host_of).unwrap_or_default();
    if hops.iter().any(|hop| page(hop) == page(next)) {
        return Err(FetchError::Loop { host: host_of(next) });
    }
    if hops.len() > REDIRECTS_MAX {
        return Err(FetchError::TooManyRedirects {
            host: first(),
            last: host_of(next),
        });
    }
    Ok(())
}

/// The end of the time for a call, over all its steps.
#[derive(Clone, Copy)]
struct Deadline {
    end: Option<Instant>,
    after: Duration,
}

impl Deadline {
    fn new(after: Duration) -> Self {
        Self {
            end: Instant::now().checked_add(after),
            after,
        }
    }

    async fn keep<T>(&self, url: &Url, step: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
        // A time too long to be counted is no limit.
        let Some(end) = self.end else { return step.await };
        let late = |_| FetchError::Deadline {
            host: host_of(url),
            after: self.after,
        };
        tokio::time::timeout_at(end, step).await.map_err(late)?
    }
}
