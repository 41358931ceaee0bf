//! `handbill add`.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use crate::app::add::{Add, Wish, Words, add, time};
use crate::app::view::{DeliveryView, PostView};
use crate::app::{App, Fault, runner, view};
use crate::domain::delivery::State;
use crate::domain::gates::Gate;
use crate::domain::lane::Timing;
use crate::domain::post::Visibility;
use crate::domain::say;
use crate::domain::when::{Span, Zones as _};
use crate::report::Kind;
use crate::storage::Take;

use super::output::Out;
use super::{Ctx, json};

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
    /// A picture; needs --alt
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
    /// Do not look at the article's page
    #[arg(long)]
    pub(super) no_fetch: bool,
    /// Add it although the article is on the channel already
    #[arg(long)]
    pub(super) allow_duplicate: bool,
    /// Show what would be, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Queue a post.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill add https://example.org/article --summary \"Doctors disagree.\"
  handbill add https://example.org/article --summary - --to mastodon,bluesky --at \"fri 14:30\"
  handbill add --text mastodon=\"Join us tonight\" --to mastodon --now --wait")]
pub(super) struct Args {
    /// The article
    url: Option<String>,
    #[command(flatten)]
    words: WordArgs,
    /// The same key again adds nothing: for scripts that may run twice
    #[arg(long, value_name = "K")]
    key: Option<String>,
    /// Wait for the outcome
    #[arg(long)]
    wait: bool,
}

/// The most that is read of a text.
const TEXT_MAX: u64 = 1 << 20;

pub(super) async fn run(args: Args, ctx: &Ctx) -> Result<u8, Fault> {
    let app = &ctx.app;
    let words = words(app, args.url.clone(), &args.words)?;
    let key = match &args.key {
        Some(key) if key.is_empty() || key.chars().count() > 200 => {
            return Err(Fault::input("--key", "it is empty, or longer than 200 characters"));
        }
        Some(key) => Some((key.clone(), fingerprint(&args, &words))),
        None => None,
    };
    let request = Add {
        words,
        to: args.words.to.clone(),
        wish: wish(app, &args.words)?.unwrap_or_default(),
        draft: args.words.draft,
        front: args.words.front,
        allow_duplicate: args.words.allow_duplicate,
        key,
        dry_run: args.words.dry_run,
        undo: ctx.undo(),
    };
    let mut store = ctx.open(Take::Create).await?;
    let mut shown = add(app, &mut store, &request).await?;
    let waits = !args.words.dry_run && (args.wait || (args.words.now && !ctx.json && std::io::stdout().is_terminal()));
    if waits {
        announce(ctx, &shown);
        let store = runner::wait(app, store, shown.post.id).await?;
        shown = show_again(ctx, store, shown.post.id).await?;
        return Ok(outcome(ctx, &shown));
    }
    let mut out = ctx.out();
    out.json(&json::post(app, &shown));
    said(
        &mut out,
        ctx,
        &shown,
        if args.words.dry_run { "Would add" } else { "Added" },
    );
    out.print();
    Ok(0)
}

pub(super) async fn show_again(ctx: &Ctx, mut store: crate::storage::Store, post: i64) -> Result<PostView, Fault> {
    let mut tx = store.read(ctx.app.now()).await?;
    view::post(&mut tx, &ctx.app, post).await
}

