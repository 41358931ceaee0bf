//! Looking over a post before it is public, channel by channel.

use super::fingerprint::fingerprint;
use super::view::PostView;
use super::{App, Fault, article, compose};
use crate::config::Channel;
use crate::domain::lint::{self, Draft, Finding, Level, LinkTrouble, Rule};
use crate::domain::post::Post;
use crate::networks::Facts;
use crate::storage::Tx;

/// The fingerprints of everything that a post says, for finding the same words again.
#[must_use]
pub fn words(post: &Post) -> Vec<String> {
    post.summary
        .iter()
        .chain(post.texts.values())
        .map(|text| print(text))
        .collect()
}

/// The fingerprint of words, whatever the white space and case.
fn print(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    fingerprint(words.join(" ").as_bytes())
}

/// What the rules find in a post on one channel; `texts` is what would be public there.
///
/// # Errors
/// Where the database cannot be read.
pub async fn look(
    tx: &mut Tx<'_>,
    app: &App,
    post: &Post,
    channel: &Channel,
    texts: &[&str],
    link: Option<&LinkTrouble>,
) -> Result<Vec<Finding>, Fault> {
    let own = post.texts.get(&channel.name);
    let repeats = match own.or(post.summary.as_ref()) {
        Some(said) if channel.lint.of(Rule::Repeated) != Level::Off => {
            tx.same_words(&print(said), &channel.name, post.id).await?
        }
        _ => None,
    };
    let draft = Draft {
        title: post.title.as_deref(),
        summary: own.or(post.summary.as_ref()).map(String::as_str),
        texts: texts.to_vec(),
        hashtags: if own.is_some() {
            Vec::new()
        } else {
            list(&post.hashtags)
        },
        tags: list(&post.tags),
        language: compose::language(post, channel),
        repeats,
        images_without_alt: images_without_alt(post, channel),
        link: link.cloned(),
    };
    Ok(lint::check(&draft, app.config.lint.terms(), &channel.lint))
}

/// None where the channel shows no pictures.
fn images_without_alt(post: &Post, channel: &Channel) -> usize {
    let shows = super::pictures::takes(channel, &Facts::default()).is_some();
    let without = post.pictures.iter().filter(|picture| picture.alt.is_none());
    if shows { without.count() } else { 0 }
}

fn list(items: &[String]) -> Vec<&str> {
    items.iter().map(String::as_str).collect()
}

/// Fills in what the rules find in each delivery that nothing of is out yet.
///
/// # Errors
/// Where the database cannot be read.
pub async fn fill(tx: &mut Tx<'_>, app: &App, shown: &mut PostView) -> Result<(), Fault> {
    for delivery in shown.deliveries.iter_mut().filter(|d| !d.row.d.state.is_final()) {
        let Some(channel) = app.find_channel(&delivery.row.channel) else {
            continue;
        };
        let texts: Vec<&str> = delivery.parts.iter().map(|part| part.text.as_str()).collect();
        delivery.findings = look(tx, app, &shown.post, channel, &texts, shown.link.as_ref()).await?;
    }
    Ok(())
}

/// What is wrong with an article's link now, if that keeps it from one of these channels; else nobody is asked.
pub async fn link_now<'a>(
    app: &App,
    url: Option<&str>,
    channels: impl IntoIterator<Item = &'a Channel>,
) -> Option<LinkTrouble> {
    let url = url?;
    let blocks = channels.into_iter().any(|c| c.lint.of(Rule::Link) == Level::Block);
    if !blocks {
        return None;
    }
    super::link::ask(app, url, article::SHORT).await
}

/// Refuses a post that a rule blocks on a channel.
///
/// # Errors
/// [`Fault::Lint`] with what was found.
pub async fn stop(
    tx: &mut Tx<'_>,
    app: &App,
    post: &Post,
    channel: &Channel,
    link: Option<&LinkTrouble>,
) -> Result<(), Fault> {
    let facts = super::channels::facts_of(tx, &channel.name).await?;
    let message = compose::message(app, post, channel, &facts)?;
    let texts: Vec<&str> = message.parts.iter().map(|part| part.text.as_str()).collect();
    let mut findings = look(tx, app, post, channel, &texts, link).await?;
    findings.retain(|finding| finding.level == Level::Block);
    if findings.is_empty() {
        return Ok(());
    }
    Err(Fault::Lint {
        channel: channel.name.clone(),
        findings,
    })
}
