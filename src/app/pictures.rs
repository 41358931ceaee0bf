//! The pictures of a post: read, stripped, kept beside the database, and made to fit each channel before the post is
//! added, so that nothing is left to fail when it goes out.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use super::{App, Fault, channels, network_of};
use crate::config::Channel;
use crate::domain::compose::clean_text;
use crate::domain::picture::{Fitted, Picture, Shown};
use crate::domain::say;
use crate::fetch::{Ask, Kind, Page};
use crate::http::SendError;
use crate::media::{self, Format, Limits, MediaError, Shelf, ShelfError};
use crate::networks::{Facts, Pictures};
use crate::report::Report;
use crate::storage::{Store, Tx};

/// What is kept of a picture as it was given: everything but what a camera wrote beside it.
const KEPT: Limits = Limits {
    max_bytes: 32 << 20,
    max_pixels: None,
    max_side: None,
    formats: &[Format::Jpeg, Format::Png],
    ratio: None,
};
/// What was put on the shelf less long ago may belong to a post that is being added.
const YOUNG: Duration = Duration::from_secs(24 * 3600);

/// A picture as a person gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The file's name, for messages.
    pub name: String,
    pub bytes: Vec<u8>,
    pub alt: Option<String>,
}

/// Reads pictures and puts them on the shelf.
///
/// # Errors
/// [`Fault::Input`] with the file and what is wrong with it.
pub async fn keep(app: &App, given: Vec<Given>) -> Result<Vec<Picture>, Fault> {
    let mut pictures = Vec::new();
    for picture in given {
        let shelf = Shelf::beside(&app.database);
        let Given { name, bytes, alt } = picture;
        let hash = off_thread(move || {
            let fitted = media::fit(&bytes, &KEPT).map_err(|error| bad(&name, &error))?;
            shelf
                .put(&fitted.bytes, fitted.format)
                .map_err(|error| Fault::input("--image", error.to_string()))
        })
        .await??;
        pictures.push(Picture {
            hash,
            alt: alt.as_deref().and_then(alt_text),
        });
    }
    Ok(pictures)
}

/// An alt text as it may go out; `None` where nothing is left of it.
#[must_use]
pub fn alt_text(raw: &str) -> Option<String> {
    Some(clean_text(raw)).filter(|alt| !alt.is_empty())
}

fn bad(name: &str, error: &MediaError) -> Fault {
    Fault::input("--image", sentence(&format!("{name}: {error}")))
}

/// Without the full stop that a report puts there itself.
fn sentence(words: &str) -> String {
    words.trim_end_matches('.').to_owned()
}

/// Makes pictures and a link card's thumbnail fit these channels. A channel whose network takes no pictures goes without.
///
/// # Errors
/// [`Fault::Input`] where a network does not take them: which channel, and why.
pub async fn fit(
    app: &App,
    tx: &mut Tx<'_>,
    targets: &[&Channel],
    pictures: &[Picture],
    thumb: Option<&Picture>,
) -> Result<BTreeMap<String, Shown>, Fault> {
    let mut all = Vec::new();
    for channel in targets {
        let facts = channels::facts_of(tx, &channel.name).await?;
        all.push((channel.name.as_str(), network_of(channel)?.pictures(&facts)));
    }
    let refused = |name: &str, what: &str| {
        let others: Vec<&str> = all
            .iter()
            .map(|(other, _)| *other)
            .filter(|other| *other != name)
            .collect();
        let fault = Fault::input("--image", sentence(&format!("{name}: {what}")));
        if others.is_empty() {
            return fault;
        }
        fault.hinted(format!("Without {name}: --to {}", others.join(",")))
    };
    let sizes = sizes(app, pictures).await?;
    // Before anything is made to fit, which takes its time.
    for (name, takes) in &all {
        let Some(takes) = takes else { continue };
        if pictures.len() > takes.most {
            let (most, given) = (say::count(takes.most, "picture", "pictures"), pictures.len());
            return Err(refused(
                name,
                &format!("its network takes at most {most}, and {given} were given"),
            ));
        }
        for (width, height) in &sizes {
            let shape = takes.limits.check_shape(*width, *height);
            shape.map_err(|error| refused(name, &error.to_string()))?;
        }
    }
    let mut made: HashMap<String, Fitted> = HashMap::new();
    let mut map = BTreeMap::new();
    for (name, takes) in &all {
        let shown = match takes {
            Some(takes) => for_channel(app, takes, pictures, thumb, &mut made).await?,
            None => Ok(Shown::default()),
        };
        let shown = shown.map_err(|error| refused(name, &error.to_string()))?;
        map.insert((*name).to_owned(), shown);
    }
    Ok(map)
}

