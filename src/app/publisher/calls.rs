//! Calls on their way out: the recorded call of a delivery, a login, a look-up, a check. Each runs as a task of its own, so that a slow network delays nobody else.

use std::time::Duration;

use jiff::Timestamp;

use super::link::Seen;
use super::{Publisher, crash};
use crate::app::compose::{account, settings};
use crate::app::talk::{Of, converse, log_in, send, unclear};
use crate::app::{App, Fault, check, feed, network_of};
use crate::config::{Channel, FRESH};
use crate::http::SendError;
use crate::networks::wire::{Answer, Call, Method};
use crate::networks::{Facts, Failure, Found, Job, Receipt, Search, Session};
use crate::storage::Row;

/// What a recorded call belongs to.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) delivery: i64,
    pub(super) channel: String,
    /// The claim under which it was begun.
    pub(super) token: i64,
    pub(super) attempt: i64,
    pub(super) visible: bool,
    /// The part's number.
    pub(super) part: usize,
    pub(super) step: String,
    pub(super) key: String,
}

/// What a look-up belongs to.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) delivery: i64,
    pub(super) channel: String,
    pub(super) part: usize,
    /// The newest visible attempt when the look began.
    pub(super) attempt: i64,
    pub(super) began: Timestamp,
}

/// What came of a task.
#[derive(Clone, Debug)]
pub(super) enum Done {
    /// A recorded call is over.
    Answered {
        ticket: Ticket,
        result: Result<Answer, SendError>,
    },
    LoggedIn {
        delivery: i64,
        channel: String,
        token: i64,
        result: Result<Option<Session>, Failure>,
    },
    Looked {
        look: Look,
        result: Result<Found, Failure>,
    },
    /// A post's link was looked at.
    Linked {
        /// The channels that waited for it; known when the answer is taken in.
        channels: Vec<String>,
        post: i64,
        seen: Seen,
    },
    Checked {
        channel: String,
        waits: bool,
        /// The first check since the start or the last reading of the configuration.
        first: bool,
        result: Result<(Facts, Option<Session>), Failure>,
    },
}

impl Done {
    pub(super) fn channel(&self) -> Option<&str> {
        match self {
            Done::Answered { ticket, .. } => Some(&ticket.channel),
            Done::Looked { look, .. } => Some(&look.channel),
            Done::LoggedIn { channel, .. } | Done::Checked { channel, .. } => Some(channel),
            Done::Linked { channels, .. } => channels.first().map(String::as_str),
        }
    }
}

/// What a task is for: what must be set free where it ends without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// A delivery that is `sending`, and its channel.
    Send(i64, String),
    /// A look-up.
    Look,
    /// A post's link.
    Link((i64, String)),
    /// A check of a channel; `waits`: which does nothing else meanwhile.
    Check { channel: String, waits: bool },
}

/// What is to be begun after the commit.
#[derive(Debug)]
pub(super) enum Outbound {
    /// `boot`: time since boot, from which `fresh` is counted; `resend`: the part was in doubt before.
    Call {
        ticket: Ticket,
        call: Box<Call>,
        boot: Duration,
        resend: bool,
    },
    Login {
        delivery: i64,
        channel: String,
        token: i64,
    },
    Look {
        row: Box<Row>,
        channel: String,
        part: usize,
        attempt: i64,
        since: Timestamp,
        taken: Vec<String>,
    },
    /// Is a post's link alive?
    Link {
        channel: String,
        post: i64,
        url: String,
    },
    /// `waits`: the channel does nothing else until the answer is there.
    Check {
        channel: String,
        waits: bool,
    },
}

impl Outbound {
    /// The channel that does nothing else until this is over.
    pub(super) fn occupies(&self) -> Option<&str> {
        match self {
            Outbound::Call { ticket, .. } => Some(&ticket.channel),
            Outbound::Login { channel, .. }
            | Outbound::Link { channel, .. }
            | Outbound::Check { channel, waits: true } => Some(channel),
            Outbound::Look { .. } | Outbound::Check { .. } => None,
        }
    }

