//! A folder of its own for each test, with a configuration and a database; commands and daemons run in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use crate::daemon::{Daemon, Target};
use crate::database::Database;
use crate::output::Output;
use crate::patience::until;

/// What most configurations begin with. The retry times are short, so that a test need not wait for them.
pub(crate) const HEAD: &str = r#"
[organisation]
name = "IDHDP"
timezone = "Europe/London"
website = "https://idhdp.com"

[text.en]
read_more = "Read the full article"
handles = "Comments? {handle}"
join = "Doctors can lead the way to healthier drug policies – join IDHDP now"

[delivery]
deadline = "6s"
retry_first = "1s"
retry_max = "2s"
"#;

/// The secrets that the configurations name.
const SECRETS: [(&str, &str); 3] = [
    ("MASTODON_TOKEN", crate::fake::TOKEN),
    ("BLUESKY_PASSWORD", crate::fake::PASSWORD),
    ("WEBHOOK_SECRET", crate::fake::SECRET),
];

/// The program under test: the one that cargo built with this suite, or the one that is named.
pub(crate) fn program() -> PathBuf {
    let built = option_env!("CARGO_BIN_EXE_handbill").map(PathBuf::from);
    std::env::var_os("HANDBILL_TEST_BIN")
        .map(PathBuf::from)
        .or(built)
        .expect("set HANDBILL_TEST_BIN, or run the suite with cargo test")
}

/// A test's own folder.
pub(crate) struct Bed {
    dir: TempDir,
    /// The instant that commands take for the present, as RFC 3339; daemons have the true time.
    now: Option<String>,
    pub(crate) target: Target,
    started: AtomicUsize,
}

impl Bed {
    /// A folder with [`HEAD`] and these channels as its configuration.
    pub(crate) fn new(channels: &str) -> Self {
        Self::with_config(&format!("{HEAD}\n{channels}"))
    }

    /// A folder with this configuration.
    pub(crate) fn with_config(config: &str) -> Self {
        let bed = Self::empty();
        bed.write("handbill.toml", config);
        bed
    }

    pub(crate) fn empty() -> Self {
        let dir = tempfile::Builder::new().prefix("handbill-suite-").tempdir().unwrap();
        Self {
            dir,
            now: None,
            target: Arc::new(AtomicI32::new(0)),
            started: AtomicUsize::new(0),
        }
    }

    /// Commands take this instant for the present from now on.
    pub(crate) fn at(&mut self, now: &str) -> &mut Self {
        self.now = Some(now.to_owned());
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn write_bytes(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A command as it will be run, with an environment of its own.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(args);
        self.at_home(command)
    }

    /// A command that the system ends where it wants more memory of its own than so many KiB.
    pub(crate) fn bounded(&self, kib: u64, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -d {kib} && exec \"$0\" \"$@\""));
        command.arg(program()).args(args);
        self.at_home(command)
    }

    /// A command in this folder, with nothing of the person's own settings.
    fn at_home(&self, mut command: Command) -> Command {
        command.current_dir(self.dir.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .env("HOME", self.dir.path())
            .env("TZ", "UTC")
            .env("LANG", "C.UTF-8");
        command
            .env("HANDBILL_USER", "ana")
            .env("HANDBILL_CONFIG", self.path("handbill.toml"));
        command.envs(SECRETS);
        if let Some(now) = &self.now {
            command.env("HANDBILL_TEST_NOW", now);
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.finish(self.command(args), "")
    }

    /// Runs a command with `--json`.
    pub(crate) fn json(&self, args: &[&str]) -> Output {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        self.run(&args)
    }

    /// Runs a prepared command to its end, with this on its standard input.
    pub(crate) fn finish(&self, mut command: Command, input: &str) -> Output {
        let no = self.started.fetch_add(1, Ordering::SeqCst);
        let file = |name: &str| self.path(&format!(".{name}-{no}"));
        fs::write(file("in"), input).unwrap();
        let child = command
            .stdin(File::open(file("in")).unwrap())
            .stdout(File::create(file("out")).unwrap())
            .stderr(File::create(file("err")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
        let mut child = Mortal(child);
        let words: Vec<String> = command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect();
        let words = format!("handbill {}", words.join(" "));
        let status = until(&format!("the end of `{words}`"), || child.0.try_wait().unwrap());
        let read = |name: &str| {
            let text = String::from_utf8_lossy(&fs::read(file(name)).unwrap()).into_owned();
            fs::remove_file(file(name)).unwrap();
            text
        };
        let (out, err, _) = (read("out"), read("err"), read("in"));
        Output {
            command: words,
            code: status.code().unwrap_or(-1),
            out,
            err,
        }
    }

    /// Starts a daemon. `env`: for crash points.
    pub(crate) fn daemon_with(&self, env: &[(&str, &str)]) -> Daemon {
        let mut command = self.command(&["run"]);
        command.env_remove("HANDBILL_TEST_NOW").envs(env.iter().copied());
        self.start(command)
    }

    pub(crate) fn daemon(&self) -> Daemon {
        self.daemon_with(&[])
    }

    /// Starts a prepared command that stays.
    pub(crate) fn start(&self, command: Command) -> Daemon {
        let no = self.started.fetch_add(1, Ordering::SeqCst);
        Daemon::start(command, self.path(&format!("daemon-{no}.log")), &self.target)
    }

    pub(crate) fn database_path(&self) -> PathBuf {
        self.path("handbill.db")
    }

    pub(crate) fn database(&self) -> Database {
        Database::open(&self.database_path())
    }

    /// Adds a post about `article` that is due at once, to every channel, and gives it.
    pub(crate) fn add_now(&self, article: &str) -> Value {
        self.json(&[
            "add",
            article,
            "--title",
            "A title",
            "--summary",
            "A summary.",
            "--now",
            "--no-fetch",
        ])
        .done()
    }

    /// Waits until a delivery is in this state.
    #[track_caller]
    pub(crate) fn wait_state(&self, database: &Database, delivery: &str, state: &str) {
        until(&format!("{delivery} is {state}"), || {
            (database.state(delivery) == state).then_some(())
        });
    }

    /// A delivery as `show` prints it.
    pub(crate) fn delivery(&self, delivery: &str) -> Value {
        let (post, _) = delivery.split_once('/').unwrap();
        let post = self.json(&["show", post]).done();
        let list = post["deliveries"].as_array().unwrap();
        list.iter()
            .find(|d| d["id"] == delivery)
            .unwrap_or_else(|| panic!("no {delivery} in {post}"))
            .clone()
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let mut logs: Vec<PathBuf> = fs::read_dir(self.dir.path())
            .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
            .unwrap_or_default();
        logs.retain(|path| path.extension().is_some_and(|end| end == "log"));
        logs.sort();
        for log in logs {
            eprintln!("--- {}\n{}", shown(&log), fs::read_to_string(&log).unwrap_or_default());
        }
        if std::env::var_os("HANDBILL_TEST_KEEP").is_some() {
            self.dir.disable_cleanup(true);
            eprintln!("kept: {}", self.dir.path().display());
        }
    }
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A command that does not outlive its test.
struct Mortal(Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
