//! What the page of an article offers for a post, and a summary proposed from it.

use std::time::Duration;

use super::{App, Fault, channels, compose, network_of};
use crate::article::{self, Article, Unreadable};
use crate::config::Channel;
use crate::domain::compose::Dropped;
use crate::domain::post::Post;
use crate::domain::summary::{self, Text};
use crate::domain::tracking::strip_tracking;
use crate::fetch::{Ask, Class, FetchError, Kind};
use crate::networks::Facts;
use crate::storage::Tx;

/// How long `add` waits for a page: what it does not get, a person can give.
pub const SHORT: Duration = Duration::from_secs(5);

/// Why a page gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageTrouble {
    Fetch(FetchError),
    Unreadable {
        why: Unreadable,
        /// The address that answered, if it is on another host than the one that was asked.
        elsewhere: Option<String>,
    },
}

/// A page that was read.
#[derive(Clone, Debug)]
pub struct Offer {
    pub article: Article,
    /// The address that answered, if it is on another host than the one that was asked.
    pub elsewhere: Option<String>,
}

/// Reads the page of an article.
///
/// # Errors
/// Why there is nothing: refused by rule, not reachable, another status, no article.
pub async fn read(app: &App, url: &str, deadline: Duration) -> Result<Offer, PageTrouble> {
    let ask = Ask {
        deadline,
        ..Ask::new(url, Kind::Page)
    };
    let page = app
        .fetcher
        .get(&ask)
        .await
        .and_then(crate::fetch::Page::success)
        .map_err(PageTrouble::Fetch)?;
    let elsewhere = super::link::leads_elsewhere(url, &page.url);
    let unreadable = |why| PageTrouble::Unreadable {
        why,
        elsewhere: elsewhere.clone(),
    };
    article::check_content_type(page.content_type.as_deref()).map_err(unreadable)?;
    // Reading a large page keeps a processor busy for a second or two.
    let read = tokio::task::spawn_blocking(move || {
        let (html, _) = page.text();
        article::read(&html, &page.url)
    });
    let mut article = read.await.unwrap_or(Err(Unreadable::Empty)).map_err(unreadable)?;
    // What is published is the address that the person gave, not the one that it led to.
    article.url = strip_tracking(url);
    Ok(Offer { article, elsewhere })
}

/// What proposals must fit: every channel without being shortened there.
pub struct Room {
    channels: Vec<(Channel, Facts)>,
}

impl Room {
    /// The channels that a post in this language would go to; `to`: those that were named.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn of(tx: &mut Tx<'_>, app: &App, to: Option<&[String]>) -> Result<Room, Fault> {
        let wanted = |channel: &&Channel| to.is_none_or(|names| names.contains(&channel.name));
        let mut list = Vec::new();
        for channel in app.config.channels.iter().filter(wanted) {
            list.push((channel.clone(), channels::facts_of(tx, &channel.name).await?));
        }
        Ok(Room { channels: list })
    }

    /// The room of channels whose servers were never asked.
    #[must_use]
    pub fn unasked(app: &App) -> Room {
        let channels = app
            .config
            .channels
            .iter()
            .map(|c| (c.clone(), Facts::default()))
            .collect();
        Room { channels }
    }

    fn fits(&self, app: &App, post: &Post) -> bool {
        self.channels.iter().all(|(channel, facts)| {
            network_of(channel).is_err()
                || compose::message(app, post, channel, facts)
                    .is_ok_and(|message| !message.dropped.contains(&Dropped::Summary))
        })
    }
}

/// How long a proposal is at most where no channel says so, in characters: what every network takes.
pub(super) const LONGEST: usize = 400;

/// Whether a summary of an article fits the tightest channel of its language.
pub(super) struct Fitting<'a> {
    app: &'a App,
    post: Post,
    room: Room,
}

impl<'a> Fitting<'a> {
    pub(super) fn of(app: &'a App, article: &Article, room: &Room) -> Self {
        let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        let language = article.language.as_deref().map(primary);
        let speaks = |channel: &Channel| match (&channel.language, &language) {
            (Some(own), Some(language)) => primary(own) == *language,
            _ => true,
        };
        let channels = room.channels.iter().filter(|(channel, _)| speaks(channel));
        Self {
            app,
            post: Post {
                url: Some(article.url.clone()),
                title: article.title.clone(),
                language: article.language.clone(),
                ..Post::blank(app.now(), &app.user)
            },
            room: Room {
                channels: channels.cloned().collect(),
            },
        }
    }

    pub(super) fn fits(&self, proposed: &str) -> bool {
        let post = Post {
            summary: Some(proposed.to_owned()),
            ..self.post.clone()
        };
        proposed.chars().count() <= LONGEST && self.room.fits(self.app, &post)
    }
}

/// Two or three sentences of the article that fit the tightest channel; else what the page says of itself.
#[must_use]
pub fn propose(app: &App, article: &Article, room: &Room) -> Option<String> {
    let fitting = Fitting::of(app, article, room);
    let text = Text {
        title: article.title.as_deref(),
        description: article.description.as_deref(),
        body: article.text.as_deref().unwrap_or_default(),
        language: article.language.as_deref(),
    };
    let description = || {
        let own = article.description.as_ref();
        own.filter(|own| !summary::is_notice(own, text.language)).cloned()
    };
    summary::propose(&text, &|proposed| fitting.fits(proposed)).or_else(description)
}

impl PageTrouble {
    /// What happened, as a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            PageTrouble::Fetch(error) => format!("The page could not be read: {error}."),
            PageTrouble::Unreadable { why, .. } => why.to_string(),
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            PageTrouble::Unreadable { why, .. } => Some(why.hint().to_owned()),
            PageTrouble::Fetch(FetchError::NotUrl) => Some("Write it in full: https://example.org/article".to_owned()),
            // The rule is named in the message, with what lifts it.
            PageTrouble::Fetch(_) if self.by_rule() => None,
            PageTrouble::Fetch(FetchError::Status { status: 404 | 410, .. }) => Some(
                "Open the address in a browser and copy it from there, or give title and summary yourself: handbill add \
                 URL --title … --summary …"
                    .to_owned(),
            ),
            PageTrouble::Fetch(_) => Some(
                "Try again later, or give title and summary yourself: handbill add URL --title … --summary …"
                    .to_owned(),
            ),
        }
    }

    /// Whether a rule of ours refused the page, so that nothing was asked.
    #[must_use]
    pub fn by_rule(&self) -> bool {
        matches!(self, PageTrouble::Fetch(error) if error.class() == Class::Refused)
    }
}
