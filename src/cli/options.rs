//! The options of `add` and `edit`: what a person says of a post.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use crate::app::add::{Wish, Words, time};
use crate::app::edit::Off;
use crate::app::pictures::Given;
use crate::app::{App, Fault};
use crate::domain::post::Visibility;
use crate::domain::when::Span;
use crate::fetch::DEADLINE;

use super::Ctx;

/// What takes something off a post in `edit`.
const NONE: &str = "none";

/// The most that is read of a picture, in bytes.
const PICTURE_MAX: u64 = 64 << 20;

/// The most that is read of a text.
const TEXT_MAX: u64 = 1 << 20;

/// What `add` and `edit` take of a post's words.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct WordArgs {
    /// The article's title
    #[arg(long, value_name = "T")]
    pub(super) title: Option<String>,
    /// The summary that readers see; - reads it from standard input
    #[arg(long, value_name = "T|-", allow_hyphen_values = true)]
    pub(super) summary: Option<String>,
    /// The channels, separated by commas [default: every channel of the post's language]
    #[arg(long, value_name = "CH,…", value_delimiter = ',')]
    pub(super) to: Option<Vec<String>>,
    /// Go out at this time: "2026-12-01 09:00", "fri 2:30pm", "in 2 hours"
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["now", "draft"])]
    pub(super) at: Option<String>,
    /// Go out now
    #[arg(long, conflicts_with = "draft")]
    pub(super) now: bool,
    /// Keep it as a draft: nothing goes out before it is moved or edited
    #[arg(long)]
    pub(super) draft: bool,
    /// Before all others in the queue
    #[arg(long)]
    pub(super) front: bool,
    /// Nobody outside may see it, and nothing may send it, before this time
    #[arg(long, value_name = "WHEN")]
    pub(super) embargo: Option<String>,
    /// What still waits at this time is missed
    #[arg(long, value_name = "WHEN")]
    pub(super) expires: Option<String>,
    /// The post's language, as en, fr, pt-BR
    #[arg(long, value_name = "TAG")]
    pub(super) lang: Option<String>,
    /// A word of your own, for lists and holds; may be given several times
    #[arg(long, value_name = "T")]
    pub(super) tag: Vec<String>,
    /// A hashtag; may be given several times
    #[arg(long, value_name = "H")]
    pub(super) hashtag: Vec<String>,
    /// A picture, a file or an address; needs --alt
    #[arg(long, value_name = "FILE")]
    pub(super) image: Vec<String>,
    /// What the picture tells, for those who cannot see it
    #[arg(long, value_name = "TEXT")]
    pub(super) alt: Vec<String>,
    /// A content warning
    #[arg(long, value_name = "TEXT")]
    pub(super) cw: Option<String>,
    /// Who may see it
    #[arg(long, value_parser = ["public", "unlisted", "followers"])]
    pub(super) visibility: Option<String>,
    /// A channel's own text; CH=@FILE reads it from a file
    #[arg(long, value_name = "CH=TEXT")]
    pub(super) text: Vec<String>,
    /// Continue a long text in further parts
    #[arg(long)]
    pub(super) thread: bool,
    /// Shorten a long text to one message [default]
    #[arg(long, conflicts_with = "thread")]
    pub(super) no_thread: bool,
    #[command(flatten)]
    pub(super) page: PageArgs,
    /// Add it although the article is on the channel already
    #[arg(long)]
    pub(super) allow_duplicate: bool,
    /// Show what would be, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Whether the article's page is looked at.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct PageArgs {
    /// Do not look at the article's page
    #[arg(long)]
    pub(super) no_fetch: bool,
    /// Do nothing if the article's page cannot be read
    #[arg(long, conflicts_with = "no_fetch")]
    pub(super) require_page: bool,
}

/// Reads what was typed into values.
pub(super) fn words(app: &App, url: Option<String>, args: &WordArgs) -> Result<Words, Fault> {
    let summary = match args.summary.as_deref() {
        Some("-") => Some(read("standard input", std::io::stdin().lock())?),
        other => other.map(str::to_owned),
    };
    let mut texts = Vec::new();
    for pair in &args.text {
        let Some((channel, text)) = pair.split_once('=') else {
            return Err(Fault::Input {
                option: "--text",
                what: format!("{pair:?} has no ="),
                hint: Some("Write it as CHANNEL=TEXT, or CHANNEL=@FILE.".to_owned()),
            });
        };
        app.channel(channel)?;
        let text = match text.strip_prefix('@') {
            Some(path) => {
                let path = Path::new(path);
                // A pipe without a writer would be waited for for ever.
                let kind = std::fs::metadata(path).map_err(|error| Fault::Io {
                    path: path.to_owned(),
                    error,
                })?;
                if !kind.is_file() && path != Path::new("/dev/stdin") {
                    return Err(Fault::input("--text", format!("{} is no file", path.display())));
                }
                let file = std::fs::File::open(path).map_err(|error| Fault::Io {
                    path: path.to_owned(),
                    error,
                })?;
                read(&path.display().to_string(), file)?
            }
            None => text.to_owned(),
        };
        texts.push((channel.to_owned(), text));
    }
    let visibility = args
        .visibility
        .as_deref()
        .and_then(Visibility::from_word)
        .unwrap_or_default();
    let when = |option, text: &Option<String>| {
        text.as_deref()
            .map(|text| time(app, option, text, Span::Future))
            .transpose()
    };
    Ok(Words {
        url,
        title: args.title.clone(),
        summary: summary.map(|s| s.trim().to_owned()),
        language: args.lang.clone(),
        warning: args.cw.clone(),
        visibility,
        tags: args.tag.clone(),
        hashtags: args.hashtag.clone(),
        texts,
        thread: if args.no_thread {
            Some(false)
        } else {
            args.thread.then_some(true)
        },
        embargo: when("--embargo", &args.embargo)?,
        expires: when("--expires", &args.expires)?,
    })
}

