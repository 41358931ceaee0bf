//! What people do meanwhile. They are honest: what they say of a post in doubt is what the network shows them then.

use jiff::SignedDuration;

use super::bed::{Bed, Chance};
use crate::app::add::{Add, Wish, Words, add};
use crate::app::change::{Place, Said, Target, cancel, resolve, retry, shift};
use crate::app::compose::{freeze, message};
use crate::app::edit::{Edit, edit};
use crate::app::fingerprint::fingerprint;
use crate::app::hold::{Overdue, Standing, hold, release};
use crate::app::{Fault, lanes};
use crate::domain::compose;
use crate::domain::delivery::{Part, State};
use crate::domain::post::Planned;
use crate::storage::{Filter, Order, PartRow, Row, Scope};

/// What came of a person's command: `None`, it was refused by a rule.
pub(super) fn allowed<T>(result: Result<T, Fault>) -> Result<Option<T>, String> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(
            Fault::Refused { .. }
            | Fault::NothingTo { .. }
            | Fault::Input { .. }
            | Fault::Embargoed { .. }
            | Fault::IdTaken { .. },
        ) => Ok(None),
        Err(other) => Err(format!("a person's command failed: {other:?}")),
    }
}

fn after(bed: &Bed, minutes: i64) -> Planned {
    Planned {
        at: bed.now() + SignedDuration::from_mins(minutes),
        wall: None,
    }
}

/// The words of the `n`-th post.
pub(super) fn words(n: i64) -> Words {
    Words {
        url: Some(format!("https://news.example/{n}")),
        title: Some(format!("Title {n}")),
        summary: Some(format!("Words of post {n}.")),
        ..Words::default()
    }
}

fn wish(bed: &Bed, chance: &mut Chance) -> Wish {
    match chance.between(0, 10) {
        0..5 => Wish::Slot,
        5..8 => Wish::At(after(bed, chance.between(0, 90))),
        _ => Wish::Now,
    }
}

impl Bed {
    /// Adds a post that goes at once to these channels, and gives its number.
    pub(super) async fn add_now(&mut self, n: i64, channels: &[&str]) -> i64 {
        self.add_for(n, channels, Wish::Now).await
    }

    pub(super) async fn add_for(&mut self, n: i64, channels: &[&str], wish: Wish) -> i64 {
        let request = Add {
            words: words(n),
            to: Some(channels.iter().map(|name| (*name).to_owned()).collect()),
            wish,
            ..Add::default()
        };
        let id = add(&self.app, &mut self.people, &request).await.unwrap().post.id;
        self.wake();
        id
    }

    /// Adds a second post about the `n`-th article, on every channel, at once.
    pub(super) async fn add_again(&mut self, n: i64) -> i64 {
        let request = Add {
            words: words(n),
            wish: Wish::Now,
            allow_duplicate: true,
            ..Add::default()
        };
        let id = add(&self.app, &mut self.people, &request).await.unwrap().post.id;
        self.wake();
        id
    }

    /// The publisher hears that a person changed something.
    pub(super) fn wake(&mut self) {
        if let Some(publisher) = &mut self.publisher {
            publisher.wake();
        }
    }

