//! When a transaction fails: one bad row stops only its own channel, and no answer is ever lost.

use jiff::SignedDuration;

use super::cx::is_fatal;
use super::{Publisher, Work};
use crate::app::Fault;

/// After trouble with one channel's rows, that channel rests for this long.
pub(super) const QUARANTINE: SignedDuration = SignedDuration::from_mins(1);

impl Publisher {
    /// A transaction of several failed: each by itself, so that one bad row stops only its own channel.
    pub(super) async fn one_by_one(&mut self, work: Vec<Work>, fault: Fault) -> Result<(), Fault> {
        if is_fatal(&fault) {
            self.keep(work);
            return Err(fault);
        }
        let mut work = work.into_iter();
        while let Some(item) = work.next() {
            match self.run(std::slice::from_ref(&item)).await {
                Ok(after) => self.after(after).await?,
                Err(fault) if is_fatal(&fault) => {
                    self.keep(std::iter::once(item).chain(work).collect());
                    return Err(fault);
                }
                Err(fault) => self.quarantine(item, &fault),
            }
        }
        Ok(())
    }

    fn keep(&mut self, work: Vec<Work>) {
        for item in work {
            match item {
                Work::Channel(name) => self.dirty(&name),
                Work::Look => self.unknown_dirty = true,
                answer => self.inbox.push(answer),
            }
        }
    }

    pub(super) fn dirty(&mut self, name: &str) {
        if let Some(post) = self.channels.get_mut(name) {
            post.dirty = true;
        }
    }

    fn quarantine(&mut self, item: Work, fault: &Fault) {
        let words = crate::report::Report::from(fault);
        tracing::error!("Handbill met something it does not understand: {}", words.message);
        let until = self.app.now().checked_add(QUARANTINE).ok();
        let name = match &item {
            Work::Channel(name) => Some(name.clone()),
            Work::Settle(done) => done.channel().map(str::to_owned),
            Work::Gone(_) => None,
            Work::Look => {
                self.unknown_at = until;
                self.unknown_dirty = false;
                None
            }
        };
        if let Some(post) = name.and_then(|name| self.channels.get_mut(&name)) {
            post.rest(until);
        }
        // An answer is never thrown away: it is tried again after a rest.
        if let (Work::Settle(_) | Work::Gone(_), Some(until)) = (&item, until) {
            self.put_off.push((until, item));
        }
    }
}
