//! A delivery: one post on one channel, and everything that may happen to it.
//!
//! [`step`](step()) is the only code that changes a state. It is a pure function: the same delivery and event give the
//! same result, and an event that does not fit is refused. Storage saves what it returns in the transaction in which
//! the delivery was loaded.

mod doubt;
mod people;
mod step;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

pub use step::step;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for its time, or for a gate to open.
    Pending,
    /// Claimed by the publisher.
    Sending,
    /// Nobody can say yet whether it is public.
    Unknown,
    /// Public, and the network named it (or a person said so).
    Published,
    /// Was public and has been taken down.
    Retracted,
    /// Surely not public, and will not be without a person.
    Failed,
    /// Its time passed before it could go.
    Missed,
    /// A person stopped it.
    Cancelled,
}

impl State {
    /// Every state with its word in the database and in the JSON.
    pub const ALL: [(State, &'static str); 8] = [
        (State::Pending, "pending"),
        (State::Sending, "sending"),
        (State::Unknown, "unknown"),
        (State::Published, "published"),
        (State::Retracted, "retracted"),
        (State::Failed, "failed"),
        (State::Missed, "missed"),
        (State::Cancelled, "cancelled"),
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("", |(_, word)| word)
    }

    /// The state of a stored word; `None` for a word that the program does not know.
    #[must_use]
    pub fn from_word(word: &str) -> Option<State> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(s, _)| *s)
    }

    /// Whether nothing more will happen to it without a person.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, State::Pending | State::Sending | State::Unknown)
    }
}

/// What is not known about a part, and how it may be found out. It outlives attempts: it ends by the part being out,
/// by believed absence, or by a person's word; by nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    None,
    /// One resend of the same key and bytes tells, while the network still knows the key.
    Key,
    /// Only looking tells.
    Look,
}

impl Doubt {
    pub const ALL: [(Doubt, &'static str); 3] = [(Doubt::None, "none"), (Doubt::Key, "key"), (Doubt::Look, "look")];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(d, _)| *d == self).map_or("", |(_, word)| word)
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Doubt> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(d, _)| *d)
    }
}

/// One message of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub no: usize,
    pub out_at: Option<Timestamp>,
    pub remote_id: Option<String>,
    pub url: Option<String>,
    pub doubt: Doubt,
    /// When the first intent under the present key was committed: the key's life is counted from here.
    pub first_intent: Option<Timestamp>,
}

impl Part {
    #[must_use]
    pub fn new(no: usize) -> Self {
        Self {
            no,
            out_at: None,
            remote_id: None,
            url: None,
            doubt: Doubt::None,
            first_intent: None,
        }
    }
}

/// The visible attempt of a delivery that has no evidence yet. There is at most one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub attempt: i64,
    /// Index of its part.
    pub part: usize,
    /// When its call ended; `None` while it may still be under way.
    pub ended_at: Option<Timestamp>,
    /// Whether the part was in doubt before it: a resend by key.
    pub resend: bool,
}

/// The kind of trouble of a post whose article cannot be reached.
pub const DEAD_LINK: &str = "link";

/// What went wrong last, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// A word of `error.kind` in the JSON, or [`DEAD_LINK`].
    pub kind: String,
    pub message: String,
    pub at: Timestamp,
}

/// One post on one channel, as far as the state machine cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: i64,
    pub state: State,
    /// The claim's number while `sending`.
    pub token: Option<i64>,
    /// The number of holds and releases when it was claimed.
    pub hold_seq: i64,
    /// The slot that it uses, once claimed.
    pub slot: Option<String>,
    /// A person wants it stopped, but it may be out already.
    pub wish: bool,
    /// The edition of the words.
    pub version: i64,
    /// Not to be sent, or looked up, before this.
    pub retry_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub parts: Vec<Part>,
    pub open: Option<Open>,
    pub trouble: Option<Trouble>,
}

impl Delivery {
    /// The first part that is not out; `None` when all are.
    #[must_use]
    pub fn next_part(&self) -> Option<usize> {
        self.parts.iter().position(|part| part.out_at.is_none())
    }

    /// How many parts are public.
    #[must_use]
    pub fn parts_out(&self) -> usize {
        self.parts.iter().filter(|part| part.out_at.is_some()).count()
    }

    /// Whether the part that comes next may be public already.
    #[must_use]
    pub fn next_in_doubt(&self) -> bool {
        self.next_part().is_some_and(|no| self.parts[no].doubt != Doubt::None)
    }

    /// What is wrong with the article's link, where that is what keeps it.
    #[must_use]
    pub fn dead_link(&self) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref().filter(|trouble| trouble.kind == DEAD_LINK);
        trouble.filter(|_| self.state == State::Pending && self.retry_at.is_some())
    }

    /// Whether any part may be public although nobody knows.
    #[must_use]
    pub fn in_doubt(&self) -> bool {
        self.parts
            .iter()
            .any(|part| part.out_at.is_none() && part.doubt != Doubt::None)
    }
}

/// How this network settles a lost answer; the machine needs no more of a network than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// The visible step carries a key that the network remembers.
    pub keyed: bool,
    /// The network can be looked at.
    pub finds: bool,
}

