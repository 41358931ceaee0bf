//! `handbill resolve`.

use crate::app::Fault;
use crate::app::change::{Said, resolve};
use crate::app::view::PostView;
use crate::storage::Take;

use super::words::lines;
use super::{Ctx, delivery, json};

/// Say what became of a delivery that nobody could tell by machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  handbill resolve 15/telegram --published https://t.me/idhdp/88
  handbill resolve 15/telegram --absent")]
pub(super) struct Args {
    /// The delivery, as 15/telegram
    #[arg(allow_negative_numbers = true)]
    id: String,
    /// It is out, here
    #[arg(long, value_name = "URL", conflicts_with = "absent")]
    published: Option<String>,
    /// It is not there: it is queued again
    #[arg(long, visible_alias = "not-there")]
    absent: bool,
}

pub(super) async fn run(args: &Args, ctx: &Ctx) -> Result<u8, Fault> {
    let shown = change(args, ctx)
        .await
        .map_err(|fault| fault.undone("nothing was changed"))?;
    let mut out = ctx.out();
    out.json(&json::post(&ctx.app, &shown));
    out.line(format!("Recorded for {}.", args.id));
    lines(&mut out, ctx, &shown);
    out.print();
    Ok(0)
}

async fn change(args: &Args, ctx: &Ctx) -> Result<PostView, Fault> {
    let (post, channel) = delivery(&args.id)?;
    let said = match &args.published {
        Some(url) if !is_web_address(url.trim()) => {
            return Err(Fault::Input {
                option: "--published",
                what: format!("{:?} is no web address", url.chars().take(80).collect::<String>()),
                hint: Some("Give the address of the post, as https://…".to_owned()),
            });
        }
        Some(url) => Said::Published {
            url: Some(url.trim().to_owned()),
        },
        None if args.absent => Said::Absent,
        None => return Err(Fault::Usage("say what you saw: --published URL or --absent".to_owned())),
    };
    let mut store = ctx.open(Take::Existing).await?;
    resolve(&ctx.app, &mut store, post, &channel, &said).await
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        && text.len() <= 2000
}
