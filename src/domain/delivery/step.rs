//! The table of a delivery's life, as code.

use jiff::{SignedDuration, Timestamp};

use super::{Act, DEAD_LINK, Delivery, Doubt, Event, Evidence, Means, Notice, Proof, Refused, State, Trouble, Why};

/// Before a key is tried again that was refused: it may be all there is to try, for hours.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

type Step = Result<(Delivery, Vec<Act>), Refused>;

/// What becomes of a delivery when something happens to it at `now`, and what must be saved or said with it.
///
/// # Errors
/// [`Refused`] where the event does not fit; nothing changes then. A proof that a part is public is never refused.
pub fn step(delivery: &Delivery, event: &Event, now: Timestamp) -> Step {
    let mut m = Machine {
        d: delivery.clone(),
        acts: Vec::new(),
        now,
    };
    match event {
        Event::Claim { token, hold_seq, slot } => m.claim(*token, *hold_seq, slot.as_deref())?,
        Event::Intent {
            token,
            hold_seq,
            attempt,
            visible,
        } => m.intent(*token, *hold_seq, *attempt, *visible)?,
        Event::Accepted {
            attempt,
            part,
            remote_id,
            url,
            proof,
        } => {
            m.accepted(*attempt, *part, remote_id.as_deref(), url.as_deref(), *proof);
        }
        Event::Refused {
            attempt,
            trouble,
            means,
        } => {
            if let Some(part) = m.settle(*attempt, Evidence::Refused, trouble)? {
                m.refused(part, *means);
            }
        }
        Event::NotSent {
            attempt,
            trouble,
            retry_at,
            reached,
            means,
        } => {
            if let Some(part) = m.settle(*attempt, Evidence::NotSent, trouble)? {
                m.not_sent(part, Some(*retry_at), *reached, *means);
            }
        }
        Event::SignedOut {
            attempt,
            trouble,
            means,
        } => {
            let part = m.settle(*attempt, Evidence::NotSent, trouble)?;
            m.acts.push(Act::Disconnect);
            if let Some(part) = part {
                m.not_sent(part, None, true, *means);
            }
        }
        Event::Lost {
            attempt,
            trouble,
            retry_at,
            means,
        } => m.lost(*attempt, trouble, *retry_at, *means)?,
        Event::Returned { token, why } => m.returned(*token, why)?,
        Event::TakenOver { retry_at, means } => m.taken_over(*retry_at, *means)?,
        Event::Absent { attempt, absent_after } => m.absent(Some(*attempt), *absent_after, Evidence::Absent)?,
        Event::NoAnswer { look_at } => {
            m.only(&[State::Unknown])?;
            m.d.retry_at = Some(*look_at);
        }
        Event::ResendByKey { in_time } => m.resend_by_key(*in_time)?,
        Event::Late => m.late()?,
        Event::Cancel => m.cancel()?,
        Event::Retry => m.retry()?,
        Event::Move => m.moved()?,
        Event::Edit => m.edit()?,
        Event::SayPublished { remote_id, url } => {
            m.only(&[State::Unknown])?;
            let part = m.d.next_part().ok_or(Refused::State(State::Unknown))?;
            m.accepted(None, part, remote_id.as_deref(), url.as_deref(), Proof::Person);
        }
        Event::SayAbsent { absent_after } => m.absent(None, *absent_after, Evidence::Person)?,
    }
    Ok((m.d, m.acts))
}

/// A delivery while something happens to it.
pub(super) struct Machine {
    pub(super) d: Delivery,
    pub(super) acts: Vec<Act>,
    pub(super) now: Timestamp,
}

impl Machine {
    pub(super) fn only(&self, states: &[State]) -> Result<(), Refused> {
        if states.contains(&self.d.state) {
            Ok(())
        } else {
            Err(Refused::State(self.d.state))
        }
    }

    pub(super) fn tell(&mut self, notice: Notice) {
        self.acts.push(Act::Tell(notice));
    }

    /// A slot is free again unless something of the delivery is, or may be, public in it.
    pub(super) fn free_slot(&mut self) {
        if self.d.parts_out() == 0 && !self.d.in_doubt() && self.d.open.is_none() {
            self.d.slot = None;
        }
    }

    pub(super) fn enter(&mut self, state: State) {
        self.d.state = state;
        self.d.token = None;
        if matches!(state, State::Failed | State::Missed | State::Cancelled) {
            self.d.retry_at = None;
            self.free_slot();
            if self.d.parts_out() > 0 {
                self.tell(Notice::HalfOut);
            }
        }
    }

