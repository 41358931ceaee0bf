//! From an item of a feed to a post, through the same code as `add`.

use super::pages::Said;
use super::poll::{Made, Polled};
use crate::app::add::{self, Wish};
use crate::app::compose::host_and_path;
use crate::app::{App, Fault};
use crate::config::{Channel, Source};
use crate::domain::post::{Post, tidy_url};
use crate::domain::source::blurb;
use crate::domain::tracking::strip_tracking;
use crate::report::Report;
use crate::sources::{Feed, Item};
use crate::storage::{NewPost, Tx};

/// An item with what is known beside it.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) feed: &'a Feed,
    pub(super) item: &'a Item,
    /// What its page says, where it was read, and the pictures of its cards.
    pub(super) said: Option<&'a Said>,
    /// The fingerprint of its words, where they are those of an earlier item.
    pub(super) echo: Option<&'a str>,
}

/// Makes a post of an item, and gives the post that stands for it: `None` where that stands for another item already.
pub(super) async fn take(
    tx: &mut Tx<'_>,
    app: &App,
    source: &Source,
    entry: Entry<'_>,
    polled: &mut Polled,
) -> Result<Option<i64>, Fault> {
    let post = build(app, source, entry, tx.now);
    let same_as = add::same_as(&post);
    let canonical = entry.said.and_then(|said| said.canonical.as_deref());
    let also = canonical.and_then(tidy_url).filter(|also| *also != same_as);
    let channels = match channels(tx, app, source, &post, (&same_as, also.as_deref())).await? {
        Where::To(channels) => channels,
        Where::Known(other) => {
            polled.known.push((post.name(), other));
            return Ok((!tx.is_from_source(other).await?).then_some(other));
        }
    };
    let why = match entry.echo {
        Some(text) => Some(echo(tx, source, text).await?),
        None if source.queue => why_draft(tx, app, entry, &post, &channels).await?,
        None => None,
    };
    let post = Post {
        draft: !source.queue || why.is_some() || channels.is_empty(),
        ..post
    };
    let new = NewPost {
        post: &post,
        same_as: &same_as,
        also: also.as_deref(),
        key: None,
    };
    let post = add::put(tx, &new).await?;
    for channel in &channels {
        add::insert(tx, post.id, channel, &Wish::Slot, (false, false)).await?;
        if let Some(shown) = entry.said.and_then(|said| said.cards.get(&channel.name)) {
            tx.save_shown(post.id, &channel.name, shown).await?;
        }
    }
    tx.audit(&app.user, "add", Some(post.id), None, Some(&post.created_by))
        .await?;
    if let Some(words) = told(source, &post, channels.is_empty(), why.as_deref()) {
        tx.alert(None, None, "source_draft", &words).await?;
        polled.told.push(words);
    }
    polled.made.push(Made {
        post: post.id,
        name: post.name(),
        draft: post.draft,
    });
    Ok(Some(post.id))
}

/// The post that an item would be, as if it were queued.
fn build(app: &App, source: &Source, entry: Entry<'_>, now: jiff::Timestamp) -> Post {
    let Entry { feed, item, said, .. } = entry;
    let page = |of: fn(&Said) -> &Option<String>| said.and_then(|said| of(said).clone());
    let url = item.url.as_deref().map(strip_tracking);
    let only = || {
        let mut languages = app.config.texts.keys();
        languages.next().filter(|_| languages.next().is_none()).cloned()
    };
    let language = source
        .language
        .clone()
        .or_else(|| item.language.clone())
        .or_else(|| feed.language.clone())
        .or_else(|| page(|said| &said.language))
        .or_else(only);
    Post {
        title: item
            .title
            .clone()
            .or_else(|| page(|said| &said.title))
            .or_else(|| url.as_deref().map(host_and_path)),
        summary: blurb(&item.sight(), language.as_deref()).or_else(|| page(|said| &said.summary)),
        url,
        language,
        tags: add::tidy(&source.tags),
        hashtags: source.hashtags.clone(),
        ..Post::blank(now, &format!("source {}", source.name))
    }
}

