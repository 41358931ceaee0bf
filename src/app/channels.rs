//! Channels: whether their login is good, what their server allows, and what waits on them.

use super::{App, Fault, lanes, network_of};
use crate::config::Channel;
use crate::domain::say;
use crate::networks::{Facts, Failure, by_name};
use crate::storage::{ChannelRow, Row, Tx};

/// Whether this version sends to a network, or only composes for it.
#[must_use]
pub fn sends(network: &str) -> bool {
    by_name(network).is_some_and(crate::networks::Network::sends)
}

/// Why nothing is sent on a channel at all, if so.
#[must_use]
pub fn shut(channel: &Channel, row: &ChannelRow) -> Option<String> {
    if !sends(channel.network) {
        let network = channel.network;
        return Some(format!(
            "this version composes for {network} and does not send to it yet"
        ));
    }
    row.disconnected_at
        .map(|_| row.reason.clone().unwrap_or_else(|| "the login is not good".to_owned()))
}

/// The sentence for people about posts that wait on channels (name, how many) that this version does not send to.
#[must_use]
pub fn unsent_words(waiting: &[(&str, i64)]) -> String {
    let list: Vec<String> = waiting
        .iter()
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    format!(
        "This version composes for these channels and does not send to them yet, so their posts wait: {}. Publish by hand \
         what handbill preview shows and cancel them here. What has a set time is marked missed when it is too late.",
        list.join(", ")
    )
}

/// The login of a delivery's channel was refused: nothing is sent there until it is good again, and someone is told.
///
/// # Errors
/// Where the database cannot be written.
pub async fn disconnect(tx: &mut Tx<'_>, app: &App, row: &Row) -> Result<(), Fault> {
    let reason = row
        .d
        .trouble
        .as_ref()
        .map_or("the login was refused", |trouble| trouble.message.as_str());
    refused(tx, app, &row.channel, reason).await
}

/// As [`disconnect`], by the channel's name.
///
/// # Errors
/// Where the database cannot be written.
pub async fn refused(tx: &mut Tx<'_>, app: &App, name: &str, reason: &str) -> Result<(), Fault> {
    let mut channel = tx.channel(name).await?;
    if channel.disconnected_at.is_some() {
        return Ok(());
    }
    channel.disconnected_at = Some(tx.now);
    channel.by_person = false;
    channel.reason = Some(reason.to_owned());
    let network = app.find_channel(name).map_or("", |c| c.network);
    tx.save_channel(network, &channel).await?;
    let waiting = tx.waiting_count(name).await?;
    let message = disconnected_words(app, name, reason, waiting);
    tx.alert(None, Some(name), "disconnected", &message).await?;
    tx.audit("handbill", "disconnected", None, None, Some(name)).await?;
    Ok(())
}

/// The sentence for people about a dead login.
#[must_use]
pub fn disconnected_words(app: &App, name: &str, reason: &str, waiting: i64) -> String {
    let late = app
        .find_channel(name)
        .map_or(String::new(), |channel| say::duration(channel.late_limit));
    let waits = match waiting {
        0 => "Nothing waits there".to_owned(),
        1 => "1 post waits there, nothing is lost".to_owned(),
        n => format!("{n} posts wait there, nothing is lost"),
    };
    format!(
        "{name} does not accept our login ({reason}). {waits}; other channels go on. Cure: put the login right, then: handbill channel check {name}. \
         A post with a set time is marked missed after {late}, and you are told."
    )
}

/// Writes what a check told: new facts, and whether the login is good. A channel that a person disconnected stays so.
/// `meant`: a person asked, or the program was started or configured anew. Only then does a check reconnect a channel
/// of a network that cannot be asked without posting.
///
/// # Errors
/// Where the database cannot be written.
pub async fn checked(
    tx: &mut Tx<'_>,
    app: &App,
    name: &str,
    result: &Result<Facts, Failure>,
    meant: bool,
) -> Result<(), Fault> {
    match result {
        Ok(facts) => {
            let mut channel = tx.channel(name).await?;
            channel.facts = serde_json::to_string(facts).ok();
            channel.facts_at = Some(tx.now);
            let asks = app
                .find_channel(name)
                .map(network_of)
                .transpose()?
                .is_none_or(|network| network.asks());
            if channel.disconnected_at.is_some() && !channel.by_person && (asks || meant) {
                channel.disconnected_at = None;
                channel.reason = None;
                tx.audit(&app.user, "reconnected", None, None, Some(name)).await?;
            }
            let network = app.find_channel(name).map_or("", |c| c.network);
            tx.save_channel(network, &channel).await?;
        }
        Err(Failure::SignIn(problem)) => refused(tx, app, name, &problem.message).await?,
        Err(_) => {}
    }
    Ok(())
}

/// What was learnt of a channel's server.
///
/// # Errors
/// Where the database cannot be read.
pub async fn facts_of(tx: &mut Tx<'_>, name: &str) -> Result<Facts, Fault> {
    Ok(lanes::facts(&tx.channel(name).await?))
}
