//! The way to the servers: every request waits until the test says what becomes of it.
//!
//! A request that readers will see must stand in the database when it comes here, committed, with the same bytes and
//! key, fresh, and inside its key's life: whatever breaks this is noted and told by the invariants.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, FromRow};
use tokio::sync::oneshot;

use super::bed::FakeClock;
use super::servers::{Copy, Server, answer};
use super::sql;
use crate::clock::Clock as _;
use crate::http::{Policy, SendError, Sending, Transport};
use crate::networks::Outgoing;
use crate::networks::wire::{Answer, Method};

pub(super) use super::servers::Kind;

/// Which part a request is for, as the database had it when the request was sent.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(super) struct Mark {
    pub(super) attempt: i64,
    pub(super) delivery: i64,
    pub(super) part: i64,
    pub(super) key: Option<String>,
    pub(super) resend: bool,
    pub(super) slot: Option<String>,
    timing: String,
    state: String,
    pub(super) intent_at: i64,
    first_intent: Option<i64>,
    embargo_at: Option<i64>,
    disconnected_at: Option<i64>,
    paced_until: Option<i64>,
}

/// A call under way.
struct Call {
    id: u64,
    kind: Kind,
    out: Outgoing,
    mark: Option<Mark>,
    sent_at: Timestamp,
    deadline: SignedDuration,
    /// The server has done its part; its answer is on the way.
    answer: Option<Answer>,
    reply: oneshot::Sender<Result<Answer, SendError>>,
}

/// A call under way, as a test sees it.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: u64,
    pub(super) kind: Kind,
    pub(super) url: String,
    pub(super) mark: Option<Mark>,
    pub(super) served: bool,
}

/// A request whose caller is gone, still under way.
struct Late {
    at: Timestamp,
    kind: Kind,
    out: Outgoing,
    mark: Mark,
}

#[derive(Default)]
struct Inside {
    servers: Vec<Server>,
    calls: Vec<Call>,
    late: Vec<Late>,
    next: u64,
    wrong: Vec<String>,
    /// Every request that readers could see, as it came.
    seen: Vec<Mark>,
}

/// See the module's text.
pub(super) struct Net {
    clock: Arc<FakeClock>,
    inside: Mutex<Inside>,
    reader: tokio::sync::Mutex<SqliteConnection>,
    entering: AtomicUsize,
}

/// Calls whose caller was killed; their ends of the lines are closed when this is dropped.
pub(super) struct Dead(Vec<Call>);

pub(super) async fn reader(database: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    options.connect().await.unwrap()
}

struct Entering<'a>(&'a AtomicUsize);

impl Drop for Entering<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Net {
    fn send(&self, out: Outgoing, policy: Policy) -> Sending<'_> {
        self.entering.fetch_add(1, Ordering::SeqCst);
        let entering = Entering(&self.entering);
        Box::pin(async move {
            let sent_at = self.clock.now();
            let (reply, answer) = oneshot::channel();
            let mark = if visible(&out) {
                self.recorded(&out, sent_at).await
            } else {
                None
            };
            let deadline = SignedDuration::try_from(policy.deadline).unwrap();
            let call = |id| Call {
                id,
                kind: Kind::of(&out.request.url),
                out,
                mark: mark.clone(),
                sent_at,
                deadline,
                answer: None,
                reply,
            };
            {
                let mut inside = self.inside();
                inside.next += 1;
                let call = call(inside.next);
                inside.seen.extend(call.mark.clone());
                inside.calls.push(call);
            }
            drop(entering);
            answer
                .await
                .unwrap_or_else(|_| Err(SendError::Lost("the connection broke".to_owned())))
        })
    }
}

/// Whether readers could see what the request makes.
fn visible(out: &Outgoing) -> bool {
    let url = out.request.url.as_str();
    out.request.method == Method::Post
        && (url.ends_with("/api/v1/statuses") || url.ends_with("repo.putRecord") || url.ends_with("/in"))
}

