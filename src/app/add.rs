//! Adding a post: checked whole, then written whole.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::compose::{host_and_path, message};
use super::fingerprint::fingerprint;
use super::view::{self, PostView};
use super::{App, Fault};
use crate::config::Channel;
use crate::domain::compose::{clean_line, clean_text};
use crate::domain::delivery::{Delivery, Part, State};
use crate::domain::lane::Timing;
use crate::domain::lint::LinkTrouble;
use crate::domain::picture::{Picture, Shown};
use crate::domain::post::{Planned, Post, Visibility, tidy_url};
use crate::domain::say;
use crate::domain::when::{self, Span};
use crate::storage::{NewPost, Row, Tx};

/// When a post is to go, as a person says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// At each channel's next free slot.
    #[default]
    Slot,
    At(Planned),
    Now,
}

/// What a person says of a post; checked by [`check`].
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub url: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub language: Option<String>,
    pub warning: Option<String>,
    pub visibility: Visibility,
    pub tags: Vec<String>,
    pub hashtags: Vec<String>,
    pub texts: Vec<(String, String)>,
    /// Whether a text that is too long goes on in further parts; `None`: not said.
    pub thread: Option<bool>,
    pub embargo: Option<Planned>,
    pub expires: Option<Planned>,
}

/// What `add` is asked.
#[derive(Clone, Debug, Default)]
pub struct Add {
    pub words: Words,
    /// Channels by name; `None`: every channel of the post's language.
    pub to: Option<Vec<String>>,
    pub wish: Wish,
    pub draft: bool,
    pub front: bool,
    pub allow_duplicate: bool,
    /// The key, and the hash of the whole request.
    pub key: Option<(String, String)>,
    pub dry_run: bool,
    /// The post's pictures, on the shelf already.
    pub pictures: Vec<Picture>,
    /// The article's lead image, for link cards; on the shelf already.
    pub thumb: Option<Picture>,
    /// What of them goes to each channel; made by [`prepare`].
    pub fitted: BTreeMap<String, Shown>,
    /// The page's own word for the article's address.
    pub canonical: Option<String>,
    /// What is wrong with the link, where somebody looked.
    pub link: Option<LinkTrouble>,
    /// A person sits at a terminal and may think better of it.
    pub undo: bool,
}

/// Reads a time that a person typed.
///
/// # Errors
/// [`Fault::When`] with the candidates.
pub fn time(app: &App, option: &'static str, text: &str, span: Span) -> Result<Planned, Fault> {
    when::parse(text, app.now(), &app.config.organisation.timezone, &app.zones, span)
        .map(Planned::from)
        .map_err(|error| Fault::When {
            option,
            text: text.to_owned(),
            error,
        })
}

/// Checks what a person says of a post, before anything is written.
///
/// # Errors
/// [`Fault::Input`] with the option and what to write instead.
pub fn check(words: &Words) -> Result<(), Fault> {
    if let Some(url) = &words.url {
        check_url(url)?;
    }
    for (option, text, most) in [
        ("--title", &words.title, 1000),
        ("--summary", &words.summary, 100_000),
        ("--cw", &words.warning, 500),
    ] {
        let Some(text) = text else { continue };
        longest(option, text, most)?;
        if says_nothing(text) {
            return Err(Fault::input(option, "it is empty"));
        }
    }
    for (_, text) in &words.texts {
        longest("--text", text, 100_000)?;
        if says_nothing(text) {
            return Err(Fault::input("--text", "it is empty"));
        }
    }
    if let Some(language) = &words.language {
        let good = language.len() <= 35
            && language
                .split('-')
                .all(|s| (1..=8).contains(&s.len()) && s.chars().all(|c| c.is_ascii_alphanumeric()));
        if !good || !language.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(Fault::Input {
                option: "--lang",
                what: format!("{language:?} is no language tag"),
                hint: Some("Write it as en, fr or pt-BR.".to_owned()),
            });
        }
    }
    for (option, list) in [("--tag", &words.tags), ("--hashtag", &words.hashtags)] {
        if list.len() > 50 {
            return Err(Fault::input(option, "more than 50 were given"));
        }
        for item in list {
            longest(option, item, 100)?;
            if item.trim().is_empty() || item.contains(',') || item.chars().any(char::is_control) {
                return Err(Fault::input(
                    option,
                    format!("{item:?} is empty or has a comma; give the option once for each"),
                ));
            }
        }
    }
    times(words.embargo.as_ref(), words.expires.as_ref())
}

