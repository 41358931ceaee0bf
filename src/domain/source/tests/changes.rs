//! Feeds that change what they showed before.

use super::*;

#[test]
fn a_feed_that_changes_its_ids_or_its_addresses_brings_nothing_again() {
    let feed: Vec<Item> = (0..10).map(|n| item(n, Some(on(n as i64)))).collect();
    let ids = |suffix: &str| -> Vec<Item> {
        let change = |item: &Item| Item {
            id: format!("{}{suffix}", item.id),
            ..item.clone()
        };
        feed.iter().map(change).collect()
    };
    let mut world = World::new(DAY);
    world.show(&feed, on(12));
    assert_eq!(world.taken, feed);
    world.show(&ids("-b"), on(13));
    // First the ids, then the addresses: the new ids were learnt in between.
    let moved: Vec<Item> = ids("-b")
        .into_iter()
        .map(|item| Item {
            url: item.url.map(|url| url.replace("example.org", "www.example.net")),
            title: format!("{}!", item.title),
            ..item
        })
        .collect();
    world.show(&moved, on(14));
    // Both at once, and the words stayed.
    let both: Vec<Item> = feed
        .iter()
        .map(|item| Item {
            id: format!("new-{}", item.id),
            url: Some(format!("https://new.example/{}", item.id)),
            ..item.clone()
        })
        .collect();
    world.show(&both, on(15));
    assert_eq!(world.taken, feed, "nothing came twice");
    // All three at once: nobody can know, but many at once are noticed.
    let many: Vec<Item> = (1_000..1_200).map(|n| item(n, Some(on(16)))).collect();
    assert_eq!(world.show(&many, on(17)).flood, Some(200));
    assert_eq!(world.taken.len(), 10);
}

/// An item with a summary, under the ids and addresses of the n-th system of the site.
fn told(number: usize, system: usize, hour: i64) -> Item {
    Item {
        id: format!("{system}/{number}"),
        url: Some(format!("https://system-{system}.example/{number}")),
        summary: Some(format!("What is said of {number}.")),
        ..item(number, Some(on(hour)))
    }
}

#[test]
fn a_feed_that_changes_ids_addresses_and_dates_together_brings_nothing_again() {
    let mut world = World::new(DAY);
    let feed: Vec<Item> = (0..10).map(|n| told(n, 1, 1)).collect();
    world.show(&feed, on(12));
    assert_eq!(world.taken.len(), 10);
    let mut moved: Vec<Item> = (0..10).map(|n| told(n, 2, 13)).collect();
    moved.insert(0, told(10, 2, 14));
    let decision = world.show(&moved, on(15));
    assert_eq!((decision.echoes, decision.flood), (10, None));
    assert_eq!(world.taken[10..], moved[..1], "news among them are news");
    assert_eq!(world.show(&moved, on(16)).echoes, 0, "they are known now");
    assert_eq!(world.taken.len(), 11);
}

#[test]
fn the_words_of_an_earlier_item_are_news_while_that_is_still_there_and_else_doubtful() {
    let mut world = World::new(DAY);
    let weekly = |n: i64| Item {
        id: format!("week-{n}"),
        url: Some(format!("https://example.org/week-{n}")),
        summary: Some("Our office hours this week.".to_owned()),
        ..item(0, Some(on(168 * n)))
    };
    world.show(&[weekly(0)], on(1));
    let second = world.show(&[weekly(1), weekly(0)], on(169));
    assert_eq!(second.take.iter().map(|take| take.echo).collect::<Vec<_>>(), [false]);
    // The one before has left the feed: it may be the same under other names.
    let third = world.show(&[weekly(2)], on(337));
    assert_eq!(third.take.iter().map(|take| take.echo).collect::<Vec<_>>(), [true]);
    assert_eq!(world.taken.len(), 3);
}