    fn claim(&mut self, token: i64, hold_seq: i64, slot: Option<&str>) -> Result<(), Refused> {
        self.only(&[State::Pending])?;
        if self.d.wish {
            return Err(Refused::Wish);
        }
        let Some(next) = self.d.next_part() else {
            return Err(Refused::PartOut);
        };
        if self.d.parts[next].doubt == Doubt::Look || self.d.open.is_some() {
            return Err(Refused::InDoubt);
        }
        // Whoever claims it has looked at its link.
        self.d.trouble = self.d.trouble.take().filter(|trouble| trouble.kind != DEAD_LINK);
        self.d.state = State::Sending;
        self.d.token = Some(token);
        self.d.hold_seq = hold_seq;
        if let Some(slot) = slot {
            // The slot of an earlier try has closed, or there was none.
            self.d.slot = Some(slot.to_owned());
        }
        Ok(())
    }

    fn intent(&mut self, token: i64, hold_seq: i64, attempt: i64, visible: bool) -> Result<(), Refused> {
        self.only(&[State::Sending])?;
        if self.d.token != Some(token) || self.d.hold_seq != hold_seq {
            return Err(Refused::Claim);
        }
        if self.d.wish {
            return Err(Refused::Wish);
        }
        if !visible {
            return Ok(());
        }
        if self.d.open.is_some() {
            return Err(Refused::GoingOut);
        }
        let Some(part) = self.d.next_part() else {
            return Err(Refused::PartOut);
        };
        let resend = self.d.parts[part].doubt != Doubt::None;
        self.d.parts[part].first_intent.get_or_insert(self.now);
        self.d.open = Some(super::Open {
            attempt,
            part,
            ended_at: None,
            resend,
        });
        Ok(())
    }

    /// A part is public: stored whatever the state.
    fn accepted(&mut self, attempt: Option<i64>, no: usize, id: Option<&str>, url: Option<&str>, proof: Proof) {
        let evidence = if proof == Proof::Person {
            Evidence::Person
        } else {
            Evidence::Accepted
        };
        let own = self.d.open.as_ref().is_some_and(|open| Some(open.attempt) == attempt);
        if let Some(attempt) = attempt {
            self.acts.push(Act::Record { attempt, evidence });
        }
        let Some(part) = self.d.parts.get_mut(no) else { return };
        let known_before = part.out_at.is_some();
        if known_before && part.remote_id.is_some() && id.is_some() && part.remote_id.as_deref() != id {
            self.acts.push(Act::Tell(Notice::SecondCopy));
        }
        part.out_at.get_or_insert(self.now);
        part.doubt = Doubt::None;
        if part.remote_id.is_none() {
            part.remote_id = id.map(str::to_owned);
            part.url = url.map(str::to_owned);
        }
        let under_way = self.d.open.as_ref().is_some_and(|open| open.ended_at.is_none()) && !own;
        if self.d.state == State::Sending && under_way {
            // Another call is open: its settle finds the part out.
            return;
        }
        if let Some(open) = self.d.open.take_if(|open| open.part == no)
            && !own
        {
            self.acts.push(Act::Record {
                attempt: open.attempt,
                evidence,
            });
        }
        self.go_on(own);
    }

    /// After a part turned out to be public: to the end, to the next part, or stay where a person put it.
    fn go_on(&mut self, own_claim: bool) {
        let before = self.d.state;
        let thought_otherwise = matches!(before, State::Failed | State::Missed | State::Cancelled) || self.d.wish;
        if self.d.next_part().is_none() {
            if before != State::Published && before != State::Retracted {
                self.d.published_at.get_or_insert(self.now);
                self.d.trouble = None;
                self.d.retry_at = None;
                self.enter(State::Published);
                if thought_otherwise {
                    self.tell(Notice::OutAfterAll);
                }
                self.d.wish = false;
            }
            return;
        }
        match before {
            State::Failed | State::Missed | State::Cancelled => self.tell(Notice::OutAfterAll),
            State::Published | State::Retracted => {}
            State::Pending | State::Sending | State::Unknown => {
                if self.d.next_in_doubt() {
                    self.unknown(Some(self.now));
                } else if self.d.wish {
                    self.d.wish = false;
                    self.enter(State::Cancelled);
                } else if !(before == State::Sending && own_claim) {
                    self.d.retry_at = None;
                    self.enter(State::Pending);
                }
            }
        }
    }

    pub(super) fn unknown(&mut self, look_at: Option<Timestamp>) {
        let new = self.d.state != State::Unknown;
        self.enter(State::Unknown);
        self.d.retry_at = look_at;
        if new {
            self.tell(Notice::Unknown);
        }
    }

    /// Closes the attempt of a definite answer and gives its part. `None`: the part was found out meanwhile, so the
    /// answer changes nothing and the delivery has gone on.
    fn settle(&mut self, attempt: i64, evidence: Evidence, trouble: &Trouble) -> Result<Option<usize>, Refused> {
        let Some(open) = self.d.open.take_if(|open| open.attempt == attempt) else {
            return Err(Refused::Superseded);
        };
        self.acts.push(Act::End { attempt });
        if self.d.parts[open.part].out_at.is_some() {
            self.acts.push(Act::Record {
                attempt,
                evidence: Evidence::Superseded,
            });
            self.go_on(false);
            return Ok(None);
        }
        self.acts.push(Act::Record { attempt, evidence });
        self.d.trouble = Some(trouble.clone());
        Ok(Some(open.part))
    }