/// Where a post goes.
enum Where<'a> {
    /// To these channels; to none where no channel speaks its language.
    To(Vec<&'a Channel>),
    /// Nowhere: each of its channels has the article already, in this post.
    Known(i64),
}

async fn channels<'a>(
    tx: &mut Tx<'_>,
    app: &'a App,
    source: &Source,
    post: &Post,
    article: (&str, Option<&str>),
) -> Result<Where<'a>, Fault> {
    let all = match add::targets(app, post, source.to.as_deref()) {
        Ok(all) => all,
        Err(Fault::NoChannels { .. }) => return Ok(Where::To(Vec::new())),
        Err(fault) => return Err(fault),
    };
    let (mut free, mut known) = (Vec::new(), None);
    for channel in all {
        match add::not_twice(tx, app, channel, article, 0).await {
            Ok(()) => free.push(channel),
            Err(Fault::Duplicate { post, .. }) => known = known.or(Some(post)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(match known {
        Some(other) if free.is_empty() => Where::Known(other),
        _ => Where::To(free),
    })
}

/// Whether all channels of an item have its article already.
pub(super) async fn is_known(tx: &mut Tx<'_>, app: &App, source: &Source, entry: Entry<'_>) -> Result<bool, Fault> {
    let post = build(app, source, entry, tx.now);
    let place = channels(tx, app, source, &post, (&add::same_as(&post), None)).await?;
    Ok(matches!(place, Where::Known(_)))
}

/// What is said of an item whose words were there before, under another id, address and date.
async fn echo(tx: &mut Tx<'_>, source: &Source, text: &str) -> Result<String, Fault> {
    let earlier = tx.source_text(&source.name, text).await?;
    let of = earlier.map_or(String::new(), |post| format!(" (post {post})"));
    Ok(format!(
        "its title and words are those of an earlier item{of} that has left the feed, so it may be the same article"
    ))
}

/// Why a post is not queued though its source says so; nobody has looked at it yet.
async fn why_draft(
    tx: &mut Tx<'_>,
    app: &App,
    entry: Entry<'_>,
    post: &Post,
    channels: &[&Channel],
) -> Result<Option<String>, Fault> {
    if post.url.is_none() {
        return Ok(Some(
            "its feed gives no link to it that readers could follow".to_owned(),
        ));
    }
    if post.summary.is_none() {
        return Ok(Some("its feed says nothing of it but its title".to_owned()));
    }
    if blurb(&entry.item.sight(), post.language.as_deref()).is_none() {
        return Ok(Some(
            "its feed has no summary of it, so one was proposed from the article's page".to_owned(),
        ));
    }
    for channel in channels {
        let looked = match add::fits(tx, app, post, channel).await {
            Ok(()) => crate::app::lint::stop(tx, app, post, channel, None).await,
            misfit => misfit,
        };
        match looked {
            Ok(()) => {}
            Err(fault @ (Fault::Compose { .. } | Fault::Lint { .. })) => {
                let words = Report::from(&fault).message;
                return Ok(Some(words.trim_end_matches('.').to_owned()));
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(None)
}

/// What a person must be told of a post that does not go out by itself as the configuration says.
fn told(source: &Source, post: &Post, goes_nowhere: bool, why: Option<&str>) -> Option<String> {
    let (id, name, from) = (post.id, post.name(), &source.name);
    if goes_nowhere {
        let language = post.language.as_deref().unwrap_or("this language");
        return Some(format!(
            "Post {id} (\"{name}\") of source {from} goes nowhere: no channel takes posts in {language}. Name some: \
             handbill edit {id} --to CHANNEL"
        ));
    }
    why.map(|why| {
        format!(
            "Post {id} (\"{name}\") of source {from} waits as a draft: {why}. When it is right: handbill move {id} \
             --to-slot"
        )
    })
}