#[test]
fn what_may_be_an_old_article_never_waits_to_become_news() {
    let mut world = World::new(DAY);
    world.show(&[told(0, 1, 1)], on(2));
    // The latest of more than one poll takes.
    let mut feed: Vec<Item> = (1..=TAKE_MAX + 5).map(|n| told(n, 1, 10)).collect();
    feed.insert(0, told(0, 2, 11));
    let decision = world.show(&feed, on(12));
    let echoes: Vec<usize> = decision
        .take
        .iter()
        .filter(|take| take.echo)
        .map(|take| take.index)
        .collect();
    assert_eq!((echoes, decision.take.len(), decision.waiting), (vec![0], TAKE_MAX, 6));
    assert_eq!(decision.take.last().map(|take| take.index), Some(0), "oldest first");
}

#[test]
fn a_feed_that_shrinks_and_grows_brings_nothing_again() {
    let mut world = World::new(DAY);
    let feed: Vec<Item> = (0..40).map(|n| item(n, None)).collect();
    world.show(&feed[..20], on(1));
    world.show(&feed[10..12], on(2));
    world.show(&[], on(3));
    world.show(&feed[..20], on(4));
    assert!(world.taken.is_empty());
    world.show(&feed[..21], on(5));
    assert_eq!(world.taken, feed[20..21]);
    world.show(&feed[3..5], on(6));
    world.show(&feed[..21], on(10_000));
    assert_eq!(world.taken.len(), 1);
}

#[test]
fn two_entries_of_one_article_are_one() {
    let mut world = World::new(DAY);
    world.show(&[item(0, None)], on(0));
    let first = item(1, Some(on(1)));
    let same_address = Item {
        id: "other".to_owned(),
        url: Some("https://EXAMPLE.org/1/?utm_source=feed#top".to_owned()),
        title: "Another title".to_owned(),
        summary: None,
        published: Some(on(2)),
    };
    let same_id = Item {
        url: Some("https://example.org/again".to_owned()),
        title: "Third".to_owned(),
        ..first.clone()
    };
    world.show(&[first.clone(), same_address.clone(), same_id], on(3));
    assert_eq!(world.taken, [first]);
    // What they were called meanwhile is known, too.
    let later = Item {
        url: Some("https://example.org/later".to_owned()),
        title: "x".to_owned(),
        ..same_address
    };
    world.show(&[later], on(4));
    let again = Item {
        url: Some("https://example.org/again".to_owned()),
        ..item(9, Some(on(4)))
    };
    world.show(&[again], on(5));
    assert_eq!(world.taken.len(), 1);
}

#[test]
fn equal_words_at_different_times_are_different_articles() {
    let mut world = World::new(DAY);
    world.show(&[item(0, None)], on(0));
    let weekly = |n: i64| Item {
        title: "News of the week".to_owned(),
        ..item(n as usize, Some(on(n * 168)))
    };
    let undated = |n: usize| Item {
        title: "Minutes".to_owned(),
        published: None,
        ..item(n, None)
    };
    world.show(&[weekly(2), weekly(1), undated(50), undated(51)], on(500));
    assert_eq!(world.taken.len(), 4);
}

#[test]
fn what_gets_an_older_date_while_it_waits_is_old() {
    let feed: Vec<Item> = (0..30).map(|n| item(n, Some(on(1)))).collect();
    let mut world = World::new(DAY);
    assert_eq!(world.show(&feed, on(12)).waiting, 10);
    let waiting: Vec<Item> = feed
        .iter()
        .filter(|item| !world.taken.contains(item))
        .cloned()
        .collect();
    let older: Vec<Item> = waiting
        .iter()
        .map(|item| Item {
            published: Some(on(-48)),
            ..item.clone()
        })
        .collect();
    assert!(world.show(&older, on(13)).take.is_empty());
    assert!(world.show(&waiting, on(14)).take.is_empty(), "it was dealt with");
    assert_eq!(world.taken.len(), 20);
}