/// Width and height of each.
async fn sizes(app: &App, pictures: &[Picture]) -> Result<Vec<(u32, u32)>, Fault> {
    let shelf = Shelf::beside(&app.database);
    let hashes: Vec<String> = pictures.iter().map(|picture| picture.hash.clone()).collect();
    off_thread(move || {
        let size = |hash: &String| {
            let (bytes, _) = shelf.get(hash).map_err(|error| error.to_string())?;
            let info = media::inspect(&bytes).map_err(|error| error.to_string())?;
            Ok((info.width, info.height))
        };
        let sizes: Result<Vec<_>, String> = hashes.iter().map(size).collect();
        sizes.map_err(|what| Fault::input("--image", sentence(&what)))
    })
    .await?
}

async fn for_channel(
    app: &App,
    takes: &Pictures,
    pictures: &[Picture],
    thumb: Option<&Picture>,
    made: &mut HashMap<String, Fitted>,
) -> Result<Result<Shown, MediaError>, Fault> {
    let mut shown = Shown::default();
    for picture in pictures {
        match made_to_fit(app, picture, &takes.limits, made).await? {
            Ok(fitted) => shown.pictures.push(fitted),
            Err(error) => return Ok(Err(error)),
        }
    }
    if let (Some(thumb), Some(limits), true) = (thumb, &takes.thumb, pictures.is_empty()) {
        // A card is good without its picture, too.
        shown.thumb = made_to_fit(app, thumb, limits, made).await?.ok();
    }
    Ok(Ok(shown))
}

async fn made_to_fit(
    app: &App,
    picture: &Picture,
    limits: &Limits,
    made: &mut HashMap<String, Fitted>,
) -> Result<Result<Fitted, MediaError>, Fault> {
    let key = format!("{} {limits:?}", picture.hash);
    if let Some(fitted) = made.get(&key) {
        return Ok(Ok(fitted.clone()));
    }
    let (shelf, hash, limits) = (Shelf::beside(&app.database), picture.hash.clone(), limits.clone());
    let fitted = off_thread(move || {
        let (bytes, _) = shelf
            .get(&hash)
            .map_err(|error| Fault::input("--image", error.to_string()))?;
        let fitted = match media::fit(&bytes, &limits) {
            Ok(fitted) => fitted,
            Err(error) => return Ok(Err(error)),
        };
        let hash = shelf
            .put(&fitted.bytes, fitted.format)
            .map_err(|error| Fault::input("--image", error.to_string()))?;
        Ok(Ok(Fitted {
            hash,
            mime: fitted.mime.to_owned(),
            width: fitted.width,
            height: fitted.height,
            bytes: fitted.bytes.len() as u64,
            alt: None,
        }))
    })
    .await?;
    if let Ok(Ok(fitted)) = &fitted {
        made.insert(key, fitted.clone());
    }
    fitted
}

/// What goes to a channel, with alt texts as long as its network takes them.
#[must_use]
pub fn within(mut shown: Shown, channel: &Channel, facts: &Facts) -> Shown {
    let most = takes(channel, facts).and_then(|takes| takes.alt);
    for picture in &mut shown.pictures {
        picture.alt = picture.alt.take().map(|alt| cut(&alt, most));
    }
    shown
}

