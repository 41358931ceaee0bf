mod changes;
mod clocks;
mod properties;
mod timing;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

/// An item of a test's feed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    id: String,
    url: Option<String>,
    title: String,
    summary: Option<String>,
    published: Option<Timestamp>,
}

/// An item whose id, address and title come from a number.
fn item(number: usize, published: Option<Timestamp>) -> Item {
    Item {
        id: format!("id-{number}"),
        url: Some(format!("https://example.org/{number}")),
        title: format!("Title {number}"),
        summary: None,
        published,
    }
}

/// A source with what a database would keep of it.
struct World {
    since: Timestamp,
    begun: bool,
    known: Known,
    /// By row: the ids, addresses and words that lead to it.
    rows: i64,
    /// The items that became posts, in order.
    taken: Vec<Item>,
}

impl World {
    fn new(since: &str) -> Self {
        Self {
            since: at(since),
            begun: false,
            known: Known::new(),
            rows: 0,
            taken: Vec::new(),
        }
    }

    /// Shows a feed, stores what is decided as the database would, and gives the decision.
    fn show(&mut self, feed: &[Item], now: Timestamp) -> Decision {
        let sights: Vec<Sight<'_>> = feed
            .iter()
            .map(|item| Sight {
                id: &item.id,
                url: item.url.as_deref(),
                title: Some(&item.title),
                summary: item.summary.as_deref(),
                published: item.published,
            })
            .collect();
        let decision = decide(&sights, &self.known, self.begun, self.since, now);
        self.begun |= decision.any;
        for Take {
            index, keys, waiting, ..
        } in &decision.take
        {
            self.taken.push(feed[*index].clone());
            if let Some(row) = waiting {
                self.settle(*row);
            }
            self.insert(keys, false);
        }
        for Fresh { keys, waits } in &decision.fresh {
            self.insert(keys, *waits);
        }
        for row in &decision.settled {
            self.settle(*row);
        }
        decision
    }

    fn insert(&mut self, keys: &Keys, waits: bool) {
        self.rows += 1;
        for key in keys.iter() {
            let standing = Standing { row: self.rows, waits };
            let before = self.known.insert(key.clone(), standing);
            assert_eq!(before, None, "{key:?} is written twice, which the unique index refuses");
        }
        if let Some(text) = keys.text.clone() {
            self.known.insert(Key::Text(text), Standing { row: self.rows, waits });
        }
    }

    fn settle(&mut self, row: i64) {
        let mut any = false;
        for standing in self.known.values_mut().filter(|standing| standing.row == row) {
            assert!(standing.waits, "row {row} waits");
            standing.waits = false;
            any = true;
        }
        assert!(any, "row {row} is there");
    }

    fn titles(&self) -> Vec<&str> {
        self.taken.iter().map(|item| item.title.as_str()).collect()
    }
}

const DAY: &str = "2026-11-27T00:00:00Z";

/// `hour` hours after the beginning of the day on which the sources of these tests were added.
fn on(hour: i64) -> Timestamp {
    at(DAY).checked_add(hours(hour)).expect("an instant")
}

#[test]
fn the_first_poll_takes_what_is_of_that_day() {
    let mut world = World::new(DAY);
    let feed = [
        item(5, None),
        item(4, Some(on(9))),
        item(3, Some(on(0))),
        item(2, Some(on(-1))),
        item(1, Some(on(-9_000))),
    ];
    let decision = world.show(&feed, on(10));
    assert_eq!(world.titles(), ["Title 3", "Title 4"], "oldest first");
    assert_eq!(decision.fresh.len(), 3, "the others are recorded");
    let again = world.show(&feed, on(11));
    assert!(again.take.is_empty() && again.fresh.is_empty());
}

#[test]
fn what_comes_later_is_new_with_and_without_a_date_unless_it_is_old() {
    let mut world = World::new(DAY);
    world.show(&[item(1, None)], on(10));
    let feed = [
        item(4, None),
        item(3, Some(on(20))),
        item(2, Some(on(-48))),
        item(1, None),
    ];
    world.show(&feed, on(30));
    assert_eq!(world.titles(), ["Title 3", "Title 4"]);
}

