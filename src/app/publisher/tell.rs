//! The outbox: what somebody must be told goes to the log, and is marked only after it was said.

use jiff::SignedDuration;

use super::Publisher;
use crate::app::{Fault, lanes, network_of};
use crate::domain::delivery::{Notice, State};
use crate::storage::{Alert, Tx};

/// An unknown that a machine can still settle is told only after this.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// What to do about an alert.
enum Say {
    Now,
    /// It was settled by itself: nobody need know.
    Never,
    Later,
}

impl Publisher {
    /// Says what somebody must be told, and marks it. A crash between the two says it twice, never not at all.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn tell(&mut self) -> Result<(), Fault> {
        let app = self.app.clone();
        let mut done = Vec::new();
        self.tell_at = None;
        {
            let mut tx = self.store.read(app.now()).await?;
            for alert in tx.untold().await? {
                match say(&app, &mut tx, &alert).await? {
                    Say::Now => tracing::warn!("{}", alert.message),
                    Say::Never => {}
                    Say::Later => {
                        let at = alert.at.checked_add(PATIENCE).ok();
                        self.tell_at = self.tell_at.into_iter().chain(at).min();
                        continue;
                    }
                }
                done.push(alert.id);
            }
        }
        if done.is_empty() {
            return Ok(());
        }
        let clock = app.clock.clone();
        let mut tx = self.store.begin_as(self.epoch, &|| clock.now()).await?;
        for id in done {
            tx.told(id).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Whether something that was put off is to be told by now.
    #[must_use]
    pub fn must_tell(&self) -> bool {
        self.tell_at.is_some_and(|at| at <= self.app.now())
    }
}

async fn say(app: &crate::app::App, tx: &mut Tx<'_>, alert: &Alert) -> Result<Say, Fault> {
    if alert.kind != Notice::Unknown.as_str() || tx.now.duration_since(alert.at) >= PATIENCE {
        return Ok(Say::Now);
    }
    let Some(row) = (match alert.delivery {
        Some(id) => tx.delivery(id).await?,
        None => None,
    }) else {
        return Ok(Say::Now);
    };
    if row.d.state != State::Unknown {
        return Ok(Say::Never);
    }
    let facts = lanes::facts(&tx.channel(&row.channel).await?);
    let finds = match app.find_channel(&row.channel) {
        Some(channel) => network_of(channel)?.recovery(&facts).finds,
        None => false,
    };
    Ok(if finds { Say::Later } else { Say::Now })
}
