//! `[delivery]`: the times on which the delivery protocol stands, and what must hold between them.

use jiff::SignedDuration;

use super::DeliveryTimes;
use super::field::Bounds;
use super::keys::{DELIVERY, NetworkKeys};
use super::walk::{Section, Walk};
use crate::domain::say;

/// From before the commit of an intent to the hand-over of the call: one that has not begun by then is not made.
pub const FRESH: SignedDuration = SignedDuration::from_secs(5);
/// A key that a network forgets is trusted until that time less this.
pub const KEY_MARGIN: SignedDuration = SignedDuration::from_mins(10);

/// The times, and where they stand.
pub(super) struct Timing {
    pub(super) times: DeliveryTimes,
    deadline_at: Option<usize>,
}

impl Timing {
    /// Reads `[delivery]`, or takes the built-in times.
    pub(super) fn read(section: Option<&Section<'_>>) -> Timing {
        let field = |name: &str| section.and_then(|section| section.field(name));
        let time = |name: &str, bounds: Bounds, default: SignedDuration| {
            field(name).and_then(|field| field.duration(&bounds)).unwrap_or(default)
        };
        if let Some(section) = section {
            section.only(&DELIVERY);
        }
        let times = DeliveryTimes {
            deadline: time(
                "deadline",
                Bounds {
                    least: "1s",
                    most: "10m",
                },
                SignedDuration::from_secs(60),
            ),
            retry_first: time(
                "retry_first",
                Bounds {
                    least: "1s",
                    most: "1d",
                },
                SignedDuration::from_secs(5),
            ),
            retry_max: time(
                "retry_max",
                Bounds {
                    least: "1s",
                    most: "1d",
                },
                SignedDuration::from_mins(15),
            ),
        };
        if let Some(deadline) = field("deadline").filter(|_| times.deadline <= FRESH) {
            deadline.refuse(
                "\"deadline\" is longer than 5s, the time within which a call must begin",
                None,
            );
        }
        if let Some(late) = field("retry_max")
            .or(field("retry_first"))
            .filter(|_| times.retry_first > times.retry_max)
        {
            let (first, most) = (say::duration(times.retry_first), say::duration(times.retry_max));
            late.refuse(
                format!("\"retry_first\" ({first}) is not longer than \"retry_max\" ({most})"),
                None,
            );
        }
        Timing {
            times,
            deadline_at: field("deadline").map(|field| field.at),
        }
    }

    /// Checks that a resend by key has ended, and can be looked for, before the network forgets the key.
    pub(super) fn check(
        &self,
        walk: &Walk<'_>,
        network: &NetworkKeys,
        absent: SignedDuration,
        absent_at: Option<usize>,
    ) {
        let needed = FRESH.saturating_add(self.times.deadline).saturating_add(absent);
        if network.key_ttl.is_none() || needed <= KEY_MARGIN {
            return;
        }
        let Some(at) = absent_at.or(self.deadline_at) else {
            return;
        };
        let most = KEY_MARGIN.saturating_sub(FRESH).as_secs();
        let message = format!(
            "\"deadline\" ({}) and \"absent_after\" ({}) are too long for {}, which forgets keys: together at most {most}s",
            say::duration(self.times.deadline),
            say::duration(absent),
            network.network
        );
        walk.mistake(at, message, None);
    }
}
