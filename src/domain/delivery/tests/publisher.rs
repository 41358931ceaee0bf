//! The publisher's rules and a person's commands, played against the small network.

use super::network::Travelling;
use super::world::{Call, Look, World};
use super::*;

/// The longest call.
const DEADLINE: SignedDuration = SignedDuration::from_secs(60);
/// A key is trusted until its end less this, the longest call and the pause before it.
const KEY_LIFE: SignedDuration = SignedDuration::from_secs(60 * 60 - 10 * 60 - 65);
const LATE_LIMIT: SignedDuration = SignedDuration::from_hours(2);

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Accepted,
    /// Taken in, and the reply is lost.
    ReplyLost,
    /// The reply is lost while the request is still under way; whether it is taken in at last.
    StillUnderWay(bool),
    Refused,
    TryLater,
    NoByteLeft,
    SignedOut,
}

impl World {
    fn key_in_time(&self, part: usize) -> bool {
        let first = self.d.parts[part].first_intent.unwrap_or(self.now);
        let life = if self.means().finds { KEY_LIFE } else { LATE_LIMIT };
        self.now < first + life
    }

    fn means(&self) -> Means {
        self.net.kind.means()
    }

    /// Claims, if it may go now.
    pub(super) fn claim(&mut self) {
        let Some(part) = self.d.next_part() else { return };
        let waits = self.d.retry_at.is_some_and(|at| self.now < at);
        if self.d.state != State::Pending || waits || self.call.is_some() {
            return;
        }
        if self.d.next_in_doubt() && !self.key_in_time(part) {
            assert!(self.happen(&Event::Late), "{self:?}");
            return;
        }
        let event = Event::Claim {
            token: self.seq,
            hold_seq: self.hold_seq,
            slot: None,
        };
        assert!(self.happen(&event), "what waits cannot be claimed: {self:?}");
        for key in self.keys.iter_mut().filter(|key| key.is_none()) {
            self.seq += 1;
            *key = Some(self.seq.unsigned_abs());
        }
    }

    /// Commits the intent of the next call under the claim `token`, or gives the claim back.
    pub(super) fn intend(&mut self, token: Option<i64>) {
        let (Some(token), Some(part)) = (token, self.d.next_part()) else {
            return;
        };
        if self.call.is_some() {
            return;
        }
        let attempt = self.seq + 1;
        let event = Event::Intent {
            token,
            hold_seq: self.hold_seq,
            attempt,
            visible: true,
        };
        let in_time = !self.d.next_in_doubt() || self.key_in_time(part);
        if in_time && step(&self.d, &event, self.now).is_ok() {
            self.attempts.insert(attempt, (part, None));
            self.happen(&event);
            self.call = Some(Call {
                attempt,
                part,
                key: self.keys[part].unwrap(),
            });
        } else {
            self.happen(&Event::Returned { token, why: Why::Gate });
        }
    }

    /// The call under way ends.
    pub(super) fn answer(&mut self, ending: Ending) {
        let Some(Call { attempt, part, key }) = self.call.take() else {
            return;
        };
        let (means, trouble) = (self.means(), trouble_at(self.now));
        let retry_at = if means.finds {
            self.now
        } else {
            self.now + SignedDuration::from_mins(1)
        };
        let lost = Event::Lost {
            attempt,
            trouble: trouble.clone(),
            retry_at,
            means,
        };
        let replays = self.net.replays(key, self.now);
        let event = match ending {
            Ending::NoByteLeft => Event::NotSent {
                attempt,
                trouble,
                retry_at,
                reached: false,
                means,
            },
            Ending::SignedOut => Event::SignedOut {
                attempt,
                trouble,
                means,
            },
            Ending::Refused => {
                self.net.fail(key, self.now);
                Event::Refused {
                    attempt,
                    trouble,
                    means,
                }
            }
            _ if replays => Event::Refused {
                attempt,
                trouble,
                means,
            },
            Ending::TryLater => {
                self.net.fail(key, self.now);
                Event::NotSent {
                    attempt,
                    trouble,
                    retry_at,
                    reached: true,
                    means,
                }
            }
            Ending::Accepted => {
                let id = self.net.accept(part, key, self.now);
                Event::Accepted {
                    attempt: Some(attempt),
                    part,
                    remote_id: id,
                    url: None,
                    proof: Proof::Answer,
                }
            }
            Ending::ReplyLost => {
                self.net.accept(part, key, self.now);
                lost
            }
            Ending::StillUnderWay(arrives) => {
                self.travel(part, key, arrives);
                lost
            }
        };
        assert!(self.happen(&event), "an answer is refused: {event:?} at {self:?}");
    }

