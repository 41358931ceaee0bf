//! Planned times are wall times; their instants are made again when a zone's rules change.

use jiff::tz::TimeZone;

use super::{App, Fault};
use crate::domain::post::Planned;
use crate::domain::when::{Zones, resolve};
use crate::storage::Store;

/// Makes the instants of everything unsent anew if the rules are other ones than before. Gives a line for people about
/// every delivery that moved.
///
/// # Errors
/// Where the database cannot be written.
pub async fn rezone(app: &App, store: &mut Store) -> Result<Vec<String>, Fault> {
    let version = app.zones.version().to_owned();
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    let old = tx.tz_version().await?;
    if old.as_deref() == Some(version.as_str()) {
        return Ok(Vec::new());
    }
    let mut moved = Vec::new();
    for id in tx.planned_deliveries().await? {
        let Some(mut row) = tx.delivery(id).await? else {
            continue;
        };
        let Some(due) = row.due.clone() else { continue };
        if let Some(new) = anew(app, &due) {
            let zone = new.wall.as_ref().map(|wall| wall.zone.clone()).unwrap_or_default();
            let from = old.as_deref().unwrap_or("unknown");
            moved.push(format!(
                "{} moved: the rules for {zone} changed ({from} to {version})",
                row.name()
            ));
            row.due = Some(new);
            let state = row.d.state;
            tx.save_delivery(&row, state).await?;
        }
    }
    for post in tx.planned_posts().await? {
        let embargo = post.embargo.as_ref().map(|p| anew(app, p).unwrap_or_else(|| p.clone()));
        let expires = post.expires.as_ref().map(|p| anew(app, p).unwrap_or_else(|| p.clone()));
        if embargo != post.embargo || expires != post.expires {
            tx.set_post_instants(post.id, embargo.as_ref(), expires.as_ref())
                .await?;
        }
    }
    tx.set_tz_version(&version).await?;
    tx.commit().await?;
    Ok(moved)
}

/// The planned time under today's rules, if it is another instant.
fn anew(app: &App, planned: &Planned) -> Option<Planned> {
    let wall = planned.wall.as_ref()?;
    let zone: TimeZone = app.zones.zone(&wall.zone)?;
    let at = resolve(wall, &zone);
    (at != planned.at).then(|| Planned {
        at,
        wall: Some(wall.clone()),
    })
}