#[test]
fn an_empty_feed_is_no_first_poll() {
    let mut world = World::new(DAY);
    assert!(!world.show(&[], on(1)).any);
    let all: Vec<Item> = (0..30).map(|number| item(number, None)).collect();
    world.show(&all, on(2));
    assert!(world.taken.is_empty(), "they may all be old");
    world.show(&[], on(3));
    world.show(&all, on(4));
    assert!(
        world.taken.is_empty(),
        "a feed that was empty in between brings nothing again"
    );
}

#[test]
fn ten_thousand_old_items_bring_nothing() {
    for date in [None, Some(on(-1_000))] {
        let mut world = World::new(DAY);
        let feed: Vec<Item> = (0..10_000).map(|number| item(number, date)).collect();
        let decision = world.show(&feed, on(1));
        assert_eq!(
            (decision.take.len(), decision.flood),
            (0, None),
            "nobody is bothered with what is old"
        );
        assert_eq!(decision.fresh.len(), 10_000);
        assert!(world.show(&feed, on(2)).take.is_empty());
    }
}

#[test]
fn ten_thousand_items_of_today_are_a_flood() {
    let mut world = World::new(DAY);
    let feed: Vec<Item> = (0..10_000).map(|number| item(number, Some(on(1)))).collect();
    let decision = world.show(&feed, on(2));
    assert_eq!((decision.take.len(), decision.flood), (0, Some(10_000)));
    assert_eq!(
        world.show(&feed, on(3)),
        Decision {
            any: true,
            ..Decision::default()
        }
    );
    let mut more = feed.clone();
    more.insert(0, item(10_000, Some(on(3))));
    world.show(&more, on(4));
    assert_eq!(world.titles(), ["Title 10000"], "news after a flood are news");
}

#[test]
fn of_many_new_items_the_oldest_come_first_and_the_rest_later() {
    let mut world = World::new(DAY);
    world.show(&[item(0, Some(on(-1)))], on(0));
    let feed: Vec<Item> = (1..=FLOOD).rev().map(|n| item(n, Some(on(n as i64)))).collect();
    let decision = world.show(&feed, on(60));
    assert_eq!(
        (decision.take.len(), decision.waiting, decision.flood),
        (TAKE_MAX, FLOOD - TAKE_MAX, None)
    );
    // More news meanwhile: those that wait do not make it a flood.
    let mut more: Vec<Item> = (FLOOD + 1..=FLOOD + 40)
        .rev()
        .map(|n| item(n, Some(on(n as i64))))
        .collect();
    more.extend(feed.iter().cloned());
    for hour in 100..104 {
        let decision = world.show(&more, on(hour));
        assert_eq!(decision.flood, None);
    }
    assert_eq!(world.show(&more, on(105)).waiting, 0);
    let expected: Vec<Item> = (1..=FLOOD + 40).map(|n| item(n, Some(on(n as i64)))).collect();
    assert_eq!(world.taken, expected, "all of them, in order");
}

#[test]
fn what_waits_comes_although_the_feed_lost_it_for_a_while() {
    let mut world = World::new(DAY);
    world.show(&[item(0, None)], on(0));
    let feed: Vec<Item> = (1..=30).map(|n| item(n, Some(on(n as i64)))).collect();
    world.show(&feed, on(40));
    assert_eq!(world.show(&[item(0, None)], on(41)).waiting, 0);
    world.show(&feed, on(42));
    assert_eq!(world.taken, feed);
}

#[test]
fn words_for_people_say_what_to_do() {
    let notices = [
        (
            Notice::Flood(200),
            "200 items appeared at once in the feed of source blog; none was taken.",
        ),
        (Notice::Unsteady(200), "handbill source poll blog"),
        (Notice::Gone, "handbill source poll blog"),
        (
            Notice::Moved("https://new.example/feed".to_owned()),
            "https://new.example/feed",
        ),
        (
            Notice::Failing("example.org does not answer".to_owned()),
            "example.org does not answer. It is tried again",
        ),
    ];
    let mut kinds = std::collections::BTreeSet::new();
    for (notice, words) in notices {
        assert!(notice.words("blog").contains(words), "{}", notice.words("blog"));
        assert!(kinds.insert(notice.as_str()));
    }
}
