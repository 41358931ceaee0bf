//! Rows that would take the program hours to make: a long past, and queues that are due at one instant. Written with
//! SQL of the schema's own names, so a migration that renames something shows here at once.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use super::Outcome;
use super::site::Site;

/// A short text of the size that such posts have.
const SUMMARY: &str = "Doctors who prescribe safer alternatives see fewer deaths and fewer emergencies, says a study of five \
     years in three cities. What the clinics learnt, and what they ask of the law.";

/// Runs something asynchronous to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

/// Opens a database file to fill it: quick, and not safe against a power cut.
async fn open(site: &Site) -> Outcome<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(&site.database)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-400000")
        .pragma("temp_store", "memory");
    Ok(SqliteConnection::connect_with(&options).await?)
}

async fn sql(connection: &mut SqliteConnection, text: String) -> Outcome {
    sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await?;
    Ok(())
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Fills a new database with published deliveries: posts on all of these channels, one each half hour until
/// yesterday, each with its part, its attempt and its lines in the audit log.
pub(crate) fn past(site: &Site, channels: &[String], deliveries: u32) -> Outcome {
    let posts = deliveries / u32::try_from(channels.len())?;
    if posts == 0 {
        return Ok(());
    }
    block_on(async {
        let mut connection = open(site).await?;
        // Indexes are made in the end, which is quicker; the triggers have nothing to guard here.
        let made: Vec<String> = sqlx::query(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type",
        )
        .fetch_all(&mut connection)
        .await?
        .iter()
        .map(|row| {
            let (kind, name): (String, String) = (row.get(0), row.get(1));
            (format!("DROP {kind} {name}"), row.get::<String, _>(2))
        })
        .map(|(drop, make)| format!("{drop};{make}"))
        .collect();
        for pair in &made {
            let (drop, _) = pair.split_once(';').unwrap_or_default();
            sql(&mut connection, drop.to_owned()).await?;
        }
        sql(&mut connection, past_sql(channels, posts)).await?;
        for pair in &made {
            let (_, make) = pair.split_once(';').unwrap_or_default();
            sql(&mut connection, make.to_owned()).await?;
        }
        connection.close().await?;
        Ok(())
    })
}

fn past_sql(channels: &[String], posts: u32) -> String {
    let values: Vec<String> = channels
        .iter()
        .enumerate()
        .map(|(no, name)| format!("({no}, '{name}')"))
        .collect();
    let (values, width) = (values.join(", "), channels.len());
    let day = 24 * 60 * 60 * 1000;
    // On the half hour, so that each is a slot of its channel.
    let end = (now_ms() - day) / 1_800_000 * 1_800_000;
    format!(
        "BEGIN;
         CREATE TEMP TABLE chan (no INTEGER PRIMARY KEY, name TEXT);
         INSERT INTO chan VALUES {values};
         INSERT INTO post (id, url, same_as, title, summary, language, visibility, thread, draft, tags, hashtags, version, created_at, created_by)
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {posts})
           SELECT i, 'https://example.org/articles/' || i, 'example.org/articles/' || i, 'Article number ' || i, '{SUMMARY}', 'en',
             'public', 0, 0, '', '', 1, {end} - ({posts} - i) * 1800000 - 7200000, 'bench' FROM n;
         INSERT INTO delivery (id, post, channel, network, state, timing, ready_at, position, hold_seq, slot_key, slot_at, wish,
             version, intent_at, published_at, attempts, added_at)
           SELECT (p.id - 1) * {width} + c.no + 1, p.id, c.name, 'webhook', 'published', 'slot', p.created_at, p.id, 0,
             strftime('%Y-%m-%dT%H:%M:%S', p.created_at / 1000 + 7200, 'unixepoch'), p.created_at + 7200000, 0, 1,
             p.created_at + 7200003, p.created_at + 7200150, 1, p.created_at
           FROM post p CROSS JOIN chan c ORDER BY p.id, c.no;
         INSERT INTO part (delivery, channel, no, doubt, key, text, link, body, body_hash, first_intent, out_at, remote_id, url)
           SELECT d.id, d.channel, 0, 'none', printf('msg_%032x', d.id), p.summary, p.url,
             '{{\"text\":\"' || p.summary || '\"}}', printf('%064x', d.id), d.intent_at, d.published_at, printf('%018d', d.id), p.url
           FROM delivery d JOIN post p ON p.id = d.post ORDER BY d.id;
         INSERT INTO attempt (delivery, part, version, step, n, visible, resend, token, seq, key, request, bytes_hash, intent_at,
             ended_at, answer, evidence)
           SELECT d.id, 0, 1, 'message', 1, 1, 0, d.id, d.id, printf('msg_%032x', d.id),
             '{{\"url\":\"https://hooks.example/' || d.channel || '\",\"body\":\"' || p.summary || '\"}}', printf('%064x', d.id),
             d.intent_at, d.published_at, '{{\"status\":200,\"body\":\"\"}}', 'accepted'
           FROM delivery d JOIN post p ON p.id = d.post ORDER BY d.id;
         INSERT INTO audit (seq, at, who, act, post) SELECT id, created_at, 'bench', 'add', id FROM post;
         INSERT INTO audit (seq, at, who, act, post, delivery)
           SELECT id, published_at, 'handbill', 'published', post, id FROM delivery;
         UPDATE control SET seq = {posts} * 10;
         DROP TABLE chan;
         COMMIT;"
    )
}

