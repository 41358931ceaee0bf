//! The command line: one file a command, with its arguments, its words and its JSON together.

mod add;
mod cancel;
mod channel;
mod demo;
mod doctor;
mod draft;
mod edit;
mod failing;
mod history;
mod hold;
mod init;
mod json;
mod lint;
mod list;
mod moving;
mod options;
mod output;
mod owner;
mod preview;
mod queue;
mod resolve;
mod retry;
mod run;
mod show;
mod slots;
mod source;
mod status;
mod table;
mod waiting;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::change::Target;
use crate::app::{App, Fault};
use crate::report::Report;
use crate::storage::{Store, Take};
use crate::zones::ZoneRules;
use crate::{config, networks};

use failing::{fail, usage};
use output::Out;

/// Posts short summaries of articles to every network that an organisation uses: once, at their time, or someone is
/// told why not.
#[derive(Debug, Parser)]
#[command(
    name = "handbill",
    bin_name = "handbill",
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true
)]
struct Cli {
    /// The settings [default: $HANDBILL_CONFIG, else ./handbill.toml, then $XDG_CONFIG_HOME/handbill/handbill.toml, then /etc/handbill/handbill.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database, as sqlite:PATH [default: $HANDBILL_DATABASE, else what the settings say]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Print one JSON document, and nothing else, on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a configuration and a database; never overwrites
    Init(init::Args),
    /// Do the whole job on a sample article, with no account, to a local feed
    Demo(demo::Args),
    /// Queue a post on every channel, or some
    Add(add::Args),
    /// Show what an article's page offers: title, summary, picture; adds nothing
    Draft(draft::Args),
    /// Show each channel's exact message, its length, and what was left out
    Preview(preview::Args),
    /// Look a post over: words to avoid, hashtags, emoji, capitals, language
    Lint(lint::Args),
    /// Show a post with its deliveries
    Show(show::Args),
    /// List posts, newest first
    List(list::Args),
    /// Change a post
    Edit(edit::Args),
    /// Give what waits another time or place in the queue
    Move(moving::Args),
    /// Stop a post, or one of its deliveries
    Cancel(cancel::Args),
    /// Queue again what failed, was missed or was cancelled
    Retry(retry::Args),
    /// Say what became of a delivery that nobody could tell by machine
    Resolve(resolve::Args),
    /// What goes out, where and when, and what stops it
    Queue(queue::Args),
    /// A channel's coming slots
    Slots(slots::Args),
    /// Your own feeds, whose new articles become drafts
    Source(source::Args),
    /// The daemon: publish everything at its time
    Run(run::Args),
    /// One screen: what needs a person, what comes next
    Status(status::Args),
    /// What went out, and what became of the rest
    History(history::Args),
    /// Stop everything, a channel or a tag
    Hold(hold::HoldArgs),
    /// Go on
    Release(hold::ReleaseArgs),
    /// The channels, and whether their logins are good
    Channel(channel::Args),
    /// Check the configuration, database, clock, credentials, disk and service
    Doctor(doctor::Args),
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let wants_json = args.iter().any(|arg| arg == "--json");
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, wants_json),
    };
    let json = cli.json;
    match start(cli) {
        Ok(code) => ExitCode::from(code),
        Err(fault) => fail(&Report::from(&fault), json),
    }
}

/// What every command stands on.
struct Ctx {
    app: Arc<App>,
    json: bool,
}

impl Ctx {
    fn out(&self) -> Out {
        Out::new(self.json)
    }

    async fn open(&self, take: Take) -> Result<Store, Fault> {
        self.app.open(take).await
    }

    /// A person sits there, and can be given time to think better of it.
    fn undo(&self) -> bool {
        use std::io::IsTerminal as _;
        !self.json && std::io::stdin().is_terminal()
    }
}

fn start(cli: Cli) -> Result<u8, Fault> {
    // Set and empty, as unit files and CI do it, means not set.
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let places = Places {
        config: cli.config.or_else(|| set("HANDBILL_CONFIG").map(PathBuf::from)),
        database: match (cli.database, set("HANDBILL_DATABASE")) {
            (None, Some(value)) => {
                let url = value.into_string();
                Some(url.map_err(|_| Fault::input("HANDBILL_DATABASE", "it is no UTF-8 text"))?)
            }
            (named, _) => named,
        },
        json: cli.json,
    };
    match cli.command {
        Command::Init(args) => init::run(&args, &places),
        Command::Demo(args) => demo::run(&args, &places),
        other => {
            let ctx = places.load()?;
            block_on(command(other, ctx)).map_err(|fault| owner::explain(fault, &places))
        }
    }
}

