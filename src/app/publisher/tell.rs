//! The outbox: what somebody must be told goes to the log, and is marked only after it was said.

use jiff::SignedDuration;

use super::Publisher;
use crate::app::{Fault, lanes, network_of};
use crate::domain::delivery::{Notice, State};

/// An unknown that a machine can still settle is told only after this.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// How many are told at a time.
const PAGE: i64 = 100;

impl Publisher {
    /// Says what somebody must be told, and marks it. A crash between the two says it twice, never not at all.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn tell(&mut self) -> Result<(), Fault> {
        let app = self.app.clone();
        let (mut up_to, mut waits) = (None, false);
        {
            let mut tx = self.store.read(app.now()).await?;
            for alert in tx.untold(PAGE).await? {
                let young = tx.now.duration_since(alert.at) < PATIENCE;
                if alert.kind == Notice::Unknown.as_str()
                    && young
                    && !waits
                    && let Some(row) = match alert.delivery {
                        Some(id) => tx.delivery(id).await?,
                        None => None,
                    }
                {
                    let facts = lanes::facts(&tx.channel(&row.channel).await?);
                    let finds = match app.find_channel(&row.channel) {
                        Some(channel) => network_of(channel)?.recovery(&facts).finds,
                        None => false,
                    };
                    if row.d.state == State::Unknown && finds {
                        waits = true;
                    } else if row.d.state != State::Unknown {
                        // Settled by itself: nobody need know.
                        up_to = Some(alert.id);
                        continue;
                    }
                }
                if waits {
                    break;
                }
                tracing::warn!("{}", alert.message);
                up_to = Some(alert.id);
            }
        }
        let Some(up_to) = up_to else { return Ok(()) };
        let clock = app.clock.clone();
        let mut tx = self.store.begin_as(self.epoch, &|| clock.now()).await?;
        tx.told(up_to).await?;
        Ok(tx.commit().await?)
    }
}
