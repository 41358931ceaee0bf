//! A network that messages are composed for, and that this version does not send to yet.
//!
//! Posts for it are taken, shown and counted; they wait behind the gate `disconnected`, which says so, until a version
//! that speaks to it is there, or until they are too late and someone is told.

use jiff::Timestamp;

use super::{
    Account, Credentials, Effect, Facts, Failure, Frozen, Halt, Job, Meta, Network, Outgoing, Pictures, Problem,
    ProblemKind, Receipt, Recovery, Seed, Session, Wire,
};
use crate::config::{Key, KeyKind, NetworkKeys};
use crate::domain::compose::{Part as Composed, Style};

/// What is known of such a network.
pub struct Later {
    pub(super) keys: NetworkKeys,
    pub(super) style: fn(&Facts) -> Style,
    pub(super) pictures: fn() -> Option<Pictures>,
}

impl Later {
    fn refusal(&self) -> Halt {
        let network = self.keys.network;
        Failure::Refused(Problem::new(
            ProblemKind::Invalid,
            format!("this version composes for {network} and does not send to it yet"),
        ))
        .into()
    }
}

impl Network for Later {
    fn name(&self) -> &'static str {
        self.keys.network
    }

    fn keys(&self) -> NetworkKeys {
        self.keys
    }

    fn style(&self, facts: &Facts) -> Style {
        (self.style)(facts)
    }

    fn pictures(&self, _facts: &Facts) -> Option<Pictures> {
        (self.pictures)()
    }

    fn sends(&self) -> bool {
        false
    }

    fn asks(&self) -> bool {
        false
    }

    fn recovery(&self, _facts: &Facts) -> Recovery {
        Recovery {
            finds: false,
            effect: Effect::Once,
        }
    }

    fn freeze(&self, _account: &Account<'_>, part: &Composed, _meta: &Meta<'_>, seed: Seed) -> Frozen {
        Frozen {
            key: seed.uuid(),
            body: part.text.clone(),
        }
    }

    fn publish(&self, _job: &Job<'_>, _wire: &mut Wire<'_>) -> Result<Receipt, Halt> {
        Err(self.refusal())
    }

    fn check(&self, _account: &Account<'_>, _wire: &mut Wire<'_>) -> Result<Facts, Halt> {
        Err(self.refusal())
    }

    fn sign(&self, _out: &mut Outgoing, _credentials: &Credentials, _session: Option<&Session>, _now: Timestamp) {}
}

/// A key of plain text.
pub(super) const fn text(name: &'static str) -> Key {
    Key {
        name,
        kind: KeyKind::Text,
        required: false,
    }
}

/// A key that says where a secret is.
pub(super) const fn secret(name: &'static str) -> Key {
    Key {
        name,
        kind: KeyKind::Secret,
        required: false,
    }
}

/// A key that every channel needs.
pub(super) const fn required(key: Key) -> Key {
    Key { required: true, ..key }
}
