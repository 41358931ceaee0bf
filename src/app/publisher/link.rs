//! The article's link, looked at shortly before a post goes out where the channel's `lint.link` blocks: a post whose
//! link is dead waits, and someone is told.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Publisher;
use super::calls::{Done, Outbound};
use super::cx::Cx;
use crate::app::Fault;
use crate::app::article::link_trouble;
use crate::config::Channel;
use crate::domain::delivery::{DEAD_LINK, Trouble};
use crate::domain::lane::Waiting;
use crate::domain::lint::{self, Draft, Level, Levels, LinkTrouble, Rule};
use crate::storage::Row;

/// A link that answered is not asked again for so long.
const GOOD: SignedDuration = SignedDuration::from_mins(10);
/// One that did not is asked again after this.
pub(super) const AGAIN: SignedDuration = SignedDuration::from_mins(5);
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
    /// Whether it may still be of use.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < GOOD
    }
}

/// Whether a post may go as far as its link is concerned.
pub(super) enum Ready {
    Yes,
    /// It is being asked; the channel waits for the answer.
    Asked,
    No(Trouble),
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
    let seen = cx.links.get(&waiting.post).filter(|seen| {
        let limit = if seen.trouble.is_some() { AGAIN } else { GOOD };
        seen.url == url && now.duration_since(seen.at) < limit
    });
    Ok(match seen {
        None => {
            cx.after.looks.insert(channel.name.clone(), None);
            cx.after.calls.push(Outbound::Link {
                channel: channel.name.clone(),
                post: waiting.post,
                url,
            });
            Ready::Asked
        }
        Some(Seen { trouble: None, .. }) => Ready::Yes,
        Some(Seen {
            trouble: Some(trouble), ..
        }) => Ready::No(Trouble {
            kind: DEAD_LINK.to_owned(),
            message: words(trouble),
            at: now,
        }),
    })
}

/// Tells that a post waits for its link, once for each thing that is wrong with it.
pub(super) async fn tell(cx: &mut Cx<'_, '_>, row: &Row, trouble: &Trouble) -> Result<(), Fault> {
    if row.d.dead_link().is_some_and(|old| old.message == trouble.message) {
        return Ok(());
    }
    let told = format!(
        "{}: {} The post waits, and the link is asked again.",
        row.name(),
        trouble.message
    );
    cx.tx
        .alert(Some(row.d.id), Some(&row.channel), DEAD_LINK, &told)
        .await?;
    cx.after.told = true;
    Ok(())
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
    pub(super) fn begin_link(&mut self, name: String, post: i64, url: String) {
        let app = self.app.clone();
        self.channels.entry(name.clone()).or_default().busy = true;
        let handle = self.tasks.spawn(async move {
            let trouble = link_trouble(&app, &url, DEADLINE).await;
            Done::Linked {
                channel: name,
                post,
                seen: Seen {
                    at: app.now(),
                    url,
                    trouble,
                },
            }
        });
        self.under_way.insert(handle.id(), None);
    }
}
