use super::*;
use crate::domain::post::Post;
use crate::domain::source::{Sight, decide};
use crate::storage::{NewPost, Store, Take as Open};

fn now() -> Timestamp {
    "2026-11-27T10:00:00Z".parse().expect("an instant")
}

async fn store(dir: &tempfile::TempDir) -> Store {
    Store::open(&dir.path().join("handbill.db"), Open::Create)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"))
}

fn row() -> SourceRow {
    SourceRow {
        name: "blog".to_owned(),
        url: "https://example.org/feed".to_owned(),
        state: State::new(now()),
    }
}

fn post(url: &str) -> Post {
    Post {
        url: Some(url.to_owned()),
        title: Some("A".to_owned()),
        draft: true,
        ..Post::blank(now(), "handbill")
    }
}

/// One look at a feed of items by number, as the program stores it; the posts that it made.
async fn look(tx: &mut Tx<'_>, numbers: std::ops::Range<usize>) -> Result<Vec<i64>> {
    let ids: Vec<(String, String)> = numbers
        .map(|n| (format!("id-{n}"), format!("https://example.org/{n}")))
        .collect();
    let sights: Vec<Sight<'_>> = ids
        .iter()
        .map(|(id, url)| Sight {
            id,
            url: Some(url),
            title: Some("A"),
            published: None,
            ..Sight::default()
        })
        .collect();
    let keys: Vec<Keys> = sights.iter().map(Keys::of).collect();
    let known = tx.source_known("blog", &keys).await?;
    let decision = decide(&sights, &known, true, now(), now());
    let mut posts = Vec::new();
    for take in &decision.take {
        let url = &ids[take.index].1;
        let new = NewPost {
            post: &post(url),
            same_as: url,
            also: None,
            key: None,
        };
        let id = tx.insert_post(&new).await?;
        tx.take_source_item("blog", take, Some(id)).await?;
        assert!(tx.is_from_source(id).await?);
        posts.push(id);
    }
    tx.note_source_items("blog", &decision).await?;
    Ok(posts)
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test);
}

#[test]
fn a_source_comes_back_as_it_was() {
    run(async {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = store(&dir).await;
        let mut tx = store.begin(&now).await.expect("begun");
        assert_eq!(tx.source("blog").await.expect("read"), None);
        tx.save_source(&row()).await.expect("saved");
        assert_eq!(tx.source("blog").await.expect("read"), Some(row()));
        let whole = SourceRow {
            url: "https://example.org/other".to_owned(),
            state: State {
                etag: Some("\"e\"".to_owned()),
                modified: Some("Fri".to_owned()),
                checked_at: Some(now()),
                next_at: Some(now()),
                failures: 3,
                floods: 2,
                flooded_at: Some(now()),
                stopped: Some(Stop::Unsteady),
                begun_at: Some(now()),
                moved: Some("https://new.example/".to_owned()),
                error: Some("no answer".to_owned()),
                ..State::new(now())
            },
            ..row()
        };
        tx.save_source(&whole).await.expect("saved");
        tx.commit().await.expect("committed");
        let mut tx = store.read(now()).await.expect("begun");
        assert_eq!(tx.source("blog").await.expect("read"), Some(whole));
    });
}

#[test]
fn items_are_taken_once_and_the_rest_waits() {
    run(async {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = store(&dir).await;
        let mut tx = store.begin(&now).await.expect("begun");
        tx.save_source(&row()).await.expect("saved");
        let first = look(&mut tx, 0..30).await.expect("stored");
        assert_eq!(first.len(), 20);
        let counts = tx.source_counts("blog").await.expect("counted");
        assert_eq!(
            (counts.taken, counts.waiting, counts.last_post),
            (20, 10, first.last().copied())
        );
        assert_eq!(counts.last_at, Some(now()));
        tx.commit().await.expect("committed");
        let mut tx = store.begin(&now).await.expect("begun");
        assert_eq!(look(&mut tx, 0..31).await.expect("stored").len(), 11);
        assert!(look(&mut tx, 0..31).await.expect("stored").is_empty());
        let counts = tx.source_counts("blog").await.expect("counted");
        assert_eq!((counts.taken, counts.waiting), (31, 0));
        assert_eq!(
            tx.source_counts("other").await.expect("counted"),
            SourceCounts::default()
        );
    });
}