/// Checks an article's address.
///
/// # Errors
/// [`Fault::Input`] where it is none, or holds a password.
pub fn check_url(url: &str) -> Result<(), Fault> {
    let parsed = url::Url::parse(url).map_err(|_| bad_url(url))?;
    if !matches!(parsed.scheme(), "http" | "https")
        || parsed.host_str().is_none_or(str::is_empty)
        || url.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(bad_url(url));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Fault::Input {
            option: "URL",
            what: "the address holds a name or a password, which every reader would see".to_owned(),
            hint: Some("Give it without what stands before the @.".to_owned()),
        });
    }
    longest("URL", url, 2000)
}

/// Whether a post's embargo and expiry leave it any time at all.
///
/// # Errors
/// [`Fault::Input`] where they do not.
pub(super) fn check_times(post: &Post) -> Result<(), Fault> {
    times(post.embargo.as_ref(), post.expires.as_ref())
}

fn times(embargo: Option<&Planned>, expires: Option<&Planned>) -> Result<(), Fault> {
    if let (Some(embargo), Some(expires)) = (embargo, expires)
        && expires.at <= embargo.at
    {
        return Err(Fault::input(
            "--expires",
            "it is not after the embargo, so the post could never go",
        ));
    }
    Ok(())
}

/// Whether a reader would see nothing at all.
fn says_nothing(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
    })
}

fn bad_url(url: &str) -> Fault {
    let shown: String = url.chars().take(80).collect();
    Fault::Input {
        option: "URL",
        what: format!("{shown:?} is no web address"),
        hint: Some("Write it in full: https://example.org/article".to_owned()),
    }
}

fn longest(option: &'static str, text: &str, most: usize) -> Result<(), Fault> {
    let count = text.chars().count();
    if count > most {
        Err(Fault::input(
            option,
            format!("it has {count} characters; at most {most} are taken"),
        ))
    } else {
        Ok(())
    }
}

/// Adds a post, or shows what would be added.
///
/// # Errors
/// Every [`Fault`] of bad input, duplicates and rules; nothing was added then.
pub async fn add(app: &App, store: &mut crate::storage::Store, add: &Add) -> Result<PostView, Fault> {
    check(&add.words)?;
    let clock = app.clock.clone();
    let mut tx = store.begin(&|| clock.now()).await?;
    if let Some((key, hash)) = &add.key
        && let Some((post, old)) = tx.added_under(key).await?
    {
        if &old != hash {
            return Err(Fault::KeyTaken { key: key.clone(), post });
        }
        return view::post(&mut tx, app, post).await;
    }
    let post = build(app, add, tx.now);
    let channels = targets(app, &post, add.to.as_deref())?;
    may_go(app, &post, &add.wish, &channels, tx.now)?;
    let same_as = same_as(&post);
    let also = add
        .canonical
        .as_deref()
        .and_then(tidy_url)
        .filter(|also| *also != same_as);
    if !add.allow_duplicate {
        for channel in &channels {
            not_twice(&mut tx, app, channel, (&same_as, also.as_deref()), 0).await?;
        }
    }
    let key = add.key.as_ref().map(|(key, hash)| (key.as_str(), hash.as_str()));
    let new = NewPost {
        post: &post,
        same_as: &same_as,
        also: also.as_deref(),
        key,
    };
    let post = put(&mut tx, &new).await?;
    let id = post.id;
    if !add.pictures.is_empty() || !add.fitted.is_empty() {
        save_pictures(&mut tx, &post, &channels, &add.fitted).await?;
    }
    for channel in &channels {
        fits(&mut tx, app, &post, channel).await?;
        if !post.draft {
            super::lint::stop(&mut tx, app, &post, channel, add.link.as_ref()).await?;
        }
        insert(&mut tx, id, channel, &add.wish, (add.front, add.undo)).await?;
    }
    tx.audit(&app.user, "add", Some(id), None, None).await?;
    let mut shown = view::after(tx, app, id, add.dry_run).await?.show(app, store).await?;
    if add.link.is_some() && !add.dry_run {
        shown.link.clone_from(&add.link);
        super::lint::fill(&mut store.read(app.now()).await?, app, &mut shown).await?;
    }
    Ok(shown)
}

/// Writes a new post, still without deliveries, and gives it with its number.
pub(super) async fn put(tx: &mut Tx<'_>, new: &NewPost<'_>) -> Result<Post, Fault> {
    let id = tx.insert_post(new).await?;
    let post = Post { id, ..new.post.clone() };
    tx.save_words(id, &super::lint::words(&post)).await?;
    Ok(post)
}

