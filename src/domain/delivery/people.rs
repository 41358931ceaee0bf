//! What people do to a delivery, in the state machine of [`step`](super::step()).

use super::step::Machine;
use super::{Act, Refused, State};

impl Machine {
    pub(super) fn cancel(&mut self) -> Result<(), Refused> {
        self.only(&[State::Pending, State::Sending, State::Unknown])?;
        if self.d.state != State::Unknown && self.d.open.is_none() && !self.d.next_in_doubt() {
            self.enter(State::Cancelled);
            return Ok(());
        }
        self.d.wish = true;
        if self.d.state == State::Pending {
            self.unknown(Some(self.now));
        }
        Ok(())
    }

    pub(super) fn retry(&mut self) -> Result<(), Refused> {
        self.only(&[State::Failed, State::Missed, State::Cancelled])?;
        self.d.wish = false;
        self.d.retry_at = None;
        if self.d.next_in_doubt() || self.d.open.is_some() {
            self.unknown(Some(self.now));
        } else {
            self.d.trouble = None;
            self.enter(State::Pending);
        }
        Ok(())
    }

    pub(super) fn moved(&mut self) -> Result<(), Refused> {
        self.only(&[State::Pending, State::Sending])?;
        if self.d.open.is_some() {
            return Err(Refused::GoingOut);
        }
        if self.d.next_in_doubt() {
            return Err(Refused::InDoubt);
        }
        self.begin_anew();
        Ok(())
    }

    /// It waits as if it had never been tried: what went wrong before says nothing of its new time or words.
    fn begin_anew(&mut self) {
        self.d.retry_at = None;
        self.d.trouble = None;
        self.enter(State::Pending);
        self.free_slot();
    }

    pub(super) fn edit(&mut self) -> Result<(), Refused> {
        if self.d.parts_out() > 0 {
            return Err(Refused::PartOut);
        }
        match self.d.state {
            State::Published | State::Retracted => return Err(Refused::State(self.d.state)),
            State::Sending if self.d.open.is_some() => return Err(Refused::GoingOut),
            _ if self.d.in_doubt() || self.d.open.is_some() => return Err(Refused::InDoubt),
            State::Pending | State::Sending => {
                self.begin_anew();
            }
            State::Unknown | State::Failed | State::Missed | State::Cancelled => {}
        }
        self.d.version += 1;
        self.acts.push(Act::Unfreeze);
        Ok(())
    }
}
