//! The four networks behind one face, for tests that hold for each of them.

use std::sync::Arc;

use rustix::process::Signal;

use crate::bed::{Bed, HEAD};
use crate::fake::bluesky::Bluesky;
use crate::fake::feed::Feed;
use crate::fake::mastodon::{Mastodon, Software};
use crate::fake::webhook::Webhook;
use crate::fake::{Fake, Fault, Public, Seen, Service, World};
use crate::invariants::{self, Watch};

/// A network by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    Mastodon,
    Bluesky,
    Webhook,
    Feed,
}

impl Network {
    pub(crate) const ALL: [Network; 4] = [Network::Mastodon, Network::Bluesky, Network::Webhook, Network::Feed];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Network::Mastodon => "mastodon",
            Network::Bluesky => "bluesky",
            Network::Webhook => "webhook",
            Network::Feed => "feed",
        }
    }
}

/// A running network of any kind.
pub(crate) enum Running {
    Mastodon(Fake<Mastodon>),
    Bluesky(Fake<Bluesky>),
    Webhook(Fake<Webhook>),
    Feed(Feed),
}

/// Keys that every channel of the suite has: no spacing, and absence that is believed soon.
const COMMON: &str = "min_gap = \"0s\"\nabsent_after = \"2s\"\n";

/// A `[[channel]]` for a Mastodon server.
pub(crate) fn mastodon_channel(name: &str, url: &str) -> String {
    format!(
        "[[channel]]\nname = \"{name}\"\nnetwork = \"mastodon\"\nserver = \"{url}\"\nhandle = \"@idhdp\"\n\
         token = {{ env = \"MASTODON_TOKEN\" }}\n{COMMON}"
    )
}

/// A `[[channel]]` for a Bluesky server.
pub(crate) fn bluesky_channel(name: &str, url: &str) -> String {
    format!(
        "[[channel]]\nname = \"{name}\"\nnetwork = \"bluesky\"\nserver = \"{url}\"\nhandle = \"@idhdp.example\"\n\
         identifier = \"idhdp.example\"\npassword = {{ env = \"BLUESKY_PASSWORD\" }}\n{COMMON}"
    )
}

/// A `[[channel]]` for a webhook.
pub(crate) fn webhook_channel(name: &str, url: &str) -> String {
    format!(
        "[[channel]]\nname = \"{name}\"\nnetwork = \"webhook\"\nurl = \"{url}/hook\"\n\
         secret = {{ env = \"WEBHOOK_SECRET\" }}\n{COMMON}"
    )
}

/// A `[[channel]]` for a feed in the folder of its name.
pub(crate) fn feed_channel(name: &str) -> String {
    format!(
        "[[channel]]\nname = \"{name}\"\nnetwork = \"feed\"\npath = \"{name}\"\ntitle = \"IDHDP news\"\n\
         min_gap = \"0s\"\nabsent_after = \"0s\"\n"
    )
}

impl Running {
    /// Starts the network under its own word as channel, and gives the channel's configuration.
    pub(crate) fn start(bed: &Bed, network: Network) -> (Self, String) {
        let word = network.word();
        match network {
            Network::Mastodon => {
                let fake = Fake::start(word, &bed.target, Mastodon::new(Software::Mastodon));
                let channel = mastodon_channel(word, &fake.url());
                (Running::Mastodon(fake), channel)
            }
            Network::Bluesky => {
                let fake = Fake::start(word, &bed.target, Bluesky::new());
                let channel = bluesky_channel(word, &fake.url());
                (Running::Bluesky(fake), channel)
            }
            Network::Webhook => {
                let fake = Fake::start(word, &bed.target, Webhook::new());
                let channel = webhook_channel(word, &fake.url());
                (Running::Webhook(fake), channel)
            }
            Network::Feed => (Running::Feed(Feed::new(word, bed.path(word))), feed_channel(word)),
        }
    }

    /// The next request to post kills the daemon (or stops it) at that moment; a feed has no requests.
    pub(crate) fn on_post(&self, fault: Fault) {
        match self {
            Running::Mastodon(fake) => fake.on_post([fault]),
            Running::Bluesky(fake) => fake.on_post([fault]),
            Running::Webhook(fake) => fake.on_post([fault]),
            Running::Feed(_) => panic!("a feed is no server"),
        }
    }

    /// Every request to post must find its intent in the database.
    pub(crate) fn demand_intents(&self, bed: &Bed) {
        let look = || {
            let database = bed.database();
            move |seen: &Seen| invariants::intent_is_there(&database, seen)
        };
        match self {
            Running::Mastodon(fake) => fake.watch(look()),
            Running::Bluesky(fake) => fake.watch(look()),
            Running::Webhook(fake) => fake.watch(look()),
            Running::Feed(_) => {}
        }
    }

    pub(crate) fn world(&self) -> &dyn World {
        match self {
            Running::Mastodon(fake) => fake,
            Running::Bluesky(fake) => fake,
            Running::Webhook(fake) => fake,
            Running::Feed(feed) => feed,
        }
    }

    pub(crate) fn public(&self) -> Vec<Public> {
        self.world().public()
    }

    /// Where the network shows the same thing in several places, they agree.
    pub(crate) fn agrees(&self) {
        if let Running::Feed(feed) = self {
            feed.agrees();
        }
    }
}

/// A bed with one server, as the channel `ch`, and one post that is due.
pub(crate) fn one_server<S: Service>(service: S, channel: impl Fn(&str, &str) -> String) -> (Bed, Fake<S>) {
    let bed = Bed::empty();
    let fake = Fake::start("ch", &bed.target, service);
    bed.write("handbill.toml", &format!("{HEAD}\n{}", channel("ch", &fake.url())));
    bed.add_now(ARTICLE);
    let database = bed.database();
    fake.watch(move |seen| invariants::intent_is_there(&database, seen));
    (bed, fake)
}

/// A bed with one network, and the watch over it; `article` is due at once.
pub(crate) struct One {
    pub(crate) bed: Bed,
    pub(crate) net: Arc<Running>,
    pub(crate) delivery: String,
}

pub(crate) const ARTICLE: &str = "https://example.org/crackdown";

impl One {
    pub(crate) fn new(network: Network) -> Self {
        let bed = Bed::empty();
        let (net, channel) = Running::start(&bed, network);
        bed.write("handbill.toml", &format!("{}\n{channel}", HEAD));
        bed.add_now(ARTICLE);
        net.demand_intents(&bed);
        Self {
            bed,
            net: Arc::new(net),
            delivery: format!("1/{}", network.word()),
        }
    }

    pub(crate) fn watch(&self) -> Watch<'_> {
        Watch::new(self.bed.database(), &[self.net.world()])
    }

    /// The state in which it stands now.
    pub(crate) fn state(&self, watch: &Watch<'_>) -> String {
        watch.database().state(&self.delivery)
    }
}

/// A daemon's death by the hand of a server.
pub(crate) fn killed(when: crate::fake::When) -> Fault {
    Fault::Signal(when, Signal::KILL)
}