#[test]
fn who_comes_second_keeps_nothing() {
    run(async {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = store(&dir).await;
        let mut tx = store.begin(&now).await.expect("begun");
        tx.save_source(&row()).await.expect("saved");
        look(&mut tx, 0..1).await.expect("stored");
        tx.commit().await.expect("committed");
        // Decided before the first had committed, and with each key alone.
        for keys in [
            Keys {
                id: Some("id-0".to_owned()),
                ..Keys::default()
            },
            Keys {
                id: Some("other".to_owned()),
                url: Some("https://example.org/0".to_owned()),
                ..Keys::default()
            },
        ] {
            let mut tx = store.begin(&now).await.expect("begun");
            let new = NewPost {
                post: &post("https://example.org/0"),
                same_as: "x",
                also: None,
                key: None,
            };
            let id = tx.insert_post(&new).await.expect("a post");
            let take = Take {
                index: 0,
                keys,
                waiting: None,
                echo: false,
            };
            let refused = tx.take_source_item("blog", &take, Some(id)).await;
            assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
            drop(tx);
            let mut tx = store.read(now()).await.expect("begun");
            assert_eq!(tx.post(id).await.expect("read"), None, "its post is gone with it");
        }
        let mut tx = store.begin(&now).await.expect("begun");
        let take = Take {
            index: 0,
            keys: Keys::default(),
            waiting: Some(1),
            echo: false,
        };
        let refused = tx.take_source_item("blog", &take, Some(1)).await;
        assert!(
            matches!(refused, Err(Error::Conflict(_))),
            "what no longer waits is not taken: {refused:?}"
        );
    });
}

#[test]
fn ten_thousand_items_are_recorded_and_found() {
    run(async {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = store(&dir).await;
        let mut tx = store.begin(&now).await.expect("begun");
        tx.save_source(&row()).await.expect("saved");
        let start = std::time::Instant::now();
        assert!(look(&mut tx, 0..10_000).await.expect("stored").is_empty(), "a flood");
        let stored = start.elapsed();
        let start = std::time::Instant::now();
        assert!(look(&mut tx, 0..10_000).await.expect("stored").is_empty(), "all known");
        eprintln!(
            "10,000 items: recorded in {stored:?}, looked up in {:?}",
            start.elapsed()
        );
        tx.commit().await.expect("committed");
    });
}

#[test]
fn look_ups_use_the_indexes() {
    run(async {
        let dir = tempfile::tempdir().expect("a folder");
        let mut store = store(&dir).await;
        let mut tx = store.begin(&now).await.expect("begun");
        for (column, sql) in [
            (
                "id",
                "EXPLAIN QUERY PLAN SELECT row FROM source_item WHERE source = 'a' AND id IN ('b', 'c')",
            ),
            (
                "url",
                "EXPLAIN QUERY PLAN SELECT row FROM source_item WHERE source = 'a' AND url IN ('b', 'c')",
            ),
            (
                "words",
                "EXPLAIN QUERY PLAN SELECT row FROM source_item WHERE source = 'a' AND words IN ('b', 'c')",
            ),
        ] {
            let rows = sqlx::query(sql).fetch_all(&mut *tx.tx).await.expect("explained");
            let plan: String = rows.iter().map(|row| row.get::<String, _>("detail")).collect();
            let expected = format!("INDEX source_item_{column} (source=? AND {column}=?)");
            assert!(plan.contains(&expected), "{plan}");
        }
    });
}
