//! The organisation's own feeds, asked beside the publishing: on a thread of its own, so that neither a slow feed nor a
//! large one delays a post.
//!
//! There is no timer: the daemon looks at the clock every 15 seconds anyway, and begins a round when one is due. The
//! thread lives for a round.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use crate::app::sources::{self, Came, Polled, Round};
use crate::app::{App, Fault};
use crate::domain::say;
use crate::report::Report;
use crate::storage::Take;

/// The pause after a round that could not be made at all.
const TROUBLE: SignedDuration = SignedDuration::from_mins(15);
/// No round is further ahead than an hour; where one seems so, the clock was set back.
const FARTHEST: SignedDuration = SignedDuration::from_mins(61);

/// A round on its thread.
#[derive(Debug)]
struct UnderWay {
    result: oneshot::Receiver<Result<Round, Fault>>,
    /// Dropped, it ends the round wherever it stands: what was not recorded is asked for again.
    _stop: oneshot::Sender<()>,
}

/// The round that is under way, and when the next one begins.
#[derive(Debug, Default)]
pub(super) struct Polls {
    round: Option<UnderWay>,
    /// `None`: at once.
    next: Option<Timestamp>,
    /// The configuration is new: what was reckoned from the old one counts no more.
    anew: bool,
}

impl Polls {
    /// Begins a round if there are sources and it is time.
    pub(super) fn begin(&mut self, app: &Arc<App>) {
        let now = app.now();
        let is_later = |next: Timestamp| now < next && next.duration_since(now) <= FARTHEST;
        if self.round.is_some() || app.config.sources.is_empty() || self.next.is_some_and(is_later) {
            return;
        }
        self.anew = false;
        let (tell, result) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let work = app.clone();
        let begun = std::thread::Builder::new().name("sources".to_owned()).spawn(move || {
            if let Some(result) = run(&work, stopped) {
                // A daemon that has ended wants to know nothing more.
                let _ = tell.send(result);
            }
        });
        match begun {
            Ok(_) => self.round = Some(UnderWay { result, _stop: stop }),
            Err(error) => self.next = Some(troubled(app, &format!("No thread can be made: {error}."))),
        }
    }

    /// Waits for the end of the round that is under way. Pending for ever where none is.
    pub(super) async fn ended(&mut self, app: &App) {
        let Some(round) = &mut self.round else {
            return std::future::pending().await;
        };
        let result = (&mut round.result).await;
        self.round = None;
        let next = match result {
            Ok(Ok(round)) => {
                round.polled.iter().for_each(log);
                round.next
            }
            Ok(Err(fault)) => troubled(app, &Report::from(&fault).message),
            Err(_) => troubled(app, "Handbill met something there that it does not understand."),
        };
        self.next = Some(next).filter(|_| !self.anew);
    }

    /// Goes on under a new configuration.
    pub(super) fn reload(&mut self) {
        self.next = None;
        self.anew = true;
    }

    /// Ends the round that is under way.
    pub(super) fn stop(&mut self) {
        self.round = None;
    }
}

/// A round, from its thread. `None`: it was stopped.
fn run(app: &App, stopped: oneshot::Receiver<()>) -> Option<Result<Round, Fault>> {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Some(Err(Fault::Broken(format!("no runtime: {error}")))),
    };
    let round = async {
        let mut store = app.open(Take::Existing).await?;
        Ok(sources::round(app, &mut store, None).await)
    };
    let result = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = stopped => None,
            result = round => Some(result),
        }
    });
    // A page that is still being read must not keep the thread.
    runtime.shutdown_background();
    result
}

fn troubled(app: &App, what: &str) -> Timestamp {
    tracing::error!("The sources were not asked. {what}");
    app.now().saturating_add(TROUBLE).unwrap_or(Timestamp::MAX)
}

/// What a person must be told comes with the alerts.
fn log(polled: &Polled) {
    match &polled.came {
        Came::Feed if !polled.made.is_empty() => {
            let posts: Vec<String> = polled.made.iter().map(|made| made.post.to_string()).collect();
            let count = say::count(posts.len(), "new article", "new articles");
            tracing::info!("{}: {count}: post {}", polled.source, posts.join(", "));
        }
        Came::Failed(why) => tracing::info!("{} cannot be read: {why}", polled.source),
        _ => {}
    }
}
