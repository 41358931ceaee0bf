//! What is said with a call, and what is read from the head of an answer.

use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, DATE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, RETRY_AFTER,
};

use super::{Ask, Kind, body};

/// Longer values are not kept: they end up in the database.
const VALUE_MAX: usize = 1_024;

/// A server that asks for more is taken to mean this.
const WAIT_MAX: Duration = Duration::from_secs(366 * 86_400);

/// The name that Handbill calls itself: with its version, and the organisation's website so that a server's staff can
/// see who calls. A website that no header can carry is left out.
pub(crate) fn user_agent(website: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    website
        .filter(|site| site.bytes().all(|byte| byte.is_ascii_graphic()))
        .map_or_else(
            || format!("handbill/{version}"),
            |site| format!("handbill/{version} (+{site})"),
        )
}

pub(super) fn of_call(ask: &Ask<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let accept = match ask.kind {
        Kind::Page => "text/html, application/xhtml+xml, */*;q=0.5",
        Kind::Feed => {
            "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, \
             application/json;q=0.8, */*;q=0.5"
        }
        Kind::Image => "image/jpeg, image/png, image/webp, image/gif, image/*;q=0.5, */*;q=0.2",
    };
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(body::ACCEPTED));
    // Without a language the server's own choice is the best one: the article, not a translation.
    let language = ask
        .language
        .map_or_else(|| "*".to_owned(), |tag| format!("{tag}, *;q=0.5"));
    put(&mut headers, ACCEPT_LANGUAGE, Some(&language));
    put(&mut headers, IF_NONE_MATCH, ask.etag);
    put(&mut headers, IF_MODIFIED_SINCE, ask.modified);
    headers
}

/// A value that no header can carry is left out: then the whole page comes.
fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(name, value);
    }
}

/// A header's value, if it is plain text of a sensible length.
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty() && value.len() <= VALUE_MAX).then(|| value.to_owned())
}

/// How long the server wants no further call: `Retry-After` in seconds, or as a date on the clock of its own `Date`.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, &RETRY_AFTER)?;
    let wait = if value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only overflow can fail here.
        value.parse().map_or(WAIT_MAX, Duration::from_secs)
    } else {
        let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
        let until = date(&value)?;
        let now = date(&text(headers, &DATE)?)?;
        Duration::try_from(until.duration_since(now)).unwrap_or_default()
    };
    Some(wait.min(WAIT_MAX))
}