/// Reads what was typed into values.
pub(super) fn words(app: &App, url: Option<String>, args: &WordArgs) -> Result<Words, Fault> {
    if args.thread {
        return Err(Fault::Usage("--thread is not in this version yet".to_owned()));
    }
    if !args.image.is_empty() || !args.alt.is_empty() {
        return Err(Fault::Usage("--image and --alt are not in this version yet".to_owned()));
    }
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

/// When it is to go; `None` where nothing was said.
pub(super) fn wish(app: &App, args: &WordArgs) -> Result<Option<Wish>, Fault> {
    Ok(match &args.at {
        Some(text) => Some(Wish::At(time(app, "--at", text, Span::Future)?)),
        None => args.now.then_some(Wish::Now),
    })
}

/// What makes two requests under one key the same: all that was said, files and standard input as they were read.
fn fingerprint(args: &Args, words: &Words) -> String {
    use sha2::Digest as _;
    let w = &args.words;
    let said = serde_json::json!([
        words.url,
        words.title,
        words.summary,
        words.language,
        words.warning,
        words.visibility.as_str(),
        words.tags,
        words.hashtags,
        words.texts,
        w.to,
        w.at,
        w.now,
        w.draft,
        w.front,
        w.embargo,
        w.expires,
        w.allow_duplicate
    ]);
    sha2::Sha256::digest(said.to_string().as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// What, where, when, how long, what was left out, how to undo.
pub(super) fn said(out: &mut Out, ctx: &Ctx, shown: &PostView, verb: &str) {
    let post = &shown.post;
    out.line(format!("{verb} post {}, \"{}\".", post.id, post.name()));
    lines(out, ctx, shown);
    if let Some(embargo) = &post.embargo {
        let zone = &ctx.app.config.organisation.timezone;
        out.line(format!(
            "Under embargo until {}.",
            say::full(embargo.at, &ctx.app.home_zone(), zone, ctx.app.now())
        ));
    }
    if verb.starts_with("Would") {
        out.line("Nothing was changed.");
    } else {
        out.line(format!(
            "See it as readers will: handbill preview {0}      Stop it: handbill cancel {0}",
            post.id
        ));
    }
}

/// One line a delivery.
pub(super) fn lines(out: &mut Out, ctx: &Ctx, shown: &PostView) {
    let names: Vec<String> = shown.deliveries.iter().map(|d| d.row.name()).collect();
    let widest = names.iter().map(String::len).max().unwrap_or(0);
    let whens: Vec<String> = shown.deliveries.iter().map(|d| standing(ctx, d)).collect();
    let widest_when = whens.iter().map(|w| w.chars().count()).max().unwrap_or(0);
    for ((delivery, name), when) in shown.deliveries.iter().zip(&names).zip(&whens) {
        let pad = " ".repeat(widest_when - when.chars().count());
        out.line(format!("  {name:widest$}  {when}{pad}   {}", size(delivery)).trim_end());
    }
}

/// Where a delivery stands, in words.
pub(super) fn standing(ctx: &Ctx, d: &DeliveryView) -> String {
    let app = &ctx.app;
    let tz = app.zones.zone(&d.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = |at| say::full(at, &tz, &d.zone, app.now());
    let reason = d
        .row
        .d
        .trouble
        .as_ref()
        .map_or(String::new(), |t| format!(": {}", t.message));
    match d.row.d.state {
        State::Published => {
            let url = d
                .parts
                .first()
                .and_then(|part| part.url.clone())
                .map_or(String::new(), |url| format!(": {url}"));
            format!("out since {}{url}", d.row.d.published_at.map_or_else(String::new, at))
        }
        State::Sending => "going out".to_owned(),
        State::Unknown if d.row.d.wish => "not sure whether it is out; it is being stopped".to_owned(),
        State::Unknown => format!("not sure whether it is out{reason}"),
        State::Failed => format!("did not go out{reason}"),
        State::Missed => "missed".to_owned(),
        State::Cancelled => "stopped".to_owned(),
        State::Retracted => "taken down".to_owned(),
        State::Pending => waiting(d, at),
    }
}

fn waiting(d: &DeliveryView, at: impl Fn(jiff::Timestamp) -> String) -> String {
    let stopped = d.blocked.iter().find(|b| !b.gate.passes());
    if let (Some(b), true) = (stopped, d.time.is_none() || stopped.is_some_and(|b| b.until.is_none())) {
        return match b.gate {
            Gate::Draft => "draft".to_owned(),
            Gate::Embargo => format!(
                "waits for the end of its embargo{}",
                b.until.map_or(String::new(), |u| format!(", {}", at(u)))
            ),
            Gate::Hold => format!("held: {}", b.reason),
            Gate::Disconnected => format!("waits: the login is not accepted ({})", b.reason),
            _ => b.reason.clone(),
        };
    }
    let retry = d
        .row
        .d
        .trouble
        .as_ref()
        .filter(|_| d.row.d.retry_at.is_some())
        .map_or(String::new(), |t| format!(" ({})", t.message));
    match d.time {
        Some(time) if d.too_late => format!("set for {}, but it will be missed", at(time)),
        Some(time) => {
            let slot = if d.row.timing == Timing::Slot {
                "next free slot, "
            } else {
                ""
            };
            format!("{slot}{}{retry}", at(time))
        }
        None => format!("waits for a free slot{retry}"),
    }
}

/// How long the message is, and what was left out.
pub(super) fn size(d: &DeliveryView) -> String {
    if let Some(cannot) = &d.cannot {
        return cannot.clone();
    }
    let Some(part) = d.parts.first() else {
        return String::new();
    };
    let tight = part
        .lengths
        .iter()
        .filter_map(|l| l.limit.map(|limit| (l, limit)))
        .max_by_key(|(l, limit)| l.count * 1000 / (*limit).max(1));
    let count = tight.map_or(String::new(), |(l, limit)| {
        format!("{} of {limit} {}", l.count, unit(l.unit.as_str()))
    });
    let left = left_out(d);
    if left.is_empty() {
        count
    } else {
        format!("{count}, left out: {left}")
    }
}

fn unit(word: &str) -> &str {
    match word {
        "graphemes" | "codepoints" | "utf16" | "weighted" | "threads" => "characters",
        other => other,
    }
}

/// What was dropped, in words.
pub(super) fn left_out(d: &DeliveryView) -> String {
    let words = d.dropped.iter().map(|word| match *word {
        "join" => "the join line",
        "handles" => "the handles",
        "hashtags" => "hashtags",
        _ => "part of the summary",
    });
    words.collect::<Vec<_>>().join(", ")
}

pub(super) fn announce(ctx: &Ctx, shown: &PostView) {
    if ctx.json {
        return;
    }
    let now = ctx.app.now();
    let due: Vec<&DeliveryView> = shown
        .deliveries
        .iter()
        .filter(|d| d.row.d.state == State::Pending)
        .collect();
    let names: Vec<&str> = due.iter().map(|d| d.row.channel.as_str()).collect();
    let when = due
        .iter()
        .filter_map(|d| d.time)
        .min()
        .filter(|at| *at > now)
        .map_or(String::new(), |at| format!(" {}", say::relative(at, now)));
    let mut out = ctx.out();
    out.line(format!(
        "Going out on {}{when}. Stop it: handbill cancel {}",
        names.join(" and "),
        shown.post.id
    ));
    out.print();
}

/// Prints what became of a post, and gives the exit code.
pub(super) fn outcome(ctx: &Ctx, shown: &PostView) -> u8 {
    let mut out = ctx.out();
    out.json(&json::post(&ctx.app, shown));
    for d in &shown.deliveries {
        let name = d.row.name();
        let line = match d.row.d.state {
            State::Published => {
                let url = d.parts.first().and_then(|p| p.url.clone());
                format!("{name} is out{}", url.map_or(String::new(), |url| format!(": {url}")))
            }
            _ => format!("{name}: {}", standing(ctx, d)),
        };
        out.line(line);
        if d.row.d.state != State::Published
            && let Some(hint) = json::hint(d)
        {
            out.line(format!("  {hint}"));
        }
    }
    out.print();
    code(shown, ctx.app.now())
}

/// 0 when all is out or only waits its turn, 6 when a network refused, 8 when nobody knows, it is still being tried, or
/// a gate keeps it.
fn code(shown: &PostView, now: jiff::Timestamp) -> u8 {
    let kind = |d: &DeliveryView| d.row.d.trouble.as_ref().map_or("", |t| t.kind.as_str()).to_owned();
    let refused = |d: &DeliveryView| match d.row.d.state {
        State::Failed => true,
        State::Pending => matches!(kind(d).as_str(), "auth" | "suspended"),
        _ => false,
    };
    let attention = |d: &DeliveryView| match d.row.d.state {
        State::Unknown | State::Missed | State::Sending => true,
        State::Pending if d.time.is_some_and(|at| at <= now) => true,
        State::Pending => d.row.d.trouble.is_some() || d.blocked.iter().any(|b| !b.gate.passes()),
        _ => false,
    };
    if shown.deliveries.iter().any(refused) {
        Kind::Network.exit_code()
    } else if shown.deliveries.iter().any(attention) {
        Kind::Attention.exit_code()
    } else {
        0
    }
}
