//! A folder with a configuration and a database, as a user has it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use handbill::app::App;
use handbill::zones::ZoneRules;
use handbill::{config, networks};

use super::process::{handbill, time};
use super::{Bench, Outcome};

/// See the module's text.
pub(crate) struct Site {
    pub(crate) dir: PathBuf,
    pub(crate) database: PathBuf,
}

impl Site {
    /// Makes it, with these channels; the database is made by the program itself.
    pub(crate) fn new(bench: &Bench, name: &str, channels: &str) -> Outcome<Self> {
        let dir = bench.root.join(name);
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join("handbill.toml"), format!("{HEAD}{channels}"))?;
        std::fs::write(dir.join("token"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")?;
        let mut init = handbill();
        init.arg("init").arg(&dir);
        time(init)?;
        let database = dir.join("handbill.db");
        Ok(Self { dir, database })
    }

    /// A command of the program on this site.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = handbill();
        command.arg("--config").arg(self.dir.join("handbill.toml")).args(args);
        command
    }

    /// The application as the program makes it.
    pub(crate) fn app(&self) -> Outcome<Arc<App>> {
        let zones = ZoneRules::choose();
        let config = config::load(&self.dir.join("handbill.toml"), &networks::keys(), &zones)
            .map_err(|error| format!("{error:?}"))?;
        Ok(Arc::new(App::new(
            config,
            zones,
            self.database.clone(),
            "bench".to_owned(),
        )))
    }

    /// The file that stands beside the database.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.database.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    }
}

/// Nothing is spaced out: the program shall do as much as it can.
const HEAD: &str = r#"[organisation]
name = "Figures"
timezone = "Europe/London"

[text.en]
read_more = "Read the full article"
handles = "Comments? {handle}"
join = "Doctors can lead the way to healthier drug policies – join IDHDP now"

[defaults]
min_gap = "0s"
undo = "0s"
"#;

/// Names of so many channels.
pub(crate) fn names(count: u32) -> Vec<String> {
    (0..count).map(|no| format!("channel-{no}")).collect()
}

/// Webhook channels of these names, with this gap between two posts.
pub(crate) fn webhooks(names: &[String], address: &str, gap: &str) -> String {
    let channel = |name: &String| {
        format!(
            "\n[[channel]]\nname = \"{name}\"\nnetwork = \"webhook\"\nurl = \"{address}/{name}\"\n\
             secret = {{ file = \"token\" }}\nhandle = \"@figures\"\nschedule = [\"*/30 * * * *\"]\nmin_gap = \"{gap}\"\n"
        )
    };
    names.iter().map(channel).collect()
}

/// One mastodon channel.
pub(crate) fn mastodon(name: &str, address: &str) -> String {
    format!(
        "\n[[channel]]\nname = \"{name}\"\nnetwork = \"mastodon\"\nserver = \"{address}\"\n\
         token = {{ file = \"token\" }}\nhandle = \"@figures\"\nschedule = [\"0 9 * * mon-fri\"]\n"
    )
}

/// One feed.
pub(crate) fn feed(name: &str) -> String {
    format!(
        "\n[[channel]]\nname = \"{name}\"\nnetwork = \"feed\"\npath = \"public\"\nschedule = [\"0 9 * * mon-fri\"]\n"
    )
}

/// One bluesky channel.
pub(crate) fn bluesky(name: &str, address: &str, handle: &str) -> String {
    format!(
        "\n[[channel]]\nname = \"{name}\"\nnetwork = \"bluesky\"\nserver = \"{address}\"\nidentifier = \"{handle}\"\n\
         password = {{ file = \"password\" }}\nhandle = \"@figures\"\n"
    )
}
