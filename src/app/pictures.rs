//! The pictures of a post: read, stripped, kept beside the database, and made to fit each channel before the post is
//! added, so that nothing is left to fail when it goes out.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

use super::{App, Fault, channels, network_of};
use crate::config::Channel;
use crate::domain::picture::{Fitted, Picture, Shown};
use crate::fetch::{Ask, Kind};
use crate::http::SendError;
use crate::media::{self, Format, Limits, MediaError, Shelf, ShelfError};
use crate::networks::{Facts, Pictures};
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
            alt: alt.map(|alt| alt.trim().to_owned()).filter(|alt| !alt.is_empty()),
        });
    }
    Ok(pictures)
}

fn bad(name: &str, error: &MediaError) -> Fault {
    Fault::input("--image", sentence(&format!("{name}: {error}")))
}

/// Without the full stop that a report puts there itself.
fn sentence(words: &str) -> String {
    words.trim_end_matches('.').to_owned()
}

/// Makes pictures and a link card's thumbnail fit these channels.
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
    let mut made: HashMap<String, Fitted> = HashMap::new();
    let mut map = BTreeMap::new();
    for channel in targets {
        let facts = channels::facts_of(tx, &channel.name).await?;
        let takes = network_of(channel)?.pictures(&facts);
        let shown = for_channel(app, channel, takes.as_ref(), pictures, thumb, &mut made).await?;
        map.insert(channel.name.clone(), shown);
    }
    Ok(map)
}

async fn for_channel(
    app: &App,
    channel: &Channel,
    takes: Option<&Pictures>,
    pictures: &[Picture],
    thumb: Option<&Picture>,
    made: &mut HashMap<String, Fitted>,
) -> Result<Shown, Fault> {
    let name = &channel.name;
    let Some(takes) = takes else {
        if pictures.is_empty() {
            return Ok(Shown::default());
        }
        let what = format!("{name} takes no pictures");
        return Err(
            Fault::input("--image", what).hinted("Leave the channel out with --to, and post there without pictures.")
        );
    };
    if pictures.len() > takes.most {
        let what = format!(
            "{name} takes at most {} pictures, and {} were given",
            takes.most,
            pictures.len()
        );
        return Err(Fault::input("--image", what));
    }
    let mut shown = Shown::default();
    for picture in pictures {
        let fitted = made_to_fit(app, picture, &takes.limits, made)
            .await?
            .map_err(|error| Fault::input("--image", sentence(&format!("{name}: {error}"))))?;
        shown.pictures.push(fitted);
    }
    if let (Some(thumb), Some(limits), true) = (thumb, &takes.thumb, pictures.is_empty()) {
        // A card is good without its picture, too.
        shown.thumb = made_to_fit(app, thumb, limits, made).await?.ok();
    }
    Ok(shown)
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

/// Fetches the lead image of an article for the cards of posts about it; nothing where it cannot be had.
pub async fn lead(app: &App, url: &str, deadline: Duration) -> Option<Picture> {
    let ask = Ask {
        deadline,
        ..Ask::new(url, Kind::Image)
    };
    let page = app.fetcher.get(&ask).await.ok()?.success().ok()?;
    let given = Given {
        name: url.to_owned(),
        bytes: page.body,
        alt: None,
    };
    keep(app, vec![given]).await.ok()?.pop()
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
