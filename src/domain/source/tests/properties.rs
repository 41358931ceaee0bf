//! Over any sequence of feeds: nothing twice, nothing older than the day, oldest first, never a flood.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// An entry by small numbers, so that ids, addresses and words meet again and again in all combinations.
fn entry() -> impl Strategy<Value = Item> {
    let small = || prop_oneof![3 => 0..12_usize, 1 => 0..400_usize];
    let hour =
        prop_oneof![1 => Just(None), 4 => (-60..120_i64).prop_map(Some), 1 => (-9_000..9_000_i64).prop_map(Some)];
    let summary = prop::option::weighted(0.3, 0..3_usize);
    let all = (small(), prop::option::weighted(0.8, small()), small(), summary, hour);
    all.prop_map(|(id, url, title, summary, hour)| Item {
        id: format!("id-{id}"),
        summary: summary.map(|n| format!("Summary {n}")),
        url: url.map(|n| format!("https://example.org/{n}")),
        title: format!("Title {title}"),
        published: hour.map(on),
    })
}

#[derive(Clone, Debug)]
enum Look {
    Feed(Vec<Item>),
    /// The feed of before, without its last items.
    Shrunk(usize),
    /// The same with other ids, or addresses, or both.
    Renamed(bool, bool, usize),
}

fn look() -> impl Strategy<Value = Look> {
    prop_oneof![
        4 => prop::collection::vec(entry(), 0..12).prop_map(Look::Feed),
        1 => prop::collection::vec(entry(), 0..120).prop_map(Look::Feed),
        2 => (0..10_usize).prop_map(Look::Shrunk),
        2 => (any::<bool>(), any::<bool>(), 0..3_usize).prop_map(|(id, url, n)| Look::Renamed(id, url, n)),
    ]
}

/// The looks with the hour of each; the clock may jump.
fn looks() -> impl Strategy<Value = Vec<(Look, i64)>> {
    let step = prop_oneof![6 => 1..3_i64, 1 => -40..40_i64, 1 => -9_000..9_000_i64];
    prop::collection::vec((look(), step), 1..14).prop_map(|list| {
        let mut hour = 0;
        list.into_iter()
            .map(|(look, step)| {
                hour += step;
                (look, hour)
            })
            .collect()
    })
}

fn renamed(feed: &[Item], id: bool, url: bool, n: usize) -> Vec<Item> {
    let change = |item: &Item| Item {
        id: if id {
            format!("{}-{n}", item.id)
        } else {
            item.id.clone()
        },
        url: if url {
            item.url.as_ref().map(|url| format!("{url}-{n}"))
        } else {
            item.url.clone()
        },
        ..item.clone()
    };
    feed.iter().map(change).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_comes_twice_or_is_old_and_the_order_holds(looks in looks()) {
        let mut world = World::new(DAY);
        let mut whole: Vec<Item> = Vec::new();
        let mut first = true;
        for (look, hour) in looks {
            let feed = match look {
                Look::Feed(feed) => { whole.clone_from(&feed); feed }
                Look::Shrunk(by) => whole[..whole.len().saturating_sub(by)].to_vec(),
                Look::Renamed(id, url, n) => renamed(&whole, id, url, n),
            };
            let now = on(hour);
            let before = world.taken.len();
            let decision = world.show(&feed, now);
            let taken = &world.taken[before..];
            prop_assert!(taken.len() <= TAKE_MAX);
            let date = |item: &Item| item.published.filter(|at| *at <= on(hour + 24)).unwrap_or(now);
            prop_assert!(taken.is_sorted_by_key(date), "oldest first: {taken:?}");
            for item in taken {
                match item.published.filter(|at| *at <= on(hour + 24)) {
                    Some(published) => prop_assert!(published >= on(0), "{item:?} is older than the day"),
                    None => prop_assert!(!first, "{item:?} has no date and came at the first poll"),
                }
            }
            if decision.flood.is_some() {
                prop_assert!(decision.take.iter().all(|take| take.waiting.is_some()), "nothing new of a flood");
            }
            if decision.any {
                first = false;
            }
            // Nothing is lost in silence: all of it is known now, or waits.
            for item in &feed {
                prop_assert!(world.known.contains_key(&Key::Id(item.id.clone())), "{item:?} was passed over");
            }
        }
        let ids: BTreeSet<&str> = world.taken.iter().map(|item| item.id.as_str()).collect();
        prop_assert_eq!(ids.len(), world.taken.len(), "no id twice");
        let urls: Vec<&str> = world.taken.iter().filter_map(|item| item.url.as_deref()).collect();
        prop_assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), urls.len(), "no address twice");
    }

    #[test]
    fn a_feed_that_stays_is_taken_whole_in_the_end(hours in prop::collection::btree_set(1..90_i64, 0..50)) {
        let mut world = World::new(DAY);
        world.show(&[item(999, None)], on(0));
        let feed: Vec<Item> = hours.iter().rev().map(|hour| item(*hour as usize, Some(on(*hour)))).collect();
        for poll in 0..4 {
            world.show(&feed, on(100 + poll));
        }
        let oldest_first: Vec<Item> = feed.into_iter().rev().collect();
        prop_assert_eq!(world.taken, oldest_first);
    }

    #[test]
    fn a_pause_is_never_less_than_an_hour_nor_without_end(
        failures in any::<u32>(),
        every in 0..3_000_000_i64,
        wish in prop::option::of(0..i64::MAX),
        failed in any::<bool>(),
        name in "[a-z0-9-]{1,40}",
    ) {
        let state = State { failures, ..State::new(on(0)) };
        let outcome = if failed { Outcome::Failed("x") } else { Outcome::Same };
        let answer = Answer { outcome, retry_after: wish.map(SignedDuration::from_secs), moved: None };
        let (next, _) = after(&state, &name, SignedDuration::from_secs(every), &answer, on(0));
        let pause = next.next_at.map(|at| at.duration_since(on(0)));
        prop_assert!(pause.is_some_and(|pause| pause >= hours(1)));
        prop_assert!(pause.is_some_and(|pause| pause <= hours(24 * 36)));
        prop_assert!(!due(&next, on(0)));
    }
}
