//! Posts and the channels' own texts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::records::{Reader, join, ms, planned_columns};
use super::{Result, Tx};
use crate::domain::picture::Picture;
use crate::domain::post::{Planned, Post, Visibility};

/// A post that is about to be written; its id comes from the database.
#[derive(Clone, Debug)]
pub struct NewPost<'a> {
    pub post: &'a Post,
    /// What duplicates are compared by.
    pub same_as: &'a str,
    /// The tidied canonical address, where it is another.
    pub also: Option<&'a str>,
    /// `add --key` and the hash of what was added under it.
    pub key: Option<(&'a str, &'a str)>,
}

fn read(row: &SqliteRow) -> Result<Post> {
    let r = Reader::new(row, "post")?;
    Ok(Post {
        id: r.id,
        url: r.get("url")?,
        title: r.get("title")?,
        summary: r.get("summary")?,
        language: r.get("language")?,
        warning: r.get("warning")?,
        visibility: r.word("visibility", Visibility::from_word)?,
        draft: r.get("draft")?,
        thread: r.get("thread")?,
        tags: r.list("tags")?,
        hashtags: r.list("hashtags")?,
        embargo: r.planned("embargo")?,
        expires: r.planned("expires")?,
        pictures: Vec::new(),
        texts: BTreeMap::new(),
        version: r.get("version")?,
        created_at: r.at("created_at")?,
        created_by: r.get("created_by")?,
    })
}

/// How many posts are read with one statement.
pub(super) const AT_ONCE: usize = 500;

/// Folds rows (each of a channel's own texts with each picture, those of a post together) into posts.
fn fold(rows: &[SqliteRow]) -> Result<Vec<Post>> {
    let mut list: Vec<Post> = Vec::new();
    for row in rows {
        let post = read(row)?;
        if list.last().is_none_or(|last| last.id != post.id) {
            list.push(post);
        }
        let text: Option<String> = row.try_get("t_channel")?;
        if let (Some(channel), Some(post)) = (text, list.last_mut()) {
            post.texts.insert(channel, row.try_get("t_text")?);
        }
        let no: Option<i64> = row.try_get("i_no")?;
        if let (Some(no), Some(post)) = (no, list.last_mut())
            && usize::try_from(no) == Ok(post.pictures.len())
        {
            post.pictures.push(Picture {
                hash: row.try_get("i_hash")?,
                alt: row.try_get("i_alt")?,
            });
        }
    }
    Ok(list)
}