    fn travel(&mut self, part: usize, key: u64, arrives: bool) {
        let until = self.now + ABSENT_AFTER - SignedDuration::from_secs(1);
        self.net.travelling.push(Travelling {
            part,
            key,
            until,
            arrives,
        });
    }

    /// The process dies, and another takes over.
    pub(super) fn crash(&mut self, under_way: Option<bool>) {
        if let (Some(call), Some(arrives)) = (self.call.take(), under_way) {
            self.travel(call.part, call.key, arrives);
        }
        self.look = None;
        if self.d.state == State::Sending {
            let event = Event::TakenOver {
                retry_at: self.now,
                means: self.means(),
            };
            assert!(self.happen(&event), "{self:?}");
        }
    }

    /// An unknown delivery's turn: a resend by key, or a look; else a person's.
    pub(super) fn reconcile(&mut self) {
        let due = self.d.retry_at.is_some_and(|at| at <= self.now);
        let Some(part) = self
            .d
            .next_part()
            .filter(|_| self.d.state == State::Unknown && due && self.look.is_none())
        else {
            return;
        };
        if self.d.parts[part].doubt == Doubt::Key && !self.d.wish && self.key_in_time(part) {
            assert!(self.happen(&Event::ResendByKey { in_time: true }), "{self:?}");
        } else if self.means().finds {
            let newest = self
                .attempts
                .iter()
                .rev()
                .find(|(_, (no, _))| *no == part)
                .map_or(0, |(id, _)| *id);
            let attempt = self.d.open.as_ref().map_or(newest, |open| open.attempt);
            self.look = Some(Look {
                attempt,
                part,
                seen: self.net.find(part),
                begun: self.now,
            });
        }
    }

    /// The look under way ends. It proves an absence only if it was begun late enough.
    pub(super) fn verdict(&mut self, told: bool) {
        let Some(look) = self.look.take() else { return };
        if let Some(id) = look.seen {
            let (attempt, part) = (Some(look.attempt), look.part);
            self.happen(&Event::Accepted {
                attempt,
                part,
                remote_id: Some(id),
                url: None,
                proof: Proof::Find,
            });
        } else if told {
            let absent_after = ABSENT_AFTER + self.now.duration_since(look.begun);
            self.happen(&Event::Absent {
                attempt: look.attempt,
                absent_after,
            });
        } else {
            self.happen(&Event::NoAnswer {
                look_at: self.now + SignedDuration::from_mins(1),
            });
        }
    }

    /// A person's command.
    pub(super) fn person(&mut self, event: &Event) {
        let part = self.d.next_part().unwrap_or(0);
        let public = self.net.find(part).is_some();
        let lie = match event {
            Event::SayAbsent { .. } => public,
            Event::SayPublished { .. } => !public,
            _ => false,
        };
        if lie && step(&self.d, event, self.now).is_ok() {
            self.lies.push(part);
        }
        self.happen(event);
    }

    /// A hold or a release.
    pub(super) fn hold(&mut self) {
        self.hold_seq += 1;
    }

    /// Time passes. A call does not outlive its deadline.
    pub(super) fn wait(&mut self, time: SignedDuration) {
        if time >= DEADLINE {
            self.answer(Ending::StillUnderWay(time == DEADLINE));
        }
        self.now += time;
        self.net.pass_time(self.now);
    }

    /// From here on nothing goes wrong and nobody interferes.
    pub(super) fn calm_down(&mut self) {
        for _ in 0..300 {
            self.verdict(true);
            self.reconcile();
            self.verdict(true);
            self.claim();
            self.intend(self.d.token);
            self.answer(Ending::Accepted);
            self.wait(SignedDuration::from_secs(59));
        }
    }

    /// At rest: everything is settled that can be, and nothing is public that is not known to be.
    pub(super) fn check_rest(&self) {
        let lied = |no: usize| self.lies.contains(&no);
        match self.d.state {
            State::Pending | State::Sending => panic!("it never ends: {self:?}"),
            State::Unknown => assert!(!self.means().finds, "nobody looks any more: {self:?}"),
            _ => {
                let hidden = self
                    .net
                    .copies
                    .iter()
                    .find(|c| !lied(c.part) && self.d.parts[c.part].out_at.is_none());
                assert!(hidden.is_none(), "public, and nobody knows: {self:?}");
            }
        }
    }
}