    /// The delivery that is `sending` because of it, and its channel.
    pub(super) fn sending(&self) -> Option<(i64, String)> {
        match self {
            Outbound::Call { ticket, .. } => Some((ticket.delivery, ticket.channel.clone())),
            Outbound::Login { delivery, channel, .. } => Some((*delivery, channel.clone())),
            Outbound::Look { .. } | Outbound::Link { .. } | Outbound::Check { .. } => None,
        }
    }
}

impl Publisher {
    /// Begins a task.
    pub(super) async fn begin(&mut self, outbound: Outbound) -> Result<(), Fault> {
        match outbound {
            Outbound::Call { ticket, call, boot, .. } => self.begin_call(ticket, call, boot).await,
            Outbound::Login {
                delivery,
                channel,
                token,
            } => self.begin_login(delivery, channel, token),
            Outbound::Look {
                row,
                channel,
                part,
                attempt,
                since,
                taken,
            } => {
                let id = row.d.id;
                self.looking.insert(id);
                let begun = self.begin_look(*row, channel, part, attempt, since, taken).await;
                if begun.is_err() {
                    self.looking.remove(&id);
                    self.unknown_dirty = true;
                }
                begun
            }
            Outbound::Link { channel, post, url } => {
                self.begin_link(channel, post, url);
                Ok(())
            }
            Outbound::Check { channel, waits } => self.begin_check(channel, waits),
        }
    }

    async fn begin_call(&mut self, ticket: Ticket, call: Box<Call>, boot: Duration) -> Result<(), Fault> {
        let app = self.app.clone();
        let name = ticket.channel.clone();
        let delivery = ticket.delivery;
        let channel = app.channel(&name)?.clone();
        let session = self.channels.get(&name).and_then(|post| post.session.clone());
        if let Some(post) = self.channels.get_mut(&name) {
            post.busy = true;
        }
        if call.request.method == Method::WriteFeed {
            // The entries are read here, where no other writer of this folder runs: the feed is a view of the database.
            let files = feed::render(&app, &mut self.store, &channel, &ticket.key).await?;
            let handle = self.tasks.spawn_blocking(move || {
                crash::point("before-call");
                let result = is_fresh(&app, boot)
                    .and_then(|()| feed::write(&files))
                    .map(|()| feed::written(app.now()));
                crash::point("after-call");
                Done::Answered { ticket, result }
            });
            self.under_way.insert(handle.id(), Errand::Send(delivery, name));
            return Ok(());
        }
        let handle = self.tasks.spawn(async move {
            crash::point("before-call");
            let result = match is_fresh(&app, boot) {
                Ok(()) => send(&app, &channel, session.as_ref(), *call, Of::Rest).await,
                Err(error) => Err(error),
            };
            crash::point("after-call");
            Done::Answered { ticket, result }
        });
        self.under_way.insert(handle.id(), Errand::Send(delivery, name));
        Ok(())
    }

    fn begin_login(&mut self, delivery: i64, name: String, token: i64) -> Result<(), Fault> {
        let app = self.app.clone();
        let channel = app.channel(&name)?.clone();
        let post = self.channels.entry(name.clone()).or_default();
        post.busy = true;
        let old = post.session.clone();
        let handle = self.tasks.spawn(async move {
            let result = log_in(&app, &channel, old.as_ref()).await;
            Done::LoggedIn {
                delivery,
                channel: channel.name,
                token,
                result,
            }
        });
        self.under_way.insert(handle.id(), Errand::Send(delivery, name));
        Ok(())
    }

    async fn begin_look(
        &mut self,
        row: Row,
        name: String,
        part: usize,
        attempt: i64,
        since: Timestamp,
        taken: Vec<String>,
    ) -> Result<(), Fault> {
        let app = self.app.clone();
        let channel = app.channel(&name)?.clone();
        let facts = {
            let mut tx = self.store.read(app.now()).await?;
            crate::app::lanes::facts(&tx.channel(&name).await?)
        };
        let session = self.channels.get(&name).and_then(|post| post.session.clone());
        let (delivery, began) = (row.d.id, app.now());
        let ticket = Look {
            delivery,
            channel: name,
            part,
            attempt,
            began,
        };
        let handle = self.tasks.spawn(async move {
            let result = look(&app, &channel, session, &row, part, &facts, since, &taken).await;
            Done::Looked { look: ticket, result }
        });
        self.under_way.insert(handle.id(), Errand::Look);
        Ok(())
    }