fn build(app: &App, add: &Add, now: Timestamp) -> Post {
    let words = &add.words;
    // Where the configuration speaks one language, that is the post's.
    let only = if app.config.texts.len() == 1 {
        app.config.texts.keys().next().cloned()
    } else {
        None
    };
    Post {
        id: 0,
        url: words.url.clone(),
        title: cleaned(words.title.as_deref(), clean_line).or_else(|| words.url.as_deref().map(host_and_path)),
        summary: cleaned(words.summary.as_deref(), clean_text),
        language: words.language.clone().or(only),
        warning: words.warning.clone(),
        visibility: words.visibility,
        draft: add.draft,
        tags: tidy(&words.tags),
        hashtags: words
            .hashtags
            .iter()
            .map(|h| h.trim().trim_start_matches('#').to_owned())
            .filter(|h| !h.is_empty())
            .collect(),
        embargo: words.embargo.clone(),
        expires: words.expires.clone(),
        thread: words.thread.unwrap_or_default(),
        pictures: add.pictures.clone(),
        texts: words.texts.iter().cloned().collect(),
        version: 1,
        created_at: now,
        created_by: app.user.clone(),
    }
}

/// Words without what would command a terminal, or turn what stands beside them; `None` where nothing is left.
pub(super) fn cleaned(words: Option<&str>, clean: fn(&str) -> String) -> Option<String> {
    words.map(clean).filter(|words| !words.is_empty())
}

pub(super) fn tidy(tags: &[String]) -> Vec<String> {
    let mut list: Vec<String> = tags
        .iter()
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    list.retain(|tag| seen.insert(tag.clone()));
    list
}

/// Makes the pictures fit the channels that the post will go to: before the transaction, since it takes its time.
///
/// # Errors
/// Where a network does not take them.
pub async fn prepare(app: &App, store: &mut crate::storage::Store, add: &mut Add) -> Result<(), Fault> {
    if add.pictures.is_empty() && add.thumb.is_none() {
        return Ok(());
    }
    let post = build(app, add, app.now());
    let channels = targets(app, &post, add.to.as_deref())?;
    let mut tx = store.read(app.now()).await?;
    add.fitted = super::pictures::fit(app, &mut tx, &channels, &add.pictures, add.thumb.as_ref()).await?;
    Ok(())
}

/// Writes a post's pictures, and what of them goes to each channel.
pub(super) async fn save_pictures(
    tx: &mut Tx<'_>,
    post: &Post,
    channels: &[&Channel],
    fitted: &BTreeMap<String, Shown>,
) -> Result<(), Fault> {
    tx.save_pictures(post.id, &post.pictures).await?;
    for channel in channels {
        match fitted.get(&channel.name) {
            Some(shown) => tx.save_shown(post.id, &channel.name, shown).await?,
            None => return Err(Fault::Broken(format!("no pictures were made for {}", channel.name))),
        }
    }
    Ok(())
}

/// What duplicates are compared by.
pub(super) fn same_as(post: &Post) -> String {
    post.url.as_deref().and_then(tidy_url).unwrap_or_else(|| {
        let words = post.summary.as_deref().map_or_else(
            || post.texts.values().cloned().collect::<Vec<_>>().join("\n"),
            str::to_owned,
        );
        let words = if words.is_empty() {
            post.title.clone().unwrap_or_default()
        } else {
            words
        };
        format!("text:{}", fingerprint(words.trim().as_bytes()))
    })
}

/// The channels that a post goes to.
pub(super) fn targets<'a>(app: &'a App, post: &Post, to: Option<&[String]>) -> Result<Vec<&'a Channel>, Fault> {
    for name in post.texts.keys() {
        app.channel(name)?;
    }
    let channels: Vec<&Channel> = match to {
        Some(names) => {
            let mut list = Vec::new();
            for name in names {
                let channel = app.channel(name)?;
                if !list.iter().any(|c: &&Channel| c.name == channel.name) {
                    list.push(channel);
                }
            }
            list
        }
        None => app
            .config
            .channels
            .iter()
            .filter(|c| speaks(c, post.language.as_deref()))
            .collect(),
    };
    if channels.is_empty() {
        return Err(Fault::NoChannels {
            language: post.language.clone(),
        });
    }
    if let Some(name) = post
        .texts
        .keys()
        .find(|name| !channels.iter().any(|c| &c.name == *name))
    {
        return Err(Fault::input(
            "--text",
            format!("the post does not go to {name}; add it to --to"),
        ));
    }
    Ok(channels)
}