    /// Makes a delivery that waits a thread of two parts about one link.
    pub(super) async fn thread(&mut self, post: i64, name: &str) {
        let clock = self.app.clock.clone();
        let mut tx = self.people.begin(&|| clock.now()).await.unwrap();
        let (row, words) = (
            tx.delivery_of(post, name).await.unwrap().unwrap(),
            tx.post(post).await.unwrap().unwrap(),
        );
        let channel = self.app.channel(name).unwrap();
        let facts = lanes::facts(&tx.channel(name).await.unwrap());
        let mut parts = message(&self.app, &words, channel, &facts).unwrap().parts;
        let url = words.url.clone().unwrap();
        parts.push(compose::Part {
            text: format!("And there is more: {url}"),
            spans: Vec::new(),
            lengths: Vec::new(),
            card: None,
        });
        for (no, part) in parts.iter().enumerate() {
            let frozen = freeze(
                &self.app,
                &words,
                channel,
                &facts,
                part,
                &crate::domain::picture::Shown::default(),
                tx.now,
            )
            .unwrap();
            let stored = PartRow {
                body_hash: fingerprint(frozen.body.as_bytes()),
                key: Some(frozen.key),
                text: part.text.clone(),
                link: Some(url.clone()),
                body: frozen.body,
            };
            tx.freeze_part(row.d.id, name, &Part::new(no), &stored).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// The deliveries in these states; all of them where none is given.
    pub(super) async fn rows(&mut self, states: &[State]) -> Vec<Row> {
        let now = self.now();
        let mut tx = self.people.read(now).await.unwrap();
        let filter = Filter {
            states: states.to_vec(),
            ..Filter::default()
        };
        tx.deliveries(&filter, Order::Id).await.unwrap()
    }

    /// The delivery of a post on a channel.
    pub(super) async fn row(&mut self, post: i64, channel: &str) -> Row {
        let now = self.now();
        let mut tx = self.people.read(now).await.unwrap();
        tx.delivery_of(post, channel).await.unwrap().unwrap()
    }

    pub(super) async fn state(&mut self, post: i64, channel: &str) -> State {
        self.row(post, channel).await.d.state
    }

    /// Adds a post as chance has it.
    pub(super) async fn add_any(&mut self, chance: &mut Chance, n: i64) -> Result<String, String> {
        let names: Vec<String> = self.app.config.channels.iter().map(|c| c.name.clone()).collect();
        let to = if chance.of_hundred(60) {
            names.clone()
        } else {
            vec![chance.pick(&names).unwrap().clone()]
        };
        let mut words = words(n);
        if chance.of_hundred(15) {
            words.embargo = Some(after(self, chance.between(5, 120)));
        }
        if chance.of_hundred(10) {
            words.expires = Some(after(self, chance.between(120, 300)));
        }
        if chance.of_hundred(30) {
            words.tags = vec!["alpha".to_owned()];
        }
        let request = Add {
            words,
            wish: wish(self, chance),
            to: Some(to.clone()),
            front: chance.of_hundred(10),
            ..Add::default()
        };
        let added = allowed(add(&self.app, &mut self.people, &request).await)?;
        let Some(added) = added else {
            return Ok(format!("add {n}: refused"));
        };
        let long = chance.of_hundred(25).then(|| chance.pick(&to).unwrap().clone());
        if let Some(name) = &long {
            self.thread(added.post.id, name).await;
        }
        Ok(format!("add {n}: {:?} to {to:?}, a thread on {long:?}", request.wish))
    }

    /// Something that a person does to a delivery. Tells what, and whether it was allowed.
    pub(super) async fn act_any(&mut self, chance: &mut Chance) -> Result<String, String> {
        let rows = self.rows(&[]).await;
        let Some(row) = chance.pick(&rows) else {
            return Ok("nothing to do".to_owned());
        };
        let target = Target {
            post: row.post,
            channel: chance.of_hundred(70).then(|| row.channel.clone()),
        };
        let wish = wish(self, chance);
        let place = match chance.between(0, 3) {
            0 => Place::Front,
            1 => Place::Slot,
            _ => Place::At(after(self, chance.between(1, 90))),
        };
        let edition = chance.between(2, 100);
        let (app, people) = (self.app.clone(), &mut self.people);
        let (what, done) = match chance.between(0, 10) {
            0..2 => ("cancel", allowed(cancel(&app, people, &target).await)?.is_some()),
            2..5 => (
                "retry",
                allowed(retry(&app, people, &target, &wish, false, false).await)?.is_some(),
            ),
            5..7 => ("move", allowed(shift(&app, people, &target, &place).await)?.is_some()),
            _ => {
                let request = Edit {
                    words: Words {
                        summary: Some(format!("Words of post {}, edition {edition}.", row.post)),
                        ..Words::default()
                    },
                    ..Edit::default()
                };
                ("edit", allowed(edit(&app, people, row.post, &request).await)?.is_some())
            }
        };
        Ok(format!("{what} {target:?}: {done}"))
    }

    /// A person says what became of a delivery in doubt, as the network shows it to them.
    pub(super) async fn resolve_any(&mut self, chance: &mut Chance) -> Result<(String, Option<i64>), String> {
        let rows = self.rows(&[State::Unknown]).await;
        let Some(row) = chance.pick(&rows) else {
            return Ok(("nothing in doubt".to_owned(), None));
        };
        let part = i64::try_from(row.d.next_part().unwrap_or(0)).unwrap();
        let copies = self.net.copies();
        let shown = copies.iter().find(|(kind, copy)| {
            kind.name() == row.channel && (copy.mark.delivery, copy.mark.part) == (row.d.id, part)
        });
        let said = match shown {
            Some((_, copy)) => {
                // Of a thread every part is named: their links are the same.
                let named = row.d.parts.len() > 1 || chance.of_hundred(80);
                Said::Published {
                    url: named.then(|| copy.id.clone()),
                }
            }
            None => Said::Absent,
        };
        let app = self.app.clone();
        let done = allowed(resolve(&app, &mut self.people, row.post, &row.channel, &said).await)?.is_some();
        Ok((
            format!("resolve {}: {said:?}, {done}", row.name()),
            done.then_some(row.d.id),
        ))
    }

    pub(super) async fn hold(&mut self, scope: &Scope) -> Result<Standing, String> {
        let app = self.app.clone();
        let held = hold(&app, &mut self.people, scope, "a test", None).await;
        held.map_err(|fault| format!("{fault:?}"))
    }

    pub(super) async fn release(&mut self, scope: &Scope, overdue: Overdue) -> Result<Standing, String> {
        let app = self.app.clone();
        let released = release(&app, &mut self.people, scope, overdue).await;
        released.map_err(|fault| format!("{fault:?}"))
    }
}