/// One thread is enough, and leaves a small server its memory.
fn block_on<T>(future: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::Broken(format!("no runtime: {error}")))?;
    let result = runtime.block_on(future);
    // A call that hangs in a system library must not keep the program from ending.
    runtime.shutdown_background();
    result
}

async fn command(command: Command, ctx: Ctx) -> Result<u8, Fault> {
    match command {
        Command::Init(_) | Command::Demo(_) => Ok(0),
        Command::Add(args) => add::run(args, &ctx).await,
        Command::Draft(args) => draft::run(&args, &ctx).await,
        Command::Preview(args) => preview::run(&args, &ctx).await,
        Command::Lint(args) => lint::run(&args, &ctx).await,
        Command::Show(args) => show::run(&args, &ctx).await,
        Command::List(args) => list::run(&args, &ctx).await,
        Command::Edit(args) => edit::run(args, &ctx).await,
        Command::Move(args) => moving::run(&args, &ctx).await,
        Command::Cancel(args) => cancel::run(&args, &ctx).await,
        Command::Retry(args) => retry::run(&args, &ctx).await,
        Command::Resolve(args) => resolve::run(&args, &ctx).await,
        Command::Queue(args) => queue::run(&args, &ctx).await,
        Command::Slots(args) => slots::run(&args, &ctx),
        Command::Source(args) => source::run(&args, &ctx).await,
        Command::Run(args) => run::run(&args, ctx).await,
        Command::Status(args) => status::run(&args, &ctx).await,
        Command::History(args) => history::run(&args, &ctx).await,
        Command::Hold(args) => hold::hold(&args, &ctx).await,
        Command::Release(args) => hold::release(&args, &ctx).await,
        Command::Channel(args) => channel::run(&args, &ctx).await,
        Command::Doctor(args) => doctor::run(&args, &ctx).await,
    }
}

/// Where the configuration and the database are, as the command line says.
#[derive(Clone, Debug, Default)]
struct Places {
    config: Option<PathBuf>,
    database: Option<String>,
    json: bool,
}

impl Places {
    fn load(&self) -> Result<Ctx, Fault> {
        let zones = ZoneRules::choose();
        let file = config::locate(self.config.as_deref())?;
        let config = config::load(&file, &networks::keys(), &zones)?;
        let places = Places {
            config: Some(file),
            ..self.clone()
        };
        places.with(config, zones)
    }

    fn with(&self, config: config::Config, zones: ZoneRules) -> Result<Ctx, Fault> {
        let database = match &self.database {
            // Named on the command line: relative to where the person stands.
            Some(url) => config.database_file(Some(url)),
            None => config.database_file(None),
        }
        .map_err(|what| Fault::Input {
            option: "--database",
            what,
            hint: None,
        })?;
        owner::become_owner(&database, self)?;
        Ok(Ctx {
            app: Arc::new(App::new(config, zones, database, owner::user())),
            json: self.json,
        })
    }
}

/// Reads `12` or `12/mastodon`.
fn target(text: &str) -> Result<Target, Fault> {
    let (post, channel) = text
        .split_once('/')
        .map_or((text, None), |(post, channel)| (post, Some(channel.to_owned())));
    match post.parse::<i64>() {
        Ok(post) if post > 0 && channel.as_deref() != Some("") => Ok(Target { post, channel }),
        _ => {
            let what = format!("{text:?} is no post");
            Err(Fault::Input {
                option: "ID",
                what,
                hint: Some("Write it as 12, or 12/mastodon for one channel.".to_owned()),
            })
        }
    }
}

/// Reads `12/mastodon`.
fn delivery(text: &str) -> Result<(i64, String), Fault> {
    match target(text)? {
        Target {
            post,
            channel: Some(channel),
        } => Ok((post, channel)),
        Target { post, channel: None } => {
            let what = format!("{text:?} names a post, not one of its deliveries");
            Err(Fault::Input {
                option: "ID/CH",
                what,
                hint: Some(format!("Write it as {post}/CHANNEL.")),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_described_without_contradiction() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_number_below_zero_is_no_post() {
        let cli = Cli::try_parse_from(["handbill", "show", "-1"]).unwrap();
        assert!(matches!(cli.command, Command::Show(_)));
        assert!(matches!(target("-1"), Err(Fault::Input { .. })));
        assert!(target("12/").is_err() && target("0").is_err() && target("x").is_err());
        assert_eq!(delivery("12/mastodon").unwrap(), (12, "mastodon".to_owned()));
    }
}