fn speaks(channel: &Channel, language: Option<&str>) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    match (channel.language.as_deref(), language) {
        (Some(own), Some(wanted)) => primary(own) == primary(wanted),
        _ => true,
    }
}

/// What no option lifts: words for every channel, an embargo that the set time respects, a time before the expiry.
pub(super) fn may_go(app: &App, post: &Post, wish: &Wish, channels: &[&Channel], now: Timestamp) -> Result<(), Fault> {
    if post.summary.is_none()
        && !post.draft
        && let Some(channel) = channels.iter().find(|c| !post.texts.contains_key(&c.name))
    {
        let what = format!("there is neither a summary nor a text for {}", channel.name);
        let hint = Some(format!("Give --summary TEXT, or --text {}=TEXT.", channel.name));
        return Err(Fault::Input {
            option: "--summary",
            what,
            hint,
        });
    }
    let at = match wish {
        Wish::Slot => None,
        Wish::At(planned) => Some(planned.at),
        Wish::Now => Some(now),
    };
    if let (Some(at), Some(embargo)) = (at, &post.embargo)
        && at < embargo.at
    {
        let zone = app.home_zone();
        return Err(Fault::Embargoed {
            post: post.id,
            until: say::full(embargo.at, &zone, &app.config.organisation.timezone, now),
        });
    }
    if let Some(expires) = post.expires.as_ref().filter(|expires| expires.at <= at.unwrap_or(now)) {
        let zone = app.home_zone();
        let when = say::full(expires.at, &zone, &app.config.organisation.timezone, now);
        let what = format!("the post expires {when}, before it could go");
        let hint = (post.id > 0).then(|| format!("Change that first: handbill edit {} --expires WHEN", post.id));
        return Err(Fault::Input {
            option: "--expires",
            what,
            hint,
        });
    }
    Ok(())
}

/// Refuses a post whose article stands on the channel already.
pub(super) async fn not_twice(
    tx: &mut Tx<'_>,
    app: &App,
    channel: &Channel,
    (same_as, also): (&str, Option<&str>),
    not: i64,
) -> Result<(), Fault> {
    let since = tx.now.checked_sub(channel.duplicate_window).unwrap_or(Timestamp::MIN);
    match tx.same_article(same_as, also, &channel.name, not, since).await? {
        None => Ok(()),
        Some((post, state, at)) => {
            let when = say::stamp(at, &app.zone(channel), &channel.timezone);
            Err(Fault::Duplicate {
                channel: channel.name.clone(),
                post,
                state,
                when,
            })
        }
    }
}

/// Refuses words that cannot be made to fit a channel.
pub(super) async fn fits(tx: &mut Tx<'_>, app: &App, post: &Post, channel: &Channel) -> Result<(), Fault> {
    let facts = super::channels::facts_of(tx, &channel.name).await?;
    message(app, post, channel, &facts).map(drop)
}

/// Writes a new delivery.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
    post: i64,
    channel: &Channel,
    wish: &Wish,
    (front, undo): (bool, bool),
) -> Result<(), Fault> {
    let (first, last) = tx.queue_ends(&channel.name).await?;
    let (timing, due) = timing(channel, wish, tx.now, undo);
    let row = Row {
        d: Delivery {
            id: 0,
            state: State::Pending,
            token: None,
            hold_seq: 0,
            slot: None,
            wish: false,
            version: 1,
            retry_at: None,
            published_at: None,
            parts: vec![Part::new(0)],
            open: None,
            trouble: None,
        },
        post,
        channel: channel.name.clone(),
        network: channel.network.to_owned(),
        timing,
        due,
        ready_at: tx.now,
        position: if front { first - 1 } else { last + 1 },
        slot_at: None,
        intent_at: None,
        attempts: 0,
        ended_at: None,
        added_at: tx.now,
        has_steps: false,
        unwritten: false,
        frozen: Vec::new(),
    };
    tx.insert_delivery(&row).await?;
    Ok(())
}

/// The timing of a delivery, and when it is due. `now` means after a short time to think better of it.
pub(super) fn timing(channel: &Channel, wish: &Wish, now: Timestamp, undo: bool) -> (Timing, Option<Planned>) {
    match wish {
        Wish::Slot => (Timing::Slot, None),
        Wish::At(planned) => (Timing::At, Some(planned.clone())),
        Wish::Now => {
            let pause = if undo { channel.undo } else { SignedDuration::ZERO };
            (
                Timing::Now,
                Some(Planned {
                    at: now.checked_add(pause).unwrap_or(now),
                    wall: None,
                }),
            )
        }
    }
}
