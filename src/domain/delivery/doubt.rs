//! How a doubt begins and ends, in the state machine of [`step`](super::step()).

use jiff::{SignedDuration, Timestamp};

use super::step::Machine;
use super::{Act, Doubt, Evidence, Means, Refused, State};

impl Machine {
    /// Absence is believed only of a call that has ended, and only when the network has had time to show it. Too early,
    /// a look is repeated then, and a person is refused.
    pub(super) fn absent(
        &mut self,
        attempt: Option<i64>,
        after: SignedDuration,
        evidence: Evidence,
    ) -> Result<(), Refused> {
        self.only(&[State::Unknown])?;
        let ended = match &self.d.open {
            Some(open) if attempt.is_some_and(|attempt| attempt != open.attempt) => return Err(Refused::Superseded),
            Some(open) => Some(open.ended_at.ok_or(Refused::TooEarly(None))?),
            // No attempt is open, but the request of one that was superseded may still be under way. Each left its
            // trouble when it ended.
            None => self.d.trouble.as_ref().map(|trouble| trouble.at),
        };
        let from = ended.map(|ended| ended.checked_add(after).unwrap_or(Timestamp::MAX));
        if let Some(from) = from.filter(|&from| self.now < from) {
            if evidence == Evidence::Person {
                return Err(Refused::TooEarly(Some(from)));
            }
            self.d.retry_at = Some(from);
            return Ok(());
        }
        if let Some(open) = &self.d.open {
            self.acts.push(Act::Record {
                attempt: open.attempt,
                evidence,
            });
        }
        self.d.open = None;
        if let Some(no) = self.d.next_part() {
            self.d.parts[no].doubt = Doubt::None;
            self.d.parts[no].first_intent = None;
            self.acts.push(Act::NewKey { part: no });
        }
        self.back(None);
        Ok(())
    }

    pub(super) fn resend_by_key(&mut self, in_time: bool) -> Result<(), Refused> {
        self.only(&[State::Unknown])?;
        if self.d.wish {
            return Err(Refused::Wish);
        }
        if self.d.open.as_ref().is_some_and(|open| open.ended_at.is_none()) {
            return Err(Refused::GoingOut);
        }
        let key = self
            .d
            .next_part()
            .is_some_and(|no| self.d.parts[no].doubt == Doubt::Key);
        if !key || !in_time {
            return Err(Refused::KeyOver);
        }
        if let Some(open) = self.d.open.take() {
            self.acts.push(Act::Record {
                attempt: open.attempt,
                evidence: Evidence::Superseded,
            });
        }
        self.enter(State::Pending);
        self.d.retry_at = None;
        Ok(())
    }

    /// A resend that told nothing leaves only looking, where the network can be looked at.
    pub(super) fn used_up(&mut self, no: usize, means: Means) {
        if means.finds {
            self.d.parts[no].doubt = Doubt::Look;
        }
    }
}

/// The first loss leaves the key's word (where there is one); a resend that is lost too leaves only looking. Where
/// nothing can be looked at, the key is all there is.
pub(super) fn after_loss(resend: bool, means: Means) -> Doubt {
    match means {
        Means {
            keyed: true,
            finds: true,
        } if !resend => Doubt::Key,
        Means {
            keyed: true,
            finds: false,
        } => Doubt::Key,
        _ => Doubt::Look,
    }
}
