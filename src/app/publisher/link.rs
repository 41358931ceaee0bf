//! The article's link, looked at shortly before a post goes out where the channel's `lint.link` blocks: a post whose
//! link is dead waits, and someone is told.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::calls::{Done, Errand, Outbound};
use super::cx::Cx;
use super::{Publisher, QUARANTINE};
use crate::app::{Fault, link};
use crate::config::Channel;
use crate::domain::delivery::{DEAD_LINK, Trouble, Why};
use crate::domain::lane::{Timing, Waiting};
use crate::domain::lint::{self, Draft, Level, Levels, LinkTrouble, Rule};
use crate::storage::Row;

/// A link that answered is not asked again for so long.
const GOOD: SignedDuration = SignedDuration::from_mins(10);
/// One that did not, is not asked again for another post or channel for so long.
const BAD: SignedDuration = SignedDuration::from_secs(20);
/// A post that waits for its link is tried again after this,
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// or before it is too late, so that there is time to look once more,
const LAST: SignedDuration = SignedDuration::from_secs(15);
/// but not sooner than this. Longer than [`BAD`], so that every try looks.
const SOONEST: SignedDuration = SignedDuration::from_secs(30);
/// Trouble that is not the page's own keeps the post's slot for so long, or half the time that a slot stays open; then
/// others have their turn. So an outage touches one post of a channel each quarter of an hour, and a server that stays
/// down stops no queue.
const PATIENCE: SignedDuration = SignedDuration::from_mins(15);
const DEADLINE: Duration = Duration::from_secs(10);

/// What was seen of a post's link.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    at: Timestamp,
    /// The link that was asked; an edit may have changed it since.
    url: String,
    trouble: Option<LinkTrouble>,
}

impl Seen {
    /// Whether it still tells something. What a clock that was put back says is in the future, does not.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        let limit = if self.trouble.is_some() { BAD } else { GOOD };
        self.at <= now && now.duration_since(self.at) < limit
    }
}

/// Whether a post may go as far as its link is concerned.
pub(super) enum Ready {
    Yes,
    /// It is being asked; the channel waits for the answer.
    Asked,
    No(LinkTrouble),
}

/// Looks at what is known of a post's link, and asks where that is nothing or too old.
pub(super) async fn ready(cx: &mut Cx<'_, '_>, channel: &Channel, waiting: &Waiting) -> Result<Ready, Fault> {
    // The rest of a half-published post, or a resend, has the link out already.
    if channel.lint.of(Rule::Link) != Level::Block || waiting.under_way || waiting.key_ends.is_some() {
        return Ok(Ready::Yes);
    }
    let Some(url) = cx.tx.post(waiting.post).await?.and_then(|post| post.url) else {
        return Ok(Ready::Yes);
    };
    let now = cx.tx.now;
    let seen = cx.links.get(&waiting.post);
    Ok(match seen.filter(|seen| seen.url == url && seen.is_fresh(now)) {
        Some(Seen { trouble: None, .. }) => Ready::Yes,
        Some(Seen {
            trouble: Some(trouble), ..
        }) => Ready::No(trouble.clone()),
        None => {
            cx.after.looks.insert(channel.name.clone(), None);
            cx.after.calls.push(Outbound::Link {
                channel: channel.name.clone(),
                post: waiting.post,
                url,
            });
            Ready::Asked
        }
    })
}

/// Why a post whose link is dead is given back, and until when. It is told once, until the link is well again.
pub(super) async fn wait(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    row: &Row,
    waiting: &Waiting,
    dead: &LinkTrouble,
) -> Result<Why, Fault> {
    let now = cx.tx.now;
    let message = words(dead);
    let before = row.d.dead_link();
    if before.is_none() {
        let told = format!("{}: {message} The post waits, and the link is asked again.", row.name());
        cx.tx
            .alert(Some(row.d.id), Some(&row.channel), DEAD_LINK, &told)
            .await?;
        cx.after.told = true;
    }
    let since = before.map_or(now, |before| before.at);
    let trouble = Trouble {
        kind: DEAD_LINK.to_owned(),
        message,
        at: since,
    };
    let retry_at = again(channel, row, waiting, now);
    let patience = PATIENCE.min(channel.late_limit / 2);
    Ok(if dead.is_the_pages_own() || now.duration_since(since) >= patience {
        Why::Unfit { trouble, retry_at }
    } else {
        Why::Later {
            trouble: Some(trouble),
            retry_at,
        }
    })
}

/// When the link is asked again: soon enough that a post whose time is short has another chance in it.
fn again(channel: &Channel, row: &Row, waiting: &Waiting, now: Timestamp) -> Timestamp {
    let planned = match waiting.timing {
        Timing::Slot => row.slot_at,
        Timing::At | Timing::Now => waiting.due,
    };
    let limit = planned.and_then(|at| at.checked_add(channel.late_limit).ok());
    let last = limit.into_iter().chain(waiting.expires).min();
    let after = |pause| now.checked_add(pause).unwrap_or(Timestamp::MAX);
    match last.and_then(|last| last.checked_sub(LAST).ok()) {
        Some(last) => last.clamp(after(SOONEST), after(AGAIN)),
        None => after(AGAIN),
    }
}

/// What is wrong with a link, in the words of the rule.
fn words(trouble: &LinkTrouble) -> String {
    let draft = Draft {
        link: Some(trouble.clone()),
        ..Draft::default()
    };
    let levels = Levels::all(Level::Off).with(Rule::Link, Level::Block);
    let found = lint::check(&draft, &[], &levels).into_iter().next();
    found.map_or_else(
        || "The article's link is not good".to_owned(),
        |finding| finding.message,
    )
}

impl Publisher {
    /// Asks a link, for every channel that waits for the same answer.
    pub(super) fn begin_link(&mut self, name: String, post: i64, url: String) {
        let app = self.app.clone();
        self.channels.entry(name.clone()).or_default().busy = true;
        let waits = self.links_asked.entry((post, url.clone())).or_default();
        waits.push(name);
        if waits.len() > 1 {
            return;
        }
        let of = (post, url.clone());
        let handle = self.tasks.spawn(async move {
            let trouble = link::ask(&app, &url, DEADLINE).await;
            let at = app.now();
            let seen = Seen { at, url, trouble };
            Done::Linked {
                channels: Vec::new(),
                post,
                seen,
            }
        });
        self.under_way.insert(handle.id(), Errand::Link(of));
    }

    /// The channels that waited for a link.
    pub(super) fn waited(&mut self, post: i64, seen: &Seen) -> Vec<String> {
        self.links_asked.remove(&(post, seen.url.clone())).unwrap_or_default()
    }

    /// Nobody will say what is wrong with a link: its channels are free, after a rest.
    pub(super) fn link_lost(&mut self, of: &(i64, String)) {
        let until = self.app.now().checked_add(QUARANTINE).ok();
        for name in self.links_asked.remove(of).unwrap_or_default() {
            self.free(&name);
            if let Some(post) = self.channels.get_mut(&name) {
                post.rest(until);
            }
        }
    }
}
