//! Chance decides what happens, a seed decides what chance does: servers that fail in every way, requests that arrive
//! late, publishers that die, stop and wake, people who hold, cancel, edit, retry, move and resolve meanwhile.
//!
//! `HANDBILL_SIM_SEED=17 cargo test simulation` plays one seed again and tells its story.

use jiff::SignedDuration;

use super::bed::{Bed, Chance, block_on};
use super::invariants::Watch;
use super::net::Kind;
use crate::app::hold::Overdue;
use crate::domain::delivery::State;
use crate::storage::Scope;

const STEPS: usize = 60;
/// The most turns at the end, with servers that are well, until everything is at rest.
const TURNS: usize = 400;

/// One seed's story.
pub(super) struct Story {
    pub(super) bed: Bed,
    watch: Watch,
    pub(super) chance: Chance,
    kinds: Vec<Kind>,
    posts: i64,
    log: Vec<String>,
}

pub(super) type Step = Result<(), String>;

impl Story {
    async fn new(seed: u64, kinds: &[Kind]) -> Self {
        let mut chance = Chance::new(seed);
        let bed = Bed::new(seed, kinds).await;
        for kind in kinds {
            let ahead = SignedDuration::from_secs(chance.between(-45, 45));
            bed.net.server(*kind, |server| server.ahead = ahead);
        }
        Self {
            watch: Watch::new(&bed).await,
            bed,
            chance,
            kinds: kinds.to_vec(),
            posts: 0,
            log: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.log
            .push(format!("{} {}", self.bed.now().strftime("%H:%M:%S"), what.into()));
    }

    async fn play(&mut self) -> Step {
        self.start().await?;
        for _ in 0..3 {
            self.add().await?;
        }
        for _ in 0..STEPS {
            match self.chance.between(0, 100) {
                0..38 => self.advance().await?,
                38..62 => self.network().await?,
                62..78 => self.time_passes(),
                78..80 => self.suspended(),
                80..86 => self.killed().await?,
                86..90 => self.add().await?,
                90..94 => self.act().await?,
                94..96 => self.resolve().await?,
                _ => self.hold().await?,
            }
            self.check().await?;
        }
        self.all_is_well().await
    }

    async fn check(&mut self) -> Step {
        let mut wrong = self.watch.wrong(&self.bed).await;
        if let Some(publisher) = &self.bed.publisher {
            let resting = publisher.channels.iter().filter(|(_, post)| post.quarantine.is_some());
            wrong.extend(resting.map(|(name, _)| format!("{name} was put aside")));
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join("\n"))
        }
    }

