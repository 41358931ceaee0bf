//! Which sources are asked now: those that are due, one after another.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::{Came, How, Polled, Standing, poll};
use crate::app::{App, Fault};
use crate::config::Source;
use crate::domain::source::{EVERY_MIN, State, due};
use crate::fetch::DEADLINE;
use crate::report::Report;
use crate::storage::Store;

/// The pause after the database could not be used: whoever runs that feed shall not notice our trouble.
const TROUBLE: SignedDuration = SignedDuration::from_mins(15);

/// A source that could be given less time than this is not begun: our haste would count as its failure.
const ENOUGH: Duration = Duration::from_secs(10);

/// What came of a round.
#[derive(Clone, Debug)]
pub struct Round {
    pub polled: Vec<Polled>,
    /// When the next may be due. What other processes change is seen within an hour.
    pub next: Timestamp,
}

/// Polls every source that is due, the one first that has been due for longest. `until`: when it ends; what is not
/// begun well before then waits for the next round. A source whose rows cannot be read or written is told, and keeps
/// none of the others.
pub async fn round(app: &App, store: &mut Store, until: Option<Instant>) -> Round {
    let mut round = Round {
        polled: Vec::new(),
        next: app.now().saturating_add(EVERY_MIN).unwrap_or(Timestamp::MAX),
    };
    let mut turn = Vec::new();
    for source in &app.config.sources {
        match state(app, store, source).await {
            Ok(state) if due(&state, app.now()) => turn.push((state.next_at, source)),
            Ok(state) => round.look(state.next_at.filter(|_| state.stopped.is_none())),
            Err(fault) => round.trouble(app, source, &fault),
        }
    }
    turn.sort_by_key(|(next_at, _)| *next_at);
    let how = How { asked: false, until };
    for (_, source) in turn {
        if how.left(DEADLINE) < ENOUGH {
            break;
        }
        match poll(app, store, source, how).await {
            Ok(polled) if polled.came == Came::Outrun => {}
            Ok(polled) => {
                round.look(polled.state.next_at.filter(|_| polled.state.stopped.is_none()));
                round.polled.push(polled);
            }
            Err(fault) => round.trouble(app, source, &fault),
        }
    }
    round
}

async fn state(app: &App, store: &mut Store, source: &Source) -> Result<State, Fault> {
    Ok(Standing::read(&mut store.read(app.now()).await?, source).await?.state)
}

impl Round {
    fn look(&mut self, at: Option<Timestamp>) {
        self.next = at.map_or(self.next, |at| at.min(self.next));
    }

    fn trouble(&mut self, app: &App, source: &Source, fault: &Fault) {
        tracing::error!("Source {} was not asked. {}", source.name, Report::from(fault).message);
        self.look(app.now().checked_add(TROUBLE).ok());
    }
}
