//! `handbill edit`.

use crate::app::Fault;
use crate::app::complete::Reading;
use crate::app::edit::{Edit, Looked, Off, edit, kept, prepare};
use crate::app::pictures::Given;
use crate::app::view::PostView;
use crate::domain::post::Visibility;
use crate::storage::Take;

use super::options::{WordArgs, off, pictures, wish, words};
use super::waiting::listed;
use super::words::said;
use super::{Ctx, json, target};

/// Change a post; what is not given stays.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill edit 12 --summary \"A better summary.\"
  handbill edit 12 --at \"tomorrow 09:00\"
  handbill edit 12 --to mastodon,bluesky
  handbill edit 12 --embargo none --tag none --text mastodon=none

none takes off an embargo, an expiry, tags, hashtags, a content warning, or a channel's own text.")]
pub(super) struct Args {
    /// The post
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// The article
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    words: WordArgs,
}

pub(super) async fn run(mut args: Args, ctx: &Ctx) -> Result<u8, Fault> {
    let Changed { shown, looked, kept } = change(&mut args, ctx)
        .await
        .map_err(|fault| fault.undone("nothing was changed"))?;
    let mut out = ctx.out();
    let mut document = json::post(&ctx.app, &shown);
    document["page"] =
        serde_json::json!({ "taken": [], "kept": kept, "error": looked.trouble, "card_error": looked.card_trouble });
    out.json(&document);
    for trouble in looked.trouble.iter().chain(&looked.card_trouble) {
        out.line(trouble);
    }
    let verb = if args.words.dry_run { "Would change" } else { "Changed" };
    said(&mut out, ctx, &shown, verb);
    if let Some(words) = kept_words(shown.post.id, &kept) {
        out.line(words);
    }
    out.print();
    Ok(0)
}

/// What came of an edit.
struct Changed {
    shown: PostView,
    looked: Looked,
    /// What came before the new link and stayed.
    kept: Vec<&'static str>,
}

/// What to look at after the link has changed.
fn kept_words(id: i64, kept: &[&str]) -> Option<String> {
    let names: Vec<&str> = kept
        .iter()
        .map(|what| match *what {
            "texts" => "channels' own texts",
            what => what,
        })
        .collect();
    if names.is_empty() {
        return None;
    }
    let options: Vec<&str> = kept
        .iter()
        .map(|what| match *what {
            "title" => "--title …",
            "summary" => "--summary …",
            "pictures" => "--image FILE --alt …",
            _ => "--text CH=…",
        })
        .collect();
    Some(format!(
        "The link is new; {} stayed as before. If that is another article's: handbill edit {id} {}",
        listed(&names),
        options.join(" ")
    ))
}

async fn change(args: &mut Args, ctx: &Ctx) -> Result<Changed, Fault> {
    let app = &ctx.app;
    let target = target(&args.id)?;
    if target.channel.is_some() {
        return Err(Fault::input(
            "ID",
            "an edit is for the whole post; a channel's own text is --text CH=TEXT",
        ));
    }
    let off = off(&mut args.words)?;
    let none = args.words.image.len() == 1 && args.words.image[0].eq_ignore_ascii_case("none");
    let given = if none {
        Vec::new()
    } else {
        pictures_or_alts(ctx, &args.words).await?
    };
    let mut request = Edit {
        words: words(app, args.url.clone(), &args.words)?,
        off,
        visibility: args.words.visibility.as_deref().and_then(Visibility::from_word),
        to: args.words.to.clone(),
        wish: wish(app, &args.words)?,
        draft: args.words.draft,
        front: args.words.front,
        allow_duplicate: args.words.allow_duplicate,
        dry_run: args.words.dry_run,
        undo: ctx.undo(),
        ..Edit::default()
    };
    if args.words.image.is_empty() && !args.words.alt.is_empty() {
        request.alts = Some(args.words.alt.clone());
    }
    if says_nothing(&request) && !none && given.is_empty() && request.alts.is_none() {
        return Err(Fault::Usage("say what to change: --summary, --at, --to, …".to_owned()));
    }
    let mut store = ctx.open(Take::Existing).await?;
    if none || !given.is_empty() {
        request.pictures = Some(crate::app::pictures::keep(app, given).await?);
    }
    let reading = Reading {
        no_fetch: args.words.page.no_fetch,
        require_page: args.words.page.require_page,
        accept_summary: false,
    };
    let tell = |url: &str| super::draft::reading(ctx, url, false);
    let looked = prepare(app, &mut store, target.post, &mut request, reading, &tell).await?;
    let shown = edit(app, &mut store, target.post, &request).await?;
    let kept = kept(looked.old_url.as_deref(), &request, &shown.post);
    Ok(Changed { shown, looked, kept })
}

/// The pictures that are named; alt texts alone are for those that the post has.
async fn pictures_or_alts(ctx: &Ctx, args: &WordArgs) -> Result<Vec<Given>, Fault> {
    if args.image.is_empty() {
        Ok(Vec::new())
    } else {
        pictures(ctx, args).await
    }
}

/// Whether an edit was asked for that names nothing to change.
fn says_nothing(edit: &Edit) -> bool {
    let w = &edit.words;
    let words = [&w.url, &w.title, &w.summary, &w.language, &w.warning]
        .iter()
        .all(|word| word.is_none())
        && w.tags.is_empty()
        && w.hashtags.is_empty()
        && w.texts.is_empty()
        && w.thread.is_none()
        && w.embargo.is_none()
        && w.expires.is_none();
    let rest = edit.visibility.is_none() && edit.to.is_none() && edit.wish.is_none() && edit.off == Off::default();
    words && rest && !edit.draft && !edit.front
}
