//! The daemon asks by itself, beside its work.

use super::{FETCH, publish, source, titles};
use crate::bed::{Bed, HEAD};
use crate::fake::site::{Entry, Site};
use crate::fake::{Fake, Fault, When};
use crate::network::{ARTICLE, feed_channel};
use crate::patience::until;

/// A feed channel `site`, and these sources, at the true time.
fn bed(sources: &str) -> Bed {
    let bed = Bed::empty();
    write(&bed, sources);
    bed.json(&["init", "."]);
    bed
}

fn write(bed: &Bed, sources: &str) {
    bed.write(
        "handbill.toml",
        &format!("{HEAD}\n{}{sources}{FETCH}", feed_channel("site")),
    );
}

/// An article of today.
fn new(number: usize) -> Entry {
    Entry::new(number, &jiff::Timestamp::now().to_string())
}

#[test]
fn a_daemon_asks_and_makes_drafts_and_a_second_one_asks_nothing_again() {
    let bed = bed("");
    let site = Fake::start("site", &bed.target, Site::new());
    write(&bed, &source("blog", &site, ""));
    publish(&site, [new(1)]);
    let mut daemon = bed.daemon();
    until("the article is a draft", || {
        (titles(&bed) == ["Article 1"]).then_some(())
    });
    until("it says so", || {
        daemon.log().contains("blog: 1 new article: post 1").then_some(())
    });
    daemon.kill();
    let mut daemon = bed.daemon();
    // What is done after the look at the sources shows that there was one.
    bed.add_now(ARTICLE);
    bed.wait_state(&bed.database(), "2/site", "published");
    daemon.term();
    assert_eq!(daemon.wait().code(), Some(0), "{}", daemon.log());
    assert_eq!(site.count_path("/feed"), 1, "it was not due");
}

#[test]
fn a_feed_that_hangs_delays_no_post_and_no_end() {
    let bed = bed("");
    let site = Fake::start("site", &bed.target, Site::new());
    write(&bed, &source("blog", &site, ""));
    site.on_path("/feed", [Fault::Hang(When::Read)]);
    let mut daemon = bed.daemon();
    until("it is asked", || (site.count_path("/feed") == 1).then_some(()));
    bed.add_now(ARTICLE);
    bed.wait_state(&bed.database(), "1/site", "published");
    daemon.term();
    assert_eq!(daemon.wait().code(), Some(0), "{}", daemon.log());
    let asked = "SELECT COUNT(*) FROM source WHERE checked_at IS NOT NULL";
    assert_eq!(
        bed.database().number(asked),
        0,
        "it ended before the feed's time was up"
    );
}

#[test]
fn a_source_that_is_added_is_asked_after_sighup() {
    let bed = bed("");
    let (one, two) = (
        Fake::start("one", &bed.target, Site::new()),
        Fake::start("two", &bed.target, Site::new()),
    );
    write(&bed, &source("one", &one, ""));
    publish(&one, [new(1)]);
    publish(&two, [new(2)]);
    let mut daemon = bed.daemon();
    until("the first is read", || (titles(&bed).len() == 1).then_some(()));
    write(&bed, &format!("{}{}", source("one", &one, ""), source("two", &two, "")));
    daemon.hup();
    until("the second is read", || {
        (titles(&bed) == ["Article 1", "Article 2"]).then_some(())
    });
    assert_eq!(one.count_path("/feed"), 1, "the first was not due");
    daemon.term();
    assert_eq!(daemon.wait().code(), Some(0), "{}", daemon.log());
}

#[test]
fn a_daemon_that_dies_while_it_asks_loses_and_doubles_nothing() {
    for point in ["poll-asked", "poll-before-commit", "poll-after-commit"] {
        let bed = bed("");
        let site = Fake::start("site", &bed.target, Site::new());
        write(&bed, &source("blog", &site, "queue = true\n"));
        publish(&site, [new(1), new(2)]);
        let mut daemon = bed.daemon_with(&[("HANDBILL_TEST_CRASH", point)]);
        daemon.wait();
        let mut daemon = bed.daemon();
        until(&format!("both are there after {point}"), || {
            (titles(&bed).len() == 2).then_some(())
        });
        daemon.term();
        daemon.wait();
        bed.json(&["source", "poll"]).done();
        assert_eq!(titles(&bed), ["Article 1", "Article 2"], "after {point}");
    }
}
