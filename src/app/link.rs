//! Whether an article's link leads readers to the article.

use std::time::Duration;

use super::App;
use super::article::PageTrouble;
use crate::domain::lint::LinkTrouble;
use crate::fetch::{Class, FetchError};

/// What is wrong with a link now, as far as asking tells.
pub async fn ask(app: &App, url: &str, deadline: Duration) -> Option<LinkTrouble> {
    match app.fetcher.check(url, deadline).await {
        Ok(checked) => leads_elsewhere(url, &checked.url)
            .map(LinkTrouble::Elsewhere)
            .or_else(|| (checked.status >= 400).then_some(LinkTrouble::Refused(checked.status))),
        Err(error) => of_fetch(&error),
    }
}

/// The address that another leads to, if it is on another host.
#[must_use]
pub fn leads_elsewhere(url: &str, end: &url::Url) -> Option<String> {
    let asked = url::Url::parse(url).ok()?;
    let (from, to) = (asked.host_str()?, end.host_str()?);
    (!same_site(from, to)).then(|| end.to_string())
}

/// Whether two hosts are one site to a reader: the same, or one with `www.` before it.
fn same_site(one: &str, other: &str) -> bool {
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    bare(one) == bare(other)
}

/// What a page that could not be read means for readers who follow the link.
pub(super) fn of_page(trouble: &PageTrouble) -> Option<LinkTrouble> {
    match trouble {
        PageTrouble::Fetch(error) => of_fetch(error),
        // It is there for readers.
        PageTrouble::Unreadable { elsewhere, .. } => elsewhere.clone().map(LinkTrouble::Elsewhere),
    }
}

/// As [`of_page`], of a page that was not fetched. What a rule of ours forbids to ask tells nothing.
fn of_fetch(error: &FetchError) -> Option<LinkTrouble> {
    match error {
        FetchError::Status { status, .. } => Some(LinkTrouble::Refused(*status)),
        error if error.class() == Class::Refused => None,
        error => Some(LinkTrouble::Silent(error.to_string())),
    }
}