    fn later(&self) -> Timestamp {
        self.now.checked_add(PAUSE).unwrap_or(Timestamp::MAX)
    }

    fn refused(&mut self, no: usize, means: Means) {
        if self.d.parts[no].doubt != Doubt::None {
            self.used_up(no, means);
            let look_at = if means.finds { self.now } else { self.later() };
            return self.unknown(Some(look_at));
        }
        self.acts.push(Act::NewKey { part: no });
        self.d.parts[no].first_intent = None;
        self.d.wish = false;
        self.enter(State::Failed);
        self.tell(Notice::Failed);
    }

    fn not_sent(&mut self, no: usize, retry_at: Option<Timestamp>, reached: bool, means: Means) {
        if self.d.parts[no].doubt != Doubt::None {
            if reached {
                self.used_up(no, means);
            }
            return self.unknown(Some(retry_at.unwrap_or(self.now)));
        }
        // Nothing was posted under this key: its life begins with the next intent.
        self.d.parts[no].first_intent = None;
        self.back(retry_at);
    }

    pub(super) fn back(&mut self, retry_at: Option<Timestamp>) {
        if self.d.wish {
            self.d.wish = false;
            self.enter(State::Cancelled);
        } else {
            self.enter(State::Pending);
            self.d.retry_at = retry_at;
        }
    }

    fn lost(&mut self, attempt: i64, trouble: &Trouble, retry_at: Timestamp, means: Means) -> Result<(), Refused> {
        let Some(open) = self.d.open.as_mut().filter(|open| open.attempt == attempt) else {
            return Err(Refused::Superseded);
        };
        open.ended_at.get_or_insert(self.now);
        let (no, resend) = (open.part, open.resend);
        self.acts.push(Act::End { attempt });
        if self.d.parts[no].out_at.is_some() {
            self.d.open = None;
            self.acts.push(Act::Record {
                attempt,
                evidence: Evidence::Superseded,
            });
            self.go_on(false);
            return Ok(());
        }
        self.d.parts[no].doubt = super::doubt::after_loss(resend, means);
        self.d.trouble = Some(trouble.clone());
        self.unknown(Some(retry_at));
        Ok(())
    }

    fn returned(&mut self, token: i64, why: &Why) -> Result<(), Refused> {
        self.only(&[State::Sending])?;
        if self.d.token != Some(token) {
            return Err(Refused::Claim);
        }
        if self.d.open.is_some() {
            return Err(Refused::GoingOut);
        }
        let retry_at = match why {
            Why::Later { retry_at, .. } | Why::Unfit { retry_at, .. } => Some(*retry_at),
            Why::Gate | Why::SignedOut { .. } | Why::Refused { .. } => None,
        };
        match why {
            Why::Gate | Why::Later { trouble: None, .. } => {}
            Why::Later {
                trouble: Some(trouble), ..
            }
            | Why::Unfit { trouble, .. }
            | Why::Refused { trouble } => self.d.trouble = Some(trouble.clone()),
            Why::SignedOut { trouble } => {
                self.d.trouble = Some(trouble.clone());
                self.acts.push(Act::Disconnect);
            }
        }
        if self.d.next_in_doubt() {
            let soon = if matches!(why, Why::Refused { .. }) {
                self.later()
            } else {
                self.now
            };
            self.unknown(Some(retry_at.unwrap_or(soon)));
        } else if matches!(why, Why::Refused { .. }) {
            self.d.wish = false;
            self.enter(State::Failed);
            self.tell(Notice::Failed);
        } else {
            self.back(retry_at);
            if !matches!(why, Why::Later { .. }) {
                self.free_slot();
            }
        }
        Ok(())
    }

    fn taken_over(&mut self, retry_at: Timestamp, means: Means) -> Result<(), Refused> {
        self.only(&[State::Sending])?;
        if let Some(open) = self.d.open.clone() {
            let trouble = Trouble {
                kind: "unknown".to_owned(),
                message: "Handbill was stopped while the message was on its way".to_owned(),
                at: self.now,
            };
            return self.lost(open.attempt, &trouble, retry_at, means);
        }
        if self.d.next_in_doubt() {
            self.unknown(Some(retry_at));
        } else {
            self.back(None);
        }
        Ok(())
    }

    fn late(&mut self) -> Result<(), Refused> {
        self.only(&[State::Pending])?;
        if self.d.next_in_doubt() {
            self.unknown(Some(self.now));
        } else if self.d.parts_out() > 0 {
            return Err(Refused::PartOut);
        } else {
            self.enter(State::Missed);
            self.tell(Notice::Missed);
        }
        Ok(())
    }
}
