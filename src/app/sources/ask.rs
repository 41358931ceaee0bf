//! Asking a feed: one call, and what its answer means.

use std::time::Duration;

use jiff::SignedDuration;

use crate::app::App;
use crate::config::Source;
use crate::domain::post::tidy_url;
use crate::domain::source::State;
use crate::fetch::{Ask, Kind, Page};
use crate::sources::{self, Feed};

/// A longer mark of a copy is not kept, in bytes: the whole feed is asked for again.
const MARK_MAX: usize = 1_000;

/// What a server said.
pub(super) enum Heard {
    Feed(Feed),
    /// Not changed since the copy that it was asked with.
    Same,
    /// Gone for good.
    Gone,
    /// Nothing of use, and why: a sentence without its full stop.
    Failed(String),
}

/// An answer.
pub(super) struct Reply {
    pub(super) heard: Heard,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) retry_after: Option<SignedDuration>,
    /// Where the feed has moved for good.
    pub(super) moved: Option<String>,
}

impl Reply {
    fn failed(why: String) -> Self {
        Self {
            heard: Heard::Failed(why),
            etag: None,
            modified: None,
            retry_after: None,
            moved: None,
        }
    }
}

/// Asks for a feed. `copy`: what is known of it, if only news are wanted.
pub(super) async fn ask(app: &App, source: &Source, copy: Option<&State>, deadline: Duration) -> Reply {
    let ask = Ask {
        deadline,
        etag: copy.and_then(|copy| copy.etag.as_deref()),
        modified: copy.and_then(|copy| copy.modified.as_deref()),
        ..Ask::new(&source.url, Kind::Feed)
    };
    let page = match app.fetcher.get(&ask).await {
        Ok(page) => page,
        Err(error) => return Reply::failed(error.to_string()),
    };
    let mark = |mark: &Option<String>| mark.clone().filter(|mark| mark.len() <= MARK_MAX);
    let reply = Reply {
        etag: mark(&page.etag),
        modified: mark(&page.last_modified),
        retry_after: page.retry_after.and_then(|pause| SignedDuration::try_from(pause).ok()),
        moved: moved(source, &page),
        heard: Heard::Same,
    };
    let asked_for_news = ask.etag.is_some() || ask.modified.is_some();
    let heard = match page.status {
        410 => Heard::Gone,
        304 if asked_for_news => Heard::Same,
        _ => match page.success() {
            Ok(page) => read(page).await,
            Err(error) => Heard::Failed(error.to_string()),
        },
    };
    Reply { heard, ..reply }
}

/// Reads the feed; a large one keeps a processor busy for a while.
async fn read(page: Page) -> Heard {
    let read =
        tokio::task::spawn_blocking(move || sources::read(&page.body, page.content_type.as_deref(), &page.url)).await;
    match read {
        Ok(Ok(feed)) => Heard::Feed(feed),
        Ok(Err(error)) => Heard::Failed(error.to_string()),
        Err(error) => Heard::Failed(format!(
            "Handbill met something in it that it does not understand: {error}"
        )),
    }
}

/// Where it has moved for good; a slash more or less is no move.
fn moved(source: &Source, page: &Page) -> Option<String> {
    let to = page.moved()?.as_str();
    (tidy_url(to) != tidy_url(&source.url)).then(|| to.to_owned())
}
