//! What goes out, byte by byte and with its keys: made once, when a delivery is first claimed, and the same at every later
//! try.

use super::cx::Cx;
use crate::app::compose::{freeze, message};
use crate::app::fingerprint::fingerprint;
use crate::app::{Fault, pictures};
use crate::config::Channel;
use crate::domain::compose::{Message, Part as Composed, Target};
use crate::domain::delivery::{Part, Trouble};
use crate::domain::picture::Shown;
use crate::networks::Facts;
use crate::storage::{PartRow, Row};

/// Makes the bytes and keys where there are none yet. The inner error: the words cannot be made to fit any more.
pub(super) async fn fill(
    cx: &mut Cx<'_, '_>,
    channel: &Channel,
    facts: &Facts,
    row: &mut Row,
) -> Result<Result<(), Trouble>, Fault> {
    if !row.frozen.is_empty() && row.frozen.iter().all(|part| part.key.is_some()) {
        return Ok(Ok(()));
    }
    let app = cx.app.clone();
    let Some(post) = cx.tx.post(row.post).await? else {
        return Err(Fault::Broken(format!("post {} is gone", row.post)));
    };
    row.unwritten = true;
    if !row.frozen.is_empty() {
        // Same bytes, another key: after a refusal or believed absence. The words are not made again.
        let wordless = Composed {
            text: String::new(),
            spans: Vec::new(),
            lengths: Vec::new(),
            card: None,
        };
        for part in row.frozen.iter_mut().filter(|part| part.key.is_none()) {
            part.key = Some(freeze(&app, &post, channel, facts, &wordless, &Shown::default(), cx.tx.now)?.key);
        }
        return Ok(Ok(()));
    }
    let message = match message(&app, &post, channel, facts) {
        Ok(message) => message,
        Err(fault) => {
            let words = crate::report::Report::from(&fault).message;
            let kind = "too_long".to_owned();
            return Ok(Err(Trouble {
                kind,
                message: words,
                at: cx.tx.now,
            }));
        }
    };
    let shown = cx.tx.shown(post.id).await?.remove(&channel.name).unwrap_or_default();
    let shown = pictures::within(shown, channel, facts);
    let takes_some = pictures::takes(channel, facts).is_some();
    if takes_some && shown.pictures.len() != post.pictures.len() {
        return Ok(Err(Trouble {
            kind: "media".to_owned(),
            message: format!(
                "{}: its pictures were never made to fit this channel; give them again",
                channel.name
            ),
            at: cx.tx.now,
        }));
    }
    row.d.parts = (0..message.parts.len().max(1)).map(Part::new).collect();
    let (bare, carrier) = (Shown::default(), carrier(&message));
    for (no, composed) in message.parts.iter().enumerate() {
        // The pictures stand with the first words, the thumbnail with the card.
        let shown = match (no, no == carrier) {
            (0, true) => shown.clone(),
            (0, false) => Shown {
                thumb: None,
                ..shown.clone()
            },
            (_, true) => Shown {
                pictures: Vec::new(),
                ..shown.clone()
            },
            _ => bare.clone(),
        };
        let frozen = freeze(&app, &post, channel, facts, composed, &shown, cx.tx.now)?;
        row.frozen.push(PartRow {
            body_hash: fingerprint(frozen.body.as_bytes()),
            key: Some(frozen.key),
            text: composed.text.clone(),
            link: link(composed, post.url.as_deref()),
            body: frozen.body,
        });
    }
    Ok(Ok(()))
}

/// The part that has the link card.
fn carrier(message: &Message) -> usize {
    message.parts.iter().position(|part| part.card.is_some()).unwrap_or(0)
}

fn link(part: &Composed, url: Option<&str>) -> Option<String> {
    let url = url?;
    let spans = part
        .spans
        .iter()
        .any(|span| matches!(&span.target, Target::Link(target) if target == url));
    let card = part.card.as_ref().is_some_and(|card| card.url == url);
    (spans || card || part.text.contains(url)).then(|| url.to_owned())
}
