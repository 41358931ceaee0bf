//! What these tests ask of the database beside the program's own code, which they do not trust.

pub(super) const CONTROL: &str = "
    SELECT seq, epoch FROM control";

pub(super) const DELIVERIES: &str = "
    SELECT d.id, d.channel, d.state, d.token, d.slot_key, d.version, p.embargo_at, p.tags
    FROM delivery d JOIN post p ON p.id = d.post";

pub(super) const PARTS: &str = "
    SELECT * FROM part";

pub(super) const ATTEMPTS: &str = "
    SELECT * FROM attempt WHERE visible = 1 ORDER BY id";

/// Attempts whose call may be open, also at steps that readers do not see.
pub(super) const UNENDED: &str = "
    SELECT id FROM attempt WHERE ended_at IS NULL";

/// Every change of a state, as it was noted.
pub(super) const STEPS: &str = "
    SELECT seq, act AS kind, delivery FROM audit WHERE delivery IS NOT NULL";

pub(super) const ALERTS: &str = "
    SELECT seq, kind, delivery FROM alert";

pub(super) const ALERTS_OF: &str = "
    SELECT COUNT(*) FROM alert WHERE kind = $1";

/// The attempt that a request was made under, with what was known when it was sent.
pub(super) const MARK: &str = "
    SELECT a.id AS attempt, a.delivery, a.part, a.key, a.resend, a.intent_at, d.slot_key AS slot, d.timing, d.state,
        q.first_intent, p.embargo_at, c.disconnected_at, c.paced_until
    FROM attempt a JOIN delivery d ON d.id = a.delivery AND d.token = a.token
    JOIN post p ON p.id = d.post LEFT JOIN part q ON q.delivery = a.delivery AND q.no = a.part
    LEFT JOIN channel c ON c.name = d.channel
    WHERE a.visible = 1 AND a.ended_at IS NULL AND a.evidence IS NULL AND a.request = $1";

pub(super) const BODY: &str = "
    SELECT body FROM part";

/// Bytes that are no text.
pub(super) const DAMAGE: &str = "
    UPDATE part SET body = x'ff'";

pub(super) const REPAIR: &str = "
    UPDATE part SET body = $1 WHERE body = x'ff'";
