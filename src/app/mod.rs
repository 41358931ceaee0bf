//! The use cases, one file each: load, decide, save. The only place that sees both storage and networks.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::config::{Channel, Config};
use crate::domain::when::Zones;
use crate::fetch::Fetcher;
use crate::http::{Http, SharedTransport};
use crate::networks::{self, Network};
use crate::storage::{Store, Take};
use crate::zones::ZoneRules;

pub mod add;
pub mod article;
pub mod change;
pub mod channels;
pub mod check;
pub mod complete;
pub mod compose;
pub mod doctor;
pub mod edit;
pub mod fault;
pub mod feed;
pub mod fingerprint;
pub mod hold;
pub mod lanes;
pub mod link;
pub mod lint;
pub mod pictures;
pub mod proposal;
pub mod publisher;
pub mod rezone;
pub mod runner;
pub mod sources;
pub mod status;
pub mod talk;
pub mod transition;
pub mod view;
pub mod wake;

pub use fault::Fault;

/// What every use case stands on: settings, time, randomness, and the way out.
pub struct App {
    pub config: Config,
    pub zones: ZoneRules,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub transport: SharedTransport,
    /// The way to pages that a user names.
    pub fetcher: Fetcher,
    pub database: PathBuf,
    /// Who acts.
    pub user: String,
}

impl App {
    /// The program as it runs: the machine's clock, randomness and network.
    #[must_use]
    pub fn new(config: Config, zones: ZoneRules, database: PathBuf, user: String) -> Self {
        let transport: SharedTransport = Arc::new(Http::new(config.organisation.website.as_deref()));
        let fetcher = Fetcher::new(config.organisation.website.as_deref(), config.fetch_allow_private);
        Self {
            fetcher,
            config,
            zones,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            transport,
            database,
            user,
        }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Opens the database.
    ///
    /// # Errors
    /// Where it is missing (and not to be made), newer, damaged or unreadable.
    pub async fn open(&self, take: Take) -> Result<Store, Fault> {
        Ok(Store::open(&self.database, take).await?)
    }

    /// A channel of the configuration.
    ///
    /// # Errors
    /// [`Fault::NoSuchChannel`] with the nearest name.
    pub fn channel(&self, name: &str) -> Result<&Channel, Fault> {
        self.find_channel(name).ok_or_else(|| {
            let names: Vec<&str> = self.config.channels.iter().map(|c| c.name.as_str()).collect();
            Fault::NoSuchChannel {
                name: name.to_owned(),
                nearest: crate::config::nearest(name, &names).map(str::to_owned),
            }
        })
    }

    #[must_use]
    pub fn find_channel(&self, name: &str) -> Option<&Channel> {
        self.config.channels.iter().find(|channel| channel.name == name)
    }

    /// The zone of a channel; UTC where its rules are gone from the machine (the configuration was checked at start).
    #[must_use]
    pub fn zone(&self, channel: &Channel) -> TimeZone {
        self.zones.zone(&channel.timezone).unwrap_or(TimeZone::UTC)
    }

    /// The organisation's zone.
    #[must_use]
    pub fn home_zone(&self) -> TimeZone {
        self.zones
            .zone(&self.config.organisation.timezone)
            .unwrap_or(TimeZone::UTC)
    }
}

/// The network of a channel. The configuration only lets through networks that are there.
///
/// # Errors
/// [`Fault::Broken`] if it did not.
pub fn network_of(channel: &Channel) -> Result<&'static dyn Network, Fault> {
    networks::by_name(channel.network).ok_or_else(|| Fault::Broken(format!("no network {}", channel.network)))
}