impl Net {
    pub(super) async fn new(clock: Arc<FakeClock>, kinds: &[Kind], database: &Path) -> Self {
        let servers = kinds.iter().map(|kind| Server::new(*kind)).collect();
        Self {
            clock,
            inside: Mutex::new(Inside {
                servers,
                ..Inside::default()
            }),
            reader: tokio::sync::Mutex::new(reader(database).await),
            entering: AtomicUsize::new(0),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request is on its way here, but has not come yet.
    pub(super) fn is_entering(&self) -> bool {
        self.entering.load(Ordering::SeqCst) > 0
    }

    /// The attempt that a request stands under; anything wrong with it is noted.
    async fn recorded(&self, out: &Outgoing, sent_at: Timestamp) -> Option<Mark> {
        let request = serde_json::to_string(&out.request).unwrap();
        let mut reader = self.reader.lock().await;
        let rows: Vec<Mark> = sqlx::query_as(sql::MARK)
            .bind(&request)
            .fetch_all(&mut *reader)
            .await
            .unwrap();
        let [mark] = rows.as_slice() else {
            let what = format!("{} open attempts have the request {request}", rows.len());
            self.inside().wrong.push(what);
            return None;
        };
        let wrong = not_as_promised(mark, &request, sent_at.as_millisecond());
        self.inside()
            .wrong
            .extend(wrong.map(|what| format!("{what}: {mark:?}")));
        Some(mark.clone())
    }

    pub(super) fn waiting(&self) -> Vec<Waiting> {
        let inside = self.inside();
        let calls = inside.calls.iter().map(|call| Waiting {
            id: call.id,
            kind: call.kind,
            url: call.out.request.url.clone(),
            mark: call.mark.clone(),
            served: call.answer.is_some(),
        });
        calls.collect()
    }

    /// The server does what is asked; its answer waits.
    pub(super) fn serve(&self, id: u64) {
        let now = self.clock.now();
        let inside = &mut *self.inside();
        let call = inside.calls.iter_mut().find(|call| call.id == id).unwrap();
        if call.answer.is_none() {
            let server = inside
                .servers
                .iter_mut()
                .find(|server| server.kind == call.kind)
                .unwrap();
            call.answer = Some(server.serve(&call.out, call.mark.as_ref(), now));
        }
    }

    fn take(&self, id: u64) -> Call {
        let mut inside = self.inside();
        let at = inside.calls.iter().position(|call| call.id == id).unwrap();
        inside.calls.remove(at)
    }

    /// The server's answer arrives.
    pub(super) fn reply(&self, id: u64) {
        let call = self.take(id);
        let answer = call.answer.expect("it was served");
        let _ = call.reply.send(Ok(answer));
    }

    /// Another answer than the server's, whatever it did.
    pub(super) fn reply_with(&self, id: u64, answer: Answer) {
        let _ = self.take(id).reply.send(Ok(answer));
    }

    /// An error with this status, whatever the server did.
    pub(super) fn refuse(&self, id: u64, status: u16) {
        self.reply_with(id, answer(status, &json!({"error": "no"})));
    }

    /// No answer comes.
    pub(super) fn lose(&self, id: u64) {
        let _ = self
            .take(id)
            .reply
            .send(Err(SendError::Lost("the connection broke".to_owned())));
    }

    /// No byte of the request left.
    pub(super) fn never_sent(&self, id: u64) {
        let _ = self
            .take(id)
            .reply
            .send(Err(SendError::NotSent("no connection".to_owned())));
    }

    /// No answer comes, and the request arrives only at `at`.
    pub(super) fn delay(&self, id: u64, at: Timestamp) {
        let call = self.take(id);
        self.under_way(&call, at);
        let _ = call.reply.send(Err(SendError::Lost("the connection broke".to_owned())));
    }

    fn under_way(&self, call: &Call, at: Timestamp) {
        if let Some(mark) = call.mark.clone().filter(|_| call.answer.is_none()) {
            self.inside().late.push(Late {
                at,
                kind: call.kind,
                out: call.out.clone(),
                mark,
            });
        }
    }

    /// Calls that are longer under way than they may be are given up.
    pub(super) fn expire(&self) {
        let now = self.clock.now();
        let over = |call: &Call| now.duration_since(call.sent_at) >= call.deadline;
        let ids: Vec<u64> = self
            .inside()
            .calls
            .iter()
            .filter(|call| over(call))
            .map(|call| call.id)
            .collect();
        for id in ids {
            self.lose(id);
        }
    }

    /// Every caller is dead.
    pub(super) fn cut_off(&self) -> Dead {
        Dead(std::mem::take(&mut self.inside().calls))
    }

    /// Of the requests of dead callers, these arrive later: `at` gives when, if ever.
    pub(super) fn after_death(&self, dead: &Dead, mut at: impl FnMut(Kind) -> Option<Timestamp>) {
        for call in &dead.0 {
            if let Some(at) = at(call.kind) {
                self.under_way(call, at);
            }
        }
    }

    /// What was under way arrives, as far as its time has come.
    pub(super) fn arrivals(&self) {
        let now = self.clock.now();
        let inside = &mut *self.inside();
        inside.late.sort_by_key(|late| late.at);
        while inside.late.first().is_some_and(|late| late.at <= now) {
            let late = inside.late.remove(0);
            let server = inside
                .servers
                .iter_mut()
                .find(|server| server.kind == late.kind)
                .unwrap();
            server.serve(&late.out, Some(&late.mark), late.at);
        }
    }

    pub(super) fn server<T>(&self, kind: Kind, act: impl FnOnce(&mut Server) -> T) -> T {
        let mut inside = self.inside();
        act(inside.servers.iter_mut().find(|server| server.kind == kind).unwrap())
    }

    /// Everything that readers can see, with its channel.
    pub(super) fn copies(&self) -> Vec<(Kind, Copy)> {
        let inside = self.inside();
        let servers = inside.servers.iter();
        servers
            .flat_map(|server| server.copies.iter().map(|copy| (server.kind, copy.clone())))
            .collect()
    }

    /// Every request that readers could see, in the order in which they came.
    pub(super) fn seen(&self) -> Vec<Mark> {
        self.inside().seen.clone()
    }

    /// What was wrong with requests.
    pub(super) fn wrong(&self) -> Vec<String> {
        self.inside().wrong.clone()
    }
}

/// What is wrong with a request that was sent at `now`.
fn not_as_promised(mark: &Mark, request: &str, now: i64) -> Option<String> {
    let minutes = |n: i64| n * 60_000;
    let key = mark.key.as_deref().unwrap_or("none");
    let keyed = request.contains("https://mastodon.example/");
    // The hour, less the margin, the call and what may pass before it.
    let key_ends = |first: i64| first + minutes(60 - 10 - 1) - 5000;
    if !request.contains(key) {
        Some("sent under another key".to_owned())
    } else if now - mark.intent_at > 5000 {
        Some(format!("sent {} ms after its intent", now - mark.intent_at))
    } else if keyed && mark.resend && mark.first_intent.is_none_or(|first| mark.intent_at >= key_ends(first)) {
        Some("sent again under a key that may be forgotten".to_owned())
    } else if mark.embargo_at.is_some_and(|at| now < at) {
        Some("sent before its embargo".to_owned())
    } else if mark.disconnected_at.is_some() {
        Some("sent though the login is not good".to_owned())
    } else if mark.paced_until.is_some_and(|until| mark.intent_at < until) {
        Some("sent though the server asked to wait".to_owned())
    } else if mark.state != "sending" {
        Some("sent though it is not being sent".to_owned())
    } else if mark.timing == "slot" && mark.slot.is_none() && !mark.resend && mark.part == 0 {
        Some("sent without a slot".to_owned())
    } else {
        None
    }
}
