//! Something happens to a delivery: the state machine decides, and all that follows is written in the same
//! transaction. The only place where a state is saved.

use crate::domain::delivery::{self, Act, Delivery, Event, Evidence, Notice, Part, Refused, State};
use crate::storage::{Result, Row, Settled, Tx};

/// Lets `event` happen to a delivery that was loaded in this transaction.
///
/// # Errors
/// Where the database cannot be written. A refusal of the state machine is the inner result, and changes nothing.
pub async fn apply(
    tx: &mut Tx<'_>,
    row: &mut Row,
    event: &Event,
    who: &str,
) -> Result<std::result::Result<Vec<Act>, Refused>> {
    apply_but(tx, row, event, who, None).await
}

/// As [`apply`]; the end and evidence of the attempt `settled` were written with its answer already.
///
/// # Errors
/// As for [`apply`].
pub async fn apply_but(
    tx: &mut Tx<'_>,
    row: &mut Row,
    event: &Event,
    who: &str,
    settled: Option<i64>,
) -> Result<std::result::Result<Vec<Act>, Refused>> {
    let (new, mut acts) = match delivery::step(&row.d, event, tx.now) {
        Ok(done) => done,
        Err(refused) => return Ok(Err(refused)),
    };
    acts.retain(|act| match act {
        Act::Record { attempt, .. } | Act::End { attempt } => Some(*attempt) != settled,
        _ => true,
    });
    save(tx, row, new, &acts, who).await?;
    Ok(Ok(acts))
}

/// Writes what the state machine decided. Evidence comes first: the embargo's trigger asks for it.
pub(super) async fn save(tx: &mut Tx<'_>, row: &mut Row, new: Delivery, acts: &[Act], who: &str) -> Result<()> {
    let was = row.d.state;
    for act in acts {
        match act {
            Act::Record { attempt, evidence } => tx.record_evidence(*attempt, *evidence).await?,
            Act::End { attempt } => tx.settle_attempt(*attempt, &Settled::default()).await?,
            Act::NewKey { part } => {
                tx.drop_key(row.d.id, *part).await?;
                if let Some(frozen) = row.frozen.get_mut(*part) {
                    frozen.key = None;
                }
            }
            Act::Unfreeze => {
                tx.unfreeze(row.d.id).await?;
                row.frozen.clear();
            }
            Act::Tell(_) | Act::Disconnect => {}
        }
    }
    let mut new = new;
    if row.frozen.is_empty() {
        new.parts = vec![Part::new(0)];
    } else if std::mem::take(&mut row.unwritten) {
        for (part, frozen) in new.parts.iter().zip(&row.frozen) {
            tx.freeze_part(row.d.id, &row.channel, part, frozen).await?;
        }
    } else {
        for (old, part) in row.d.parts.iter().zip(&new.parts).filter(|(old, part)| old != part) {
            debug_assert_eq!(old.no, part.no);
            tx.save_part(row.d.id, part).await?;
        }
    }
    if new.slot.is_none() {
        row.slot_at = None;
    }
    let over = matches!(new.state, State::Failed | State::Missed | State::Cancelled);
    row.ended_at = over.then(|| row.ended_at.unwrap_or(tx.now));
    row.d = new;
    tx.save_delivery(row, was).await?;
    for act in acts {
        if let Act::Tell(notice) = act {
            tell(tx, row, *notice).await?;
        }
    }
    if was != row.d.state && row.d.state != State::Sending {
        tx.audit(who, row.d.state.as_str(), Some(row.post), Some(row.d.id), None)
            .await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx<'_>, row: &Row, notice: Notice) -> Result<()> {
    let reason = row
        .d
        .trouble
        .as_ref()
        .map_or(String::new(), |t| format!(": {}", t.message.trim_end_matches('.')));
    let name = row.name();
    let (post, out, parts) = (row.post, row.d.parts_out(), row.d.parts.len());
    let message = match notice {
        Notice::Failed => format!("{name} did not go out{reason}. Look: handbill show {post}"),
        Notice::Missed => {
            format!("{name} was missed: its time passed before it could go{reason}. Send it: handbill retry {name}")
        }
        Notice::Unknown => format!("not sure whether {name} is out{reason}. Look: handbill show {post}"),
        Notice::OutAfterAll => format!("{name} is out after all. Look: handbill show {post}"),
        Notice::HalfOut => {
            format!("{name}: {out} of {parts} parts are out, the rest will not follow. Go on: handbill retry {name}")
        }
        Notice::SecondCopy => format!("{name}: the network named a second copy. Look at the account, and delete one"),
    };
    tx.alert(Some(row.d.id), Some(&row.channel), notice.as_str(), &message)
        .await
}

/// Writes the end of an attempt with its answer and its evidence; the delivery is settled apart from it.
///
/// # Errors
/// Where the database cannot be written.
pub async fn end_attempt(
    tx: &mut Tx<'_>,
    attempt: i64,
    answer: Option<&str>,
    evidence: Option<Evidence>,
) -> Result<()> {
    tx.settle_attempt(attempt, &Settled { answer, evidence }).await
}