/// Queues `each` posts on every one of these channels, all due at one instant (milliseconds since 1970).
pub(crate) fn queue(site: &Site, channels: &[String], network: &str, each: u32, due: i64) -> Outcome {
    let (now, values) = (
        now_ms(),
        channels.iter().map(|name| format!("('{name}')")).collect::<Vec<_>>(),
    );
    let values = values.join(", ");
    let text = format!(
        "BEGIN;
         CREATE TEMP TABLE chan (name TEXT);
         INSERT INTO chan VALUES {values};
         CREATE TEMP TABLE last AS SELECT COALESCE(MAX(id), 0) AS id FROM post;
         INSERT INTO post (id, url, same_as, title, summary, language, visibility, thread, draft, tags, hashtags, version, created_at, created_by)
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each})
           SELECT last.id + i, 'https://example.org/queue/' || (last.id + i), 'example.org/queue/' || (last.id + i), 'Queued ' || i, '{SUMMARY}',
             'en', 'public', 0, 0, '', '', 1, {now}, 'bench' FROM n, last;
         INSERT INTO delivery (post, channel, network, state, timing, due_at, ready_at, position, hold_seq, wish, version, attempts, added_at)
           SELECT p.id, c.name, '{network}', 'pending', 'at', {due}, {now}, p.id, 0, 0, 1, 0, {now}
           FROM post p CROSS JOIN chan c WHERE p.id > (SELECT id FROM last) ORDER BY p.id;
         DROP TABLE last;
         DROP TABLE chan;
         COMMIT;"
    );
    block_on(async {
        let mut connection = open(site).await?;
        sql(&mut connection, text).await?;
        connection.close().await?;
        Ok(())
    })
}

/// Waits until so many deliveries that were due at this instant are published, and gives when the last one was.
pub(crate) fn published(site: &Site, due: i64, count: u32, most: Duration) -> Outcome<i64> {
    block_on(async {
        let options = SqliteConnectOptions::new().filename(&site.database).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let until = std::time::Instant::now() + most;
        loop {
            let row = sqlx::query("SELECT COUNT(published_at), MAX(published_at) FROM delivery WHERE due_at = $1")
                .bind(due)
                .fetch_one(&mut connection)
                .await?;
            let done: i64 = row.get(0);
            if done >= i64::from(count) {
                return Ok(row.get(1));
            }
            if std::time::Instant::now() > until {
                return Err(format!(
                    "{done} of {count} deliveries were published within {} s",
                    most.as_secs()
                )
                .into());
            }
            // Seldom, so as not to take the daemon's processor.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
}