/// Who brought a proof that a part is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proof {
    /// The answer to the call itself.
    Answer,
    /// Looking at the network.
    Find,
    /// A person's word.
    Person,
}

/// What may happen to a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The publisher takes it; every gate was found open in the same transaction.
    Claim {
        token: i64,
        hold_seq: i64,
        slot: Option<String>,
    },
    /// A call is about to be made under a claim.
    Intent {
        token: i64,
        hold_seq: i64,
        attempt: i64,
        visible: bool,
    },
    /// A part is public.
    Accepted {
        attempt: Option<i64>,
        part: usize,
        remote_id: Option<String>,
        url: Option<String>,
        proof: Proof,
    },
    /// Surely not posted by this attempt, and never will be as it stands.
    Refused {
        attempt: i64,
        trouble: Trouble,
        means: Means,
    },
    /// Surely not posted by this attempt; may be tried again. `reached`: the request got to the server.
    NotSent {
        attempt: i64,
        trouble: Trouble,
        retry_at: Timestamp,
        reached: bool,
        means: Means,
    },
    /// Surely not posted by this attempt: the login is dead.
    SignedOut {
        attempt: i64,
        trouble: Trouble,
        means: Means,
    },
    /// No answer, or none that says anything.
    Lost {
        attempt: i64,
        trouble: Trouble,
        retry_at: Timestamp,
        means: Means,
    },
    /// The claim is given back with no visible step open.
    Returned { token: i64, why: Why },
    /// The task under this claim is gone and its socket is closed, or a new publisher took over.
    TakenOver { retry_at: Timestamp, means: Means },
    /// Looking at the network showed that it is not there.
    Absent { attempt: i64, absent_after: SignedDuration },
    /// Looking told nothing; look again at this time.
    NoAnswer { look_at: Timestamp },
    /// A resend by key is safe and will tell. `in_time`: the network still knows the key.
    ResendByKey { in_time: bool },
    /// Its lateness limit or its expiry has passed.
    Late,
    /// A person stops it.
    Cancel,
    /// A person wants it tried again.
    Retry,
    /// A person gives it another time or place in the queue.
    Move,
    /// A person changes the words; it has this many parts until it is composed again.
    Edit,
    /// A person says that it is public.
    SayPublished {
        remote_id: Option<String>,
        url: Option<String>,
    },
    /// A person says that it is not public.
    SayAbsent { absent_after: SignedDuration },
}

/// Why a claim is given back before a visible step was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A gate closed, or a hold, release or wish came.
    Gate,
    /// A login, or a step that readers cannot see, failed for now.
    Later {
        trouble: Option<Trouble>,
        retry_at: Timestamp,
    },
    /// What it is about is not fit to be shown now: the article's link is dead. It makes room for the next meanwhile.
    Unfit { trouble: Trouble, retry_at: Timestamp },
    /// The login is dead.
    SignedOut { trouble: Trouble },
    /// It never will be posted as it stands (a bad medium, a text that no longer fits).
    Refused { trouble: Trouble },
}

/// Evidence about an attempt, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    Accepted,
    Refused,
    NotSent,
    Absent,
    Superseded,
    Person,
}

impl Evidence {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Evidence::Accepted => "accepted",
            Evidence::Refused => "refused",
            Evidence::NotSent => "not_sent",
            Evidence::Absent => "absent",
            Evidence::Superseded => "superseded",
            Evidence::Person => "person",
        }
    }
}

/// What somebody must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    Failed,
    Missed,
    /// It may be public.
    Unknown,
    /// Something is public that a person thought stopped, failed or missed.
    OutAfterAll,
    /// Only a part of a thread is public, and the rest will not follow.
    HalfOut,
    /// The network named a second copy of a part that was out already.
    SecondCopy,
}

impl Notice {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Notice::Failed => "failed",
            Notice::Missed => "missed",
            Notice::Unknown => "unknown",
            Notice::OutAfterAll => "out_after_all",
            Notice::HalfOut => "half_out",
            Notice::SecondCopy => "second_copy",
        }
    }
}

/// What must be saved or said together with the new delivery, in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The attempt's evidence.
    Record {
        attempt: i64,
        evidence: Evidence,
    },
    /// The attempt's call is over.
    End {
        attempt: i64,
    },
    /// The part gets another key before it is sent again.
    NewKey {
        part: usize,
    },
    /// Words, bytes and keys are made anew.
    Unfreeze,
    Tell(Notice),
    /// The channel's login is dead.
    Disconnect,
}

/// Why an event was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The pair of state and event is not in the table.
    State(State),
    /// Another claim holds it, or a hold or release came since the claim.
    Claim,
    /// A person wants it stopped.
    Wish,
    /// A visible step is open: it is going out just now.
    GoingOut,
    /// It may be public: that must be found out first.
    InDoubt,
    /// Something of it is public already.
    PartOut,
    /// Absence may be believed only after this instant, when its call has ended long enough ago; `None`: the call
    /// has not ended.
    TooEarly(Option<Timestamp>),
    /// A newer attempt was made since.
    Superseded,
    /// The network no longer knows the key.
    KeyOver,
}