    fn begin_check(&mut self, name: String, waits: bool) -> Result<(), Fault> {
        let app = self.app.clone();
        let channel = app.channel(&name)?.clone();
        let post = self.channels.entry(name.clone()).or_default();
        post.busy |= waits;
        let first = !post.checked;
        post.checked = true;
        post.check_at = app.now().checked_add(super::FACTS_AGE).ok();
        let handle = self.tasks.spawn(async move {
            let result = check::ask(&app, &channel).await;
            Done::Checked {
                channel: channel.name,
                waits,
                first,
                result,
            }
        });
        self.under_way
            .insert(handle.id(), Errand::Check { channel: name, waits });
        Ok(())
    }
}

impl Publisher {
    /// Nobody will say what came of a check: it is made again soon.
    pub(super) fn check_lost(&mut self, channel: &str, waits: bool) {
        let again = self.app.now().checked_add(super::QUARANTINE).ok();
        if let Some(post) = self.channels.get_mut(channel) {
            post.check_at = again;
            if waits {
                post.busy = false;
                post.rest(again);
            }
        }
    }
}

/// A call is begun shortly after its intent or not at all: a process that was stopped in between sends nothing late.
fn is_fresh(app: &App, boot: Duration) -> Result<(), SendError> {
    if app.clock.boot().saturating_sub(boot) <= Duration::try_from(FRESH).unwrap_or(Duration::ZERO) {
        Ok(())
    } else {
        Err(SendError::NotSent(
            "Handbill was stopped between deciding and sending".to_owned(),
        ))
    }
}

#[expect(clippy::too_many_arguments, reason = "all of what a look-up compares with")]
async fn look(
    app: &App,
    channel: &Channel,
    session: Option<Session>,
    row: &Row,
    part: usize,
    facts: &Facts,
    since: Timestamp,
    taken: &[String],
) -> Result<Found, Failure> {
    let network = network_of(channel).map_err(|_| unclear("the network is not there"))?;
    let session = match session {
        None if network.has_session() => log_in(app, channel, None).await?,
        session => session,
    };
    let settings = settings(channel);
    let account = account(channel, &settings, facts);
    let earlier = receipts(row, part);
    let Some(job) = job(&account, row, part, &earlier) else {
        return Ok(Found::NoAnswer("nothing was sent".to_owned()));
    };
    let is_taken = |id: &str| taken.iter().any(|taken| taken == id);
    let search = Search {
        since,
        taken: &is_taken,
        restored: false,
    };
    let result = converse(app, channel, session.as_ref(), |wire| network.find(&job, &search, wire)).await;
    if matches!(result, Err(Failure::Stale)) {
        let fresh = log_in(app, channel, session.as_ref()).await?;
        return converse(app, channel, fresh.as_ref(), |wire| network.find(&job, &search, wire)).await;
    }
    result
}

/// The parts of a delivery before `part`, as the network named them.
pub(super) fn receipts(row: &Row, part: usize) -> Vec<Receipt> {
    row.d.parts[..part.min(row.d.parts.len())]
        .iter()
        .map(|p| Receipt {
            remote_id: p.remote_id.clone().unwrap_or_default(),
            url: p.url.clone(),
        })
        .collect()
}

/// What an adapter needs of a part; `None` while it is not frozen.
pub(super) fn job<'a>(
    account: &'a crate::networks::Account<'a>,
    row: &'a Row,
    part: usize,
    earlier: &'a [Receipt],
) -> Option<Job<'a>> {
    let frozen = row.frozen.get(part)?;
    Some(Job {
        account,
        post: row.post,
        no: part,
        key: frozen.key.as_deref().unwrap_or_default(),
        body: &frozen.body,
        text: &frozen.text,
        link: frozen.link.as_deref(),
        earlier,
    })
}
