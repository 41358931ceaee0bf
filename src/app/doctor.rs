//! Looks at everything that could keep Handbill from its work.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::SignedDuration;

use super::{App, check};
use crate::domain::say;
use crate::storage::{Store, StoreError, Take};

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub message: String,
    pub hint: Option<String>,
}

impl Check {
    fn good(name: &str, message: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: true,
            message: message.into(),
            hint: None,
        }
    }

    fn bad(name: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: false,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }
}

/// Below this the disk is called nearly full, in bytes.
const FREE_MIN: u64 = 100 << 20;
/// Zone rules older than this are called old, in years.
const RULES_AGE: i16 = 1;

/// What to do about a secret that this command cannot read.
const UNSEEN: &str = "That is well if the daemon can read it; whether it can, is told by: handbill status";

/// Runs every check.
pub async fn doctor(app: &App) -> Vec<Check> {
    let mut list = vec![configuration(app)];
    list.extend(database(app).await);
    list.push(clock(app));
    list.push(zones(app));
    list.extend(
        app.config
            .channels
            .iter()
            .map(|channel| match check::credentials(channel) {
                Ok(list) if list.is_empty() => Check::good("credentials", format!("{} needs none", channel.name)),
                Ok(_) => Check::good("credentials", format!("{}: all are there", channel.name)),
                // Only the daemon needs them: where it cannot read one, `status` says so.
                Err(what) => Check {
                    hint: Some(UNSEEN.to_owned()),
                    ..Check::good(
                        "credentials",
                        format!("{} cannot be seen from here: {what}", channel.name),
                    )
                },
            }),
    );
    list.push(disk(&app.database));
    list
}

fn configuration(app: &App) -> Check {
    let file = app.config.file.display();
    match app.config.channels.len() {
        0 => Check::bad(
            "configuration",
            format!("{file} has no channel"),
            "Name one, as config/handbill.example.toml shows.",
        ),
        n => Check::good(
            "configuration",
            format!("{file} is sound, with {}", say::count(n, "channel", "channels")),
        ),
    }
}

async fn database(app: &App) -> Vec<Check> {
    let path = app.database.display().to_string();
    let mut store = match Store::open(&app.database, Take::Existing).await {
        Ok(store) => store,
        Err(StoreError::Missing(_)) => {
            return vec![Check::bad(
                "database",
                format!("there is none at {path} yet"),
                "Make it: handbill init, or add a first post.",
            )];
        }
        Err(error) => {
            let words = crate::report::Report::from(&super::Fault::from(error));
            return vec![Check::bad("database", words.message, words.hint.unwrap_or_default())];
        }
    };
    let mut list = Vec::new();
    match store.quick_check().await {
        Ok(None) => list.push(Check::good("database", format!("{path} is sound"))),
        Ok(Some(what)) => list.push(Check::bad(
            "database",
            format!("{path} is damaged: {what}"),
            "Put a good copy in its place.",
        )),
        Err(error) => list.push(Check::bad(
            "database",
            format!("{path} cannot be read: {error}"),
            "Put a good copy in its place.",
        )),
    }
    let mode = std::fs::metadata(&app.database)
        .map(|meta| meta.permissions().mode() & 0o777)
        .unwrap_or(0);
    if mode & 0o077 != 0 {
        list.push(Check::bad(
            "database",
            format!("{path} can be read by others (mode {mode:o})"),
            format!("chmod 600 {path}"),
        ));
    }
    if let Some(kind) = network_disk(&app.database) {
        list.push(Check::bad(
            "database",
            format!("{path} lies on a network disk ({kind}), where file locks prove nothing"),
            "Put it on a local disk.",
        ));
    }
    list.push(match store.publisher() {
        Some((pid, _)) => Check::good("service", format!("process {pid} publishes from this database")),
        None => Check::bad(
            "service",
            "no daemon is running, so nothing goes out",
            "Start it: systemctl start handbill, or: handbill run",
        ),
    });
    list
}

/// The kind of a file system on which locks cannot be trusted; `None` for a local one.
fn network_disk(path: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    // Numbers of statfs(2).
    match kind & 0xffff_ffff {
        0x6969 => Some("NFS"),
        0xff53_4d42 | 0xfe53_4d42 | 0x517b => Some("SMB"),
        0x0102_1997 => Some("9P"),
        0x6573_5546 => Some("FUSE"),
        _ => None,
    }
}

fn clock(app: &App) -> Check {
    let now = app.now();
    let zone = &app.config.organisation.timezone;
    let shown = say::stamp(now, &app.home_zone(), zone);
    // A machine without a clock of its own starts in 1970, or where it was switched off.
    let built = env!("HANDBILL_BUILT")
        .parse::<i64>()
        .ok()
        .and_then(|s| jiff::Timestamp::from_second(s).ok());
    match built {
        Some(built) if now < built.checked_sub(SignedDuration::from_hours(24)).unwrap_or(built) => Check::bad(
            "clock",
            format!("the clock says {shown}, which is before this program was made"),
            "Check: timedatectl",
        ),
        _ => Check::good("clock", format!("it is {shown}")),
    }
}

fn zones(app: &App) -> Check {
    let message = format!("zone rules {} from {}", app.zones.version(), app.zones.origin());
    let this_year = app.now().to_zoned_datetime(jiff::tz::TimeZone::UTC).year();
    match app.zones.year() {
        Some(year) if this_year - year > RULES_AGE => Check::bad(
            "zones",
            format!("{message} are over a year old"),
            "Update the system's tzdata, or Handbill.",
        ),
        _ => Check::good("zones", message),
    }
}

fn disk(path: &Path) -> Check {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    match rustix::fs::statvfs(folder) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let message = format!("{} MB free at {}", free >> 20, folder.display());
            if free < FREE_MIN {
                Check::bad(
                    "disk",
                    message,
                    "Free some space: without it nothing can be recorded, so nothing is sent.",
                )
            } else {
                Check::good("disk", message)
            }
        }
        Err(error) => Check::bad("disk", format!("{}: {error}", folder.display()), "Look at the disk."),
    }
}