impl Tx<'_> {
    /// Writes a new post (its `id` is not looked at) and gives its id.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn insert_post(&mut self, new: &NewPost<'_>) -> Result<i64> {
        let post = new.post;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO post (same_as, thread, visibility, draft, tags, hashtags, version, created_at, created_by, add_key, add_hash, also) \
             VALUES ($1, 0, $2, $3, '', '', $4, $5, $6, $7, $8, $9) RETURNING id",
        )
        .bind(new.same_as)
        .bind(post.visibility.as_str())
        .bind(post.draft)
        .bind(post.version)
        .bind(ms(post.created_at))
        .bind(&post.created_by)
        .bind(new.key.map(|(key, _)| key))
        .bind(new.key.map(|(_, hash)| hash))
        .bind(new.also)
        .fetch_one(&mut *self.tx)
        .await?;
        self.save_post(&Post { id, ..post.clone() }, new.same_as, new.also)
            .await?;
        Ok(id)
    }

    /// Writes everything of a post that a person can change. `also` is what its page calls the article: told where the
    /// article is another than before, else what is known of it stays.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn save_post(&mut self, post: &Post, same_as: &str, also: Option<&str>) -> Result<()> {
        let embargo = planned_columns(post.embargo.as_ref());
        let expires = planned_columns(post.expires.as_ref());
        sqlx::query(
            "UPDATE post SET url = $2, same_as = $3, title = $4, summary = $5, language = $6, warning = $7, visibility = $8, \
             draft = $9, tags = $10, hashtags = $11, version = $12, embargo_at = $13, embargo_wall = $14, embargo_zone = $15, \
             embargo_pass = $16, expires_at = $17, expires_wall = $18, expires_zone = $19, expires_pass = $20, thread = $21, \
             also = CASE WHEN same_as = $3 THEN also ELSE $22 END WHERE id = $1",
        )
        .bind(post.id)
        .bind(&post.url)
        .bind(same_as)
        .bind(&post.title)
        .bind(&post.summary)
        .bind(&post.language)
        .bind(&post.warning)
        .bind(post.visibility.as_str())
        .bind(post.draft)
        .bind(join(&post.tags))
        .bind(join(&post.hashtags))
        .bind(post.version)
        .bind(embargo.0)
        .bind(embargo.1)
        .bind(embargo.2)
        .bind(embargo.3)
        .bind(expires.0)
        .bind(expires.1)
        .bind(expires.2)
        .bind(expires.3)
        .bind(post.thread)
        .bind(also)
        .execute(&mut *self.tx)
        .await?;
        sqlx::query("DELETE FROM post_text WHERE post = $1")
            .bind(post.id)
            .execute(&mut *self.tx)
            .await?;
        for (channel, text) in &post.texts {
            sqlx::query("INSERT INTO post_text (post, channel, text) VALUES ($1, $2, $3)")
                .bind(post.id)
                .bind(channel)
                .bind(text)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// One post; `None` where there is none of this id.
    ///
    /// # Errors
    /// Where the row cannot be read.
    pub async fn post(&mut self, id: i64) -> Result<Option<Post>> {
        let rows = sqlx::query(
            "SELECT p.*, t.channel AS t_channel, t.text AS t_text, i.no AS i_no, i.hash AS i_hash, i.alt AS i_alt FROM post p \
             LEFT JOIN post_text t ON t.post = p.id LEFT JOIN picture i ON i.post = p.id WHERE p.id = $1 ORDER BY i.no",
        )
        .bind(id)
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(fold(&rows)?.pop())
    }

    /// Several posts by their ids.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn posts(&mut self, ids: &BTreeSet<i64>) -> Result<BTreeMap<i64, Post>> {
        let ids: Vec<i64> = ids.iter().copied().collect();
        let mut posts = BTreeMap::new();
        for some in ids.chunks(AT_ONCE) {
            let mut q: QueryBuilder<Sqlite> = QueryBuilder::new(
                "SELECT p.*, t.channel AS t_channel, t.text AS t_text, i.no AS i_no, i.hash AS i_hash, i.alt AS i_alt FROM post p \
                 LEFT JOIN post_text t ON t.post = p.id LEFT JOIN picture i ON i.post = p.id WHERE p.id IN (",
            );
            let mut list = q.separated(", ");
            for id in some {
                list.push_bind(*id);
            }
            q.push(") ORDER BY p.id, i.no");
            let rows = q.build().fetch_all(&mut *self.tx).await?;
            posts.extend(fold(&rows)?.into_iter().map(|post| (post.id, post)));
        }
        Ok(posts)
    }

    /// The newest posts, at most `limit`, with this tag if one is given.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn post_ids(&mut self, tag: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT id FROM post WHERE ($1 IS NULL OR instr(',' || tags || ',', ',' || $1 || ',') > 0) AND ($2 IS NULL OR id < $2) \
             ORDER BY id DESC LIMIT $3",
        )
        .bind(tag)
        .bind(before)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The post that was added under this key, and the hash of what was added.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn added_under(&mut self, key: &str) -> Result<Option<(i64, String)>> {
        let row = sqlx::query("SELECT id, add_hash FROM post WHERE add_key = $1")
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(|row| Ok((row.try_get("id")?, row.try_get("add_hash")?)))
            .transpose()
    }

    /// Planned times that hang on a zone's rules and may still matter: posts with one of their deliveries waiting.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn planned_posts(&mut self) -> Result<Vec<Post>> {
        let rows = sqlx::query(
            "SELECT * FROM post WHERE (embargo_wall IS NOT NULL OR expires_wall IS NOT NULL) AND id IN \
             (SELECT post FROM delivery WHERE state IN ('pending', 'sending', 'unknown'))",
        )
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Writes the instants of a post's embargo and expiry anew.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn set_post_instants(
        &mut self,
        id: i64,
        embargo: Option<&Planned>,
        expires: Option<&Planned>,
    ) -> Result<()> {
        let at = |planned: Option<&Planned>| planned.map(|p: &Planned| ms(p.at));
        sqlx::query("UPDATE post SET embargo_at = $2, expires_at = $3 WHERE id = $1")
            .bind(id)
            .bind(at(embargo))
            .bind(at(expires))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// The newest delivery on `channel` of another post with the same article (by the address given or by the page's
    /// own word for it), not counting those that came to
    /// nothing: post, state word, and when it went out or was added.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn same_article(
        &mut self,
        same_as: &str,
        also: Option<&str>,
        channel: &str,
        not: i64,
        since: Timestamp,
    ) -> Result<Option<(i64, String, Timestamp)>> {
        let row = sqlx::query(
            "SELECT d.id, d.post, d.state, COALESCE(d.published_at, d.added_at) AS at FROM delivery d JOIN post p ON p.id = d.post \
             WHERE (p.same_as IN ($1, $5) OR p.also IN ($1, $5)) AND d.channel = $2 AND p.id <> $3 AND d.state NOT IN ('cancelled', 'failed', 'missed') \
             AND (d.published_at IS NULL OR d.published_at > $4) AND COALESCE(d.published_at, d.added_at) > $4 \
             ORDER BY at DESC LIMIT 1",
        )
        .bind(same_as)
        .bind(channel)
        .bind(not)
        .bind(ms(since))
        .bind(also)
        .fetch_optional(&mut *self.tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let r = Reader::new(&row, "delivery")?;
        Ok(Some((r.get("post")?, r.get("state")?, r.at("at")?)))
    }
}
