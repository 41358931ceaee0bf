//! A channel's post: where its deliveries are sent from, one at a time.

use jiff::Timestamp;

use crate::networks::Session;

/// What the publisher knows of a channel beside the database.
#[derive(Debug, Default)]
pub(super) struct Post {
    /// Something may have changed: look now.
    pub(super) dirty: bool,
    /// Look again at this instant.
    pub(super) look_at: Option<Timestamp>,
    /// Calls under way: a delivery being sent, a login, a check.
    pub(super) busy: bool,
    pub(super) session: Option<Session>,
    pub(super) session_at: Option<Timestamp>,
    /// The server was asked, or need not be.
    pub(super) checked: bool,
    pub(super) check_at: Option<Timestamp>,
    pub(super) check_tries: u32,
    pub(super) quarantine: Option<Timestamp>,
}

impl Post {
    /// Whether nothing is begun here, after trouble with its rows.
    pub(super) fn rests(&self, now: Timestamp) -> bool {
        self.quarantine.is_some_and(|until| now < until)
    }

    /// Begins nothing here for a while.
    pub(super) fn rest(&mut self, until: Option<Timestamp>) {
        self.quarantine = until;
        self.look_at = until;
    }
}
