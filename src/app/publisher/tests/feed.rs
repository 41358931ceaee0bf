//! The local feed: always whole, never older than it was, and an entry that stands there is not lost.

use std::io::{Read as _, Seek as _};
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

use super::bed::{Bed, block_on};
use super::sql;
use crate::domain::delivery::State;

const CHANNEL: &str = "[[channel]]\nname = \"site\"\nnetwork = \"feed\"\npath = \"public\"\nmin_gap = \"0s\"\n";

async fn started() -> Bed {
    let mut bed = Bed::with(7, CHANNEL, &[]).await;
    bed.start().await;
    through(&mut bed).await;
    bed
}

/// Until nothing is under way; files are written by a thread of their own.
async fn through(bed: &mut Bed) {
    loop {
        while bed.advance().await {}
        if !bed.publisher().is_busy() {
            return;
        }
        bed.publisher().answered().await;
    }
}

fn json(bed: &Bed) -> PathBuf {
    bed.folder.path().join("public/feed.json")
}

/// How many entries the feed shows.
fn entries(bed: &Bed) -> usize {
    let text = std::fs::read_to_string(json(bed)).unwrap_or_else(|_| r#"{"items":[]}"#.to_owned());
    let feed: serde_json::Value = serde_json::from_str(&text).expect("the feed is whole");
    feed["items"].as_array().unwrap().len()
}

fn shows(bed: &Bed, words: &str) -> bool {
    std::fs::read_to_string(json(bed)).is_ok_and(|text| text.contains(words))
}

/// `rename`: a reader that opened the old file goes on reading the old feed, whole. Written in place it would change
/// under it, and a crash would leave half a file.
#[test]
fn a_new_feed_is_put_in_the_place_of_the_old_one() {
    block_on(async {
        let mut bed = started().await;
        bed.add_now(1, &["site"]).await;
        through(&mut bed).await;
        let mut old = std::fs::File::open(json(&bed)).unwrap();
        let mut before = String::new();
        old.read_to_string(&mut before).unwrap();
        bed.add_now(2, &["site"]).await;
        through(&mut bed).await;
        assert_eq!(entries(&bed), 2);
        let mut after = String::new();
        old.rewind().unwrap();
        old.read_to_string(&mut after).unwrap();
        assert_eq!(before, after);
    });
}

/// Read inside: an entry that stands in the files, and of which nobody knows yet, is kept when the next one is written.
#[test]
fn an_entry_in_doubt_does_not_vanish_under_the_next_one() {
    block_on(async {
        let mut bed = started().await;
        let first = bed.add_now(1, &["site"]).await;
        assert!(bed.advance().await);
        // It is written, and its publisher dies before it can record that.
        while entries(&bed) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bed.kill().await;
        let second = bed.add_now(2, &["site"]).await;
        bed.start().await;
        assert!(bed.advance().await);
        while !shows(&bed, "https://news.example/2") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(entries(&bed), 2, "not even for a moment");
        through(&mut bed).await;
        assert_eq!(bed.state(first, "site").await, State::Published);
        assert_eq!(bed.state(second, "site").await, State::Published);
        assert_eq!(entries(&bed), 2);
    });
}

/// The entries are read when the files are made, not earlier: three posts one after another all stand there.
#[test]
fn every_entry_stays() {
    block_on(async {
        let mut bed = started().await;
        for n in 1..=3 {
            bed.add_now(n, &["site"]).await;
        }
        through(&mut bed).await;
        assert_eq!(entries(&bed), 3);
    });
}

/// What cannot be put in place is not in the feed, and is surely not sent: `feed.json`, the proof, comes last.
#[test]
fn a_folder_that_cannot_be_written_is_no_doubt() {
    block_on(async {
        let mut bed = started().await;
        let page = bed.folder.path().join("public/index.html");
        std::fs::create_dir_all(page.join("in the way")).unwrap();
        let post = bed.add_now(1, &["site"]).await;
        through(&mut bed).await;
        let row = bed.row(post, "site").await;
        assert_eq!((row.d.state, row.d.in_doubt()), (State::Pending, false));
        assert_eq!(entries(&bed), 0);
        std::fs::remove_dir_all(&page).unwrap();
        bed.pass(60);
        through(&mut bed).await;
        assert_eq!(bed.state(post, "site").await, State::Published);
        assert_eq!(entries(&bed), 1);
    });
}

/// `fresh` holds for files too.
#[test]
fn stopped_before_writing_it_writes_nothing() {
    block_on(async {
        let mut bed = started().await;
        let post = bed.add_now(1, &["site"]).await;
        // The thread that writes may run at once, so the time passes before it can have begun.
        bed.clock.stop_after_look(SignedDuration::from_secs(6));
        assert!(bed.advance().await);
        bed.publisher().answered().await;
        assert_eq!(entries(&bed), 0);
        bed.advance().await;
        assert_eq!(bed.state(post, "site").await, State::Pending);
        bed.pass(60);
        through(&mut bed).await;
        assert_eq!((bed.state(post, "site").await, entries(&bed)), (State::Published, 1));
    });
}

/// What was committed and then could not be begun is taken back as after a crash, and its channel is not lost.
#[test]
fn a_call_that_cannot_be_begun_is_tried_again() {
    block_on(async {
        let mut bed = started().await;
        bed.add_now(1, &["site"]).await;
        through(&mut bed).await;
        let mut database = bed.writer().await;
        let sound: String = sqlx::query_scalar(sql::BODY).fetch_one(&mut database).await.unwrap();
        sqlx::query(sql::DAMAGE).execute(&mut database).await.unwrap();
        let post = bed.add_now(2, &["site"]).await;
        through(&mut bed).await;
        assert_ne!(bed.state(post, "site").await, State::Published);
        let repair = sqlx::query(sql::REPAIR).bind(sound);
        repair.execute(&mut database).await.unwrap();
        bed.pass(61);
        through(&mut bed).await;
        assert_eq!((bed.state(post, "site").await, entries(&bed)), (State::Published, 2));
    });
}