fn read(name: &str, from: impl std::io::Read) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    from.take(TEXT_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Fault::Io {
            path: name.into(),
            error,
        })?;
    if bytes.len() as u64 > TEXT_MAX {
        return Err(Fault::input("TEXT", format!("{name} is longer than 1 MB")));
    }
    String::from_utf8(bytes).map_err(|_| Fault::input("TEXT", format!("{name} is no UTF-8 text")))
}

/// The pictures that are named, by file or address, with what each of them tells.
///
/// # Errors
/// [`Fault::Input`] where one cannot be read, or there are more alt texts than pictures.
pub(super) async fn pictures(ctx: &Ctx, args: &WordArgs) -> Result<Vec<Given>, Fault> {
    if args.alt.len() > args.image.len() {
        let what = format!("{} were given for {} pictures", args.alt.len(), args.image.len());
        let hint = "Give each --image FILE with its own --alt TEXT.".to_owned();
        return Err(Fault::Input {
            option: "--alt",
            what,
            hint: Some(hint),
        });
    }
    let mut given = Vec::new();
    for (no, name) in args.image.iter().enumerate() {
        let bytes = if name.starts_with("https://") || name.starts_with("http://") {
            super::draft::reading(ctx, name, false);
            let fetched = crate::app::pictures::fetched(&ctx.app, name, DEADLINE).await;
            fetched.map_err(|why| no_picture(name, &why, "Save the picture and give the file."))?
        } else {
            file(name)?
        };
        given.push(Given {
            name: name.clone(),
            bytes,
            alt: args.alt.get(no).cloned(),
        });
    }
    Ok(given)
}

fn no_picture(name: &str, why: &str, hint: &str) -> Fault {
    Fault::Input {
        option: "--image",
        what: format!("{name}: {why}"),
        hint: Some(hint.to_owned()),
    }
}

fn file(name: &str) -> Result<Vec<u8>, Fault> {
    let path = Path::new(name);
    let io = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => no_picture(name, "there is no such file", "Look at the name and the folder."),
        _ => Fault::Io {
            path: path.to_owned(),
            error,
        },
    };
    if !std::fs::metadata(path).map_err(io)?.is_file() {
        return Err(Fault::input("--image", format!("{name} is no file")));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(io)?;
    file.take(PICTURE_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > PICTURE_MAX {
        return Err(Fault::input(
            "--image",
            format!("{name} has more than {} MB", PICTURE_MAX >> 20),
        ));
    }
    Ok(bytes)
}

/// When it is to go; `None` where nothing was said.
pub(super) fn wish(app: &App, args: &WordArgs) -> Result<Option<Wish>, Fault> {
    Ok(match &args.at {
        Some(text) => Some(Wish::At(time(app, "--at", text, Span::Future)?)),
        None => args.now.then_some(Wish::Now),
    })
}

/// What `edit` takes off: the options that say `none` (a channel's own text also by saying nothing). They are removed
/// from the arguments.
///
/// # Errors
/// [`Fault::Input`] where `none` stands beside others of its kind.
pub(super) fn off(args: &mut WordArgs) -> Result<Off, Fault> {
    let is_none = |text: &str| text.trim().eq_ignore_ascii_case(NONE);
    let alone = |option, list: &mut Vec<String>| {
        let any = list.iter().any(|item| is_none(item));
        if any && list.len() > 1 {
            return Err(Fault::input(option, "none takes all off, so it stands alone"));
        }
        if any {
            list.clear();
        }
        Ok(any)
    };
    let tags = alone("--tag", &mut args.tag)?;
    let hashtags = alone("--hashtag", &mut args.hashtag)?;
    let mut texts = Vec::new();
    args.text.retain(|pair| match pair.split_once('=') {
        Some((channel, text)) if text.is_empty() || is_none(text) => {
            texts.push(channel.to_owned());
            false
        }
        _ => true,
    });
    Ok(Off {
        embargo: args.embargo.take_if(|text| is_none(text)).is_some(),
        expires: args.expires.take_if(|text| is_none(text)).is_some(),
        tags,
        hashtags,
        warning: args.cw.take_if(|text| is_none(text)).is_some(),
        texts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn none_takes_off_and_nothing_of_it_is_left_to_be_read_as_a_word() {
        let mut args = WordArgs {
            embargo: Some("none".to_owned()),
            expires: Some("fri 09:00".to_owned()),
            tag: list(&["None"]),
            text: list(&["mastodon=", "site=none", "bluesky=Our own words"]),
            cw: Some("none".to_owned()),
            ..WordArgs::default()
        };
        let off = off(&mut args).unwrap();
        assert_eq!(
            off,
            Off {
                embargo: true,
                tags: true,
                warning: true,
                texts: list(&["mastodon", "site"]),
                ..Off::default()
            }
        );
        assert_eq!((args.embargo, args.cw, args.tag.len()), (None, None, 0));
        assert_eq!(args.expires.as_deref(), Some("fri 09:00"));
        assert_eq!(args.text, list(&["bluesky=Our own words"]));
    }

    #[test]
    fn none_among_others_is_refused() {
        let mut args = WordArgs {
            tag: list(&["campaign", "none"]),
            ..WordArgs::default()
        };
        assert!(matches!(off(&mut args), Err(Fault::Input { option: "--tag", .. })));
    }
}