/// An alt text within a network's bound, cut at a word.
fn cut(alt: &str, most: Option<usize>) -> String {
    match most.filter(|most| alt.chars().count() > *most) {
        None => alt.to_owned(),
        Some(most) => {
            let short: String = alt.chars().take(most.saturating_sub(1)).collect();
            let end = short.rfind(char::is_whitespace).unwrap_or(short.len());
            format!("{}…", short[..end].trim_end())
        }
    }
}

/// Fetches the lead image of an article for the cards of posts about it.
///
/// # Errors
/// Why it cannot be had, or is no picture that Handbill reads: words without a full stop.
pub async fn lead(app: &App, url: &str, deadline: Duration) -> Result<Picture, String> {
    let given = Given {
        name: url.to_owned(),
        bytes: fetched(app, url, deadline).await?,
        alt: None,
    };
    let kept = keep(app, vec![given]).await;
    let mut kept = kept.map_err(|fault| match fault {
        Fault::Input { what, .. } => sentence(&what),
        fault => sentence(&Report::from(&fault).message),
    })?;
    kept.pop().ok_or_else(|| "there is none".to_owned())
}

/// The bytes of a picture on the web.
///
/// # Errors
/// Why it cannot be had: words without a full stop.
pub async fn fetched(app: &App, url: &str, deadline: Duration) -> Result<Vec<u8>, String> {
    let ask = Ask {
        deadline,
        ..Ask::new(url, Kind::Image)
    };
    let page = app.fetcher.get(&ask).await.and_then(Page::success);
    page.map(|page| page.body).map_err(|error| sentence(&error.to_string()))
}

/// What a person is told of an article's image that link cards go without.
#[must_use]
pub fn no_card_picture(why: &str) -> String {
    format!("Link cards go without the article's picture: {why}.")
}

/// The bytes of a picture.
///
/// # Errors
/// Why they are not there: [`SendError::Lacking`] where no later try finds them either.
pub async fn bytes(app: &App, hash: &str) -> Result<Vec<u8>, SendError> {
    let (shelf, hash) = (Shelf::beside(&app.database), hash.to_owned());
    let got = off_thread(move || shelf.get(&hash)).await;
    let got = got.map_err(|_| SendError::NotSent("the picture could not be read".to_owned()))?;
    got.map(|(bytes, _)| bytes).map_err(|error| {
        let words = sentence(&error.to_string());
        match error {
            ShelfError::Io { .. } => SendError::NotSent(words),
            _ => SendError::Lacking(words),
        }
    })
}

/// Removes the pictures that no post needs any more.
///
/// # Errors
/// Where the database cannot be read, or the folder.
pub async fn sweep(app: &App, store: &mut Store) -> Result<usize, Fault> {
    let needed = store.read(app.now()).await?.picture_hashes().await?;
    let shelf = Shelf::beside(&app.database);
    let before = SystemTime::now().checked_sub(YOUNG).unwrap_or(SystemTime::UNIX_EPOCH);
    off_thread(move || {
        shelf.sweep(&needed, before).map_err(|error| Fault::Rule {
            what: error.to_string(),
            hint: None,
        })
    })
    .await?
}

/// What a network takes of a channel's pictures.
#[must_use]
pub fn takes(channel: &Channel, facts: &Facts) -> Option<Pictures> {
    network_of(channel).ok()?.pictures(facts)
}

/// Whether a channel's network shows link cards whose picture we send.
#[must_use]
pub fn has_card_picture(channel: &Channel) -> bool {
    takes(channel, &Facts::default()).is_some_and(|takes| takes.thumb.is_some())
}

/// Work that keeps a processor busy, off the thread that talks to everybody.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Broken("a picture could not be worked on".to_owned()))
}