    async fn start(&mut self) -> Step {
        self.bed.start().await;
        self.note("a publisher takes over");
        let wrong = self.watch.after_take_over(&self.bed).await;
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join("\n"))
        }
    }

    pub(super) async fn advance(&mut self) -> Step {
        let did = self
            .bed
            .publisher()
            .advance()
            .await
            .map_err(|fault| format!("{fault:?}"))?;
        self.note(format!("advance: {did}"));
        if did && self.chance.of_hundred(8) {
            // Stopped after the commit, before any call was begun.
            let seconds = self.chance.between(3, 900);
            self.note(format!("stopped for {seconds} s"));
            self.bed.clock.pass(SignedDuration::from_secs(seconds));
            self.bed.net.arrivals();
            if self.chance.of_hundred(40) {
                self.hold().await?;
            }
        }
        self.bed.rest().await;
        if self.chance.of_hundred(15) {
            self.bed
                .publisher()
                .tell()
                .await
                .map_err(|fault| format!("{fault:?}"))?;
        }
        Ok(())
    }

    fn time_passes(&mut self) {
        let seconds = match self.chance.between(0, 10) {
            0..5 => self.chance.between(1, 30),
            5..8 => self.chance.between(30, 200),
            _ => self.chance.between(200, 2400),
        };
        self.note(format!("{seconds} s pass"));
        self.bed.pass(seconds);
        self.bed.net.expire();
    }

    /// The machine sleeps, with calls under way: their answers may wait for it.
    fn suspended(&mut self) {
        let seconds = self.chance.between(60, 6 * 3600);
        self.note(format!("suspended for {seconds} s"));
        self.bed.pass(seconds);
    }

    async fn killed(&mut self) -> Step {
        if self.chance.of_hundred(15) {
            self.note("the configuration is read again");
            let app = self.bed.app.clone();
            self.bed.publisher().reload(app);
            return Ok(());
        }
        self.note("killed");
        let dead = {
            drop(self.bed.publisher.take());
            self.bed.net.cut_off()
        };
        let (now, chance) = (self.bed.now(), &mut self.chance);
        self.bed.net.after_death(&dead, |kind| {
            let ms = chance.between(1, i64::try_from(kind.longest_way().as_millis()).unwrap());
            chance.of_hundred(50).then(|| now + SignedDuration::from_millis(ms))
        });
        self.bed.rest().await;
        drop(dead);
        if self.chance.of_hundred(50) {
            let seconds = self.chance.between(1, 5000);
            self.bed.pass(seconds);
        }
        if self.chance.of_hundred(30) {
            self.act().await?;
        }
        self.start().await
    }

    async fn add(&mut self) -> Step {
        self.posts += 1;
        let what = self.bed.add_any(&mut self.chance, self.posts).await?;
        self.person(what);
        Ok(())
    }

    async fn act(&mut self) -> Step {
        let what = self.bed.act_any(&mut self.chance).await?;
        self.person(what);
        Ok(())
    }

    async fn resolve(&mut self) -> Step {
        let (what, said) = self.bed.resolve_any(&mut self.chance).await?;
        said.into_iter().for_each(|delivery| self.watch.note_said(delivery));
        self.person(what);
        Ok(())
    }

    async fn hold(&mut self) -> Step {
        let channel = self.chance.pick(&self.kinds).unwrap().name();
        let scopes = [
            Scope::All,
            Scope::Channel(channel.to_owned()),
            Scope::Tag("alpha".to_owned()),
        ];
        let scope = self.chance.pick(&scopes).unwrap().clone();
        if self.chance.of_hundred(40) {
            self.bed.hold(&scope).await?;
            self.watch.note_hold(true, &scope).await;
            self.person(format!("hold {scope:?}"));
            return Ok(());
        }
        let ways = [Overdue::Review, Overdue::Space, Overdue::Cancel];
        let way = *self.chance.pick(&ways).unwrap();
        if self.bed.release(&scope, way).await?.ended > 0 {
            self.watch.note_hold(false, &scope).await;
        }
        self.person(format!("release {scope:?}, {way:?}"));
        Ok(())
    }

    fn person(&mut self, what: String) {
        self.note(what);
        if self.chance.of_hundred(80) {
            self.bed.wake();
        }
    }

    /// No more trouble: everything comes to rest, and what is recorded is true.
    async fn all_is_well(&mut self) -> Step {
        self.note("all is well from here");
        let mut scopes = vec![Scope::All, Scope::Tag("alpha".to_owned())];
        scopes.extend(self.kinds.iter().map(|kind| Scope::Channel(kind.name().to_owned())));
        for scope in &scopes {
            if self.bed.release(scope, Overdue::Space).await?.ended > 0 {
                self.watch.note_hold(false, scope).await;
            }
        }
        drop(self.bed.publisher.take());
        drop(self.bed.net.cut_off());
        self.bed.rest().await;
        self.bed.pass(120);
        self.start().await?;
        for _ in 0..TURNS {
            if !self.turn().await? {
                let wrong = self.watch.at_rest(&self.bed).await;
                return if wrong.is_empty() {
                    Ok(())
                } else {
                    Err(wrong.join("\n"))
                };
            }
            self.check().await?;
        }
        Err(format!(
            "no rest after {TURNS} turns: {:?}",
            self.watch.at_rest(&self.bed).await
        ))
    }

    /// Everything that can be done now, then time until the next thing due. `false`: nothing is to come.
    async fn turn(&mut self) -> Result<bool, String> {
        let mut turns = 0;
        while self
            .bed
            .publisher()
            .advance()
            .await
            .map_err(|fault| format!("{fault:?}"))?
            || self.bed.publisher().is_busy()
        {
            self.bed.rest().await;
            for call in self.bed.net.waiting() {
                self.bed.net.serve(call.id);
                self.bed.net.reply(call.id);
            }
            self.bed.rest().await;
            turns += 1;
            if turns > 60 {
                return Err("the publisher does not come to rest".to_owned());
            }
        }
        if self.bed.publisher().must_tell() {
            self.bed
                .publisher()
                .tell()
                .await
                .map_err(|fault| format!("{fault:?}"))?;
        }
        let rows = self.bed.rows(&[State::Pending, State::Sending, State::Unknown]).await;
        let hopeless = |row: &crate::storage::Row| row.channel == Kind::Webhook.name() && row.d.state == State::Unknown;
        if rows.iter().all(|row| hopeless(row) && row.d.retry_at.is_none()) {
            return Ok(false);
        }
        let now = self.bed.now();
        let next = self
            .bed
            .publisher()
            .look_at()
            .unwrap_or(now + SignedDuration::from_mins(30));
        let seconds = next.duration_since(now).as_secs().clamp(0, 3600) + 1;
        self.note(format!("{seconds} s pass"));
        self.bed.pass(seconds);
        Ok(true)
    }
}

fn play(seed: u64, kinds: &[Kind]) {
    block_on(async {
        let mut story = Story::new(seed, kinds).await;
        if let Err(wrong) = story.play().await {
            let log = story.log.join("\n");
            panic!("seed {seed} on {kinds:?}\n{log}\n{wrong}");
        }
    });
}

fn seeds(from: u64, count: u64, kinds: &[Kind]) {
    match std::env::var("HANDBILL_SIM_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
    {
        Some(seed) => {
            if (from..from + 10_000).contains(&seed) {
                play(seed, kinds);
            }
        }
        None => {
            let times: u64 = std::env::var("HANDBILL_SIM_TIMES")
                .ok()
                .and_then(|n| n.parse().ok())
                .unwrap_or(1);
            for seed in from..from + count * times {
                play(seed, kinds);
            }
        }
    }
}

#[test]
fn mastodon_and_bluesky() {
    seeds(10_000, 90, &[Kind::Mastodon, Kind::Bluesky]);
}

#[test]
fn mastodon_and_a_webhook() {
    seeds(20_000, 90, &[Kind::Mastodon, Kind::Webhook]);
}

#[test]
fn bluesky_and_a_server_that_drops_no_repeat() {
    seeds(30_000, 90, &[Kind::Bluesky, Kind::Gotosocial]);
}
