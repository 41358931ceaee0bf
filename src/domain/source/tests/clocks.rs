//! Dates and clocks that are wrong.

use jiff::tz::TimeZoneDatabase;

use super::*;

#[test]
fn dates_far_ahead_count_as_none() {
    let mut world = World::new(DAY);
    let ahead = |n: usize, hour: i64| item(n, Some(on(hour)));
    world.show(&[ahead(1, 9_000), ahead(2, 20), ahead(3, 1)], on(2));
    assert_eq!(
        world.titles(),
        ["Title 3", "Title 2"],
        "a few hours ahead is a zone that was mistaken"
    );
    world.show(&[ahead(4, 9_000), ahead(1, 9_000)], on(3));
    assert_eq!(
        world.titles()[2..],
        ["Title 4"],
        "it was never seen before, whatever its date"
    );
}

#[test]
fn a_clock_that_is_wrong_floods_nothing() {
    // Decades behind when the source was added: every date lies ahead of it.
    let feed: Vec<Item> = (0..40).map(|n| item(n, Some(on(-1_000 - n as i64)))).collect();
    let mut world = World::new("2000-01-01T00:00:00Z");
    world.show(&feed, at("2000-01-01T08:00:00Z"));
    world.show(&feed, on(1));
    assert!(world.taken.is_empty());
    // Ahead, then put right: nothing of before that day, as was said.
    let mut world = World::new("2030-01-01T00:00:00Z");
    world.show(&feed, at("2030-01-01T08:00:00Z"));
    world.show(&feed, on(1));
    assert!(world.taken.is_empty());
    // Back and forth after the first poll.
    let mut world = World::new(DAY);
    let mut feed = vec![item(1, Some(on(1))), item(0, Some(on(-5)))];
    for (n, hour) in [(2, -10_000), (3, 50), (4, -40), (5, 90_000), (6, 60)] {
        world.show(&feed, on(hour));
        feed.insert(0, item(n, Some(on(n as i64))));
        world.show(&feed, on(hour));
    }
    let mut ids: Vec<&str> = world.taken.iter().map(|item| item.id.as_str()).collect();
    ids.sort_unstable();
    let before = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), before, "nothing came twice");
    assert!(world.taken.iter().all(|item| item.published >= Some(on(0))));
    assert!(ids.len() >= 4, "and the news did come: {ids:?}");
}

#[test]
fn a_day_begins_where_the_organisation_is() {
    let zone = |name: &str| TimeZoneDatabase::bundled().get(name).expect("a zone");
    let added = at("2026-11-27T03:00:00Z");
    assert_eq!(since(added, &zone("Europe/London")), at("2026-11-27T00:00:00Z"));
    assert_eq!(since(added, &zone("America/New_York")), at("2026-11-26T05:00:00Z"));
    assert_eq!(since(added, &zone("Asia/Tokyo")), at("2026-11-26T15:00:00Z"));
    // A day that begins at 01:00, because the clocks went forward at midnight.
    assert_eq!(
        since(at("2018-11-04T12:00:00Z"), &zone("America/Sao_Paulo")),
        at("2018-11-04T03:00:00Z")
    );
}
