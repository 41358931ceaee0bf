//! The pictures of posts, and as they fit each channel.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::posts::AT_ONCE;
use super::{Error, Result, Tx};
use crate::domain::picture::{Fitted, Picture, Shown};

/// The number of the link card's thumbnail.
const THUMB: i64 = -1;

impl Tx<'_> {
    /// Writes the pictures of a post; those that it had, and all that was made from them, are gone.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn save_pictures(&mut self, post: i64, pictures: &[Picture]) -> Result<()> {
        for statement in [
            "DELETE FROM fitted WHERE post = $1 AND no >= 0",
            "DELETE FROM picture WHERE post = $1",
        ] {
            sqlx::query(statement).bind(post).execute(&mut *self.tx).await?;
        }
        for (no, picture) in (0_i64..).zip(pictures) {
            sqlx::query("INSERT INTO picture (post, no, hash, alt) VALUES ($1, $2, $3, $4)")
                .bind(post)
                .bind(no)
                .bind(&picture.hash)
                .bind(&picture.alt)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// The pictures of a post, in order.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn pictures(&mut self, post: i64) -> Result<Vec<Picture>> {
        let rows = sqlx::query("SELECT hash, alt FROM picture WHERE post = $1 ORDER BY no")
            .bind(post)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Picture {
                    hash: row.try_get("hash")?,
                    alt: row.try_get("alt")?,
                })
            })
            .collect()
    }

    /// Writes what goes to a channel, in the place of what was to go there.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn save_shown(&mut self, post: i64, channel: &str, shown: &Shown) -> Result<()> {
        sqlx::query("DELETE FROM fitted WHERE post = $1 AND channel = $2")
            .bind(post)
            .bind(channel)
            .execute(&mut *self.tx)
            .await?;
        let numbered = (0_i64..)
            .zip(&shown.pictures)
            .chain(shown.thumb.iter().map(|thumb| (THUMB, thumb)));
        for (no, fitted) in numbered {
            sqlx::query(
                "INSERT INTO fitted (post, channel, no, hash, mime, width, height, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(post)
            .bind(channel)
            .bind(no)
            .bind(&fitted.hash)
            .bind(&fitted.mime)
            .bind(i64::from(fitted.width))
            .bind(i64::from(fitted.height))
            .bind(i64::try_from(fitted.bytes).unwrap_or(i64::MAX))
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }

    /// What goes to each channel of a post; nothing where it has neither pictures nor thumbnail.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn shown(&mut self, post: i64) -> Result<BTreeMap<String, Shown>> {
        let mut posts = self.shown_of(&BTreeSet::from([post])).await?;
        Ok(posts.remove(&post).unwrap_or_default())
    }

    /// As [`Tx::shown`], of several posts; those that have neither pictures nor thumbnail are left out.
    ///
    /// # Errors
    /// Where a row cannot be read.
    pub async fn shown_of(&mut self, posts: &BTreeSet<i64>) -> Result<BTreeMap<i64, BTreeMap<String, Shown>>> {
        let ids: Vec<i64> = posts.iter().copied().collect();
        let mut map: BTreeMap<i64, BTreeMap<String, Shown>> = BTreeMap::new();
        for some in ids.chunks(AT_ONCE) {
            let mut q: QueryBuilder<Sqlite> = QueryBuilder::new(
                "SELECT f.*, p.alt FROM fitted f LEFT JOIN picture p ON p.post = f.post AND p.no = f.no WHERE f.post IN (",
            );
            let mut list = q.separated(", ");
            for id in some {
                list.push_bind(*id);
            }
            q.push(") ORDER BY f.post, f.channel, f.no");
            for row in &q.build().fetch_all(&mut *self.tx).await? {
                let of_post = map.entry(row.try_get("post")?).or_default();
                let shown = of_post.entry(row.try_get("channel")?).or_default();
                let fitted = read(row)?;
                if row.try_get::<i64, _>("no")? == THUMB {
                    shown.thumb = Some(fitted);
                } else {
                    shown.pictures.push(fitted);
                }
            }
        }
        Ok(map)
    }

    /// Every picture that a post needs.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn picture_hashes(&mut self) -> Result<HashSet<String>> {
        let list: Vec<String> = sqlx::query_scalar("SELECT hash FROM picture UNION SELECT hash FROM fitted")
            .fetch_all(&mut *self.tx)
            .await?;
        Ok(list.into_iter().collect())
    }
}

fn read(row: &SqliteRow) -> Result<Fitted> {
    let number = |column: &str| -> Result<u32> {
        u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Error::Corrupt {
            table: "fitted",
            id: row.try_get("post").unwrap_or_default(),
            what: format!("column {column} is no size"),
        })
    };
    Ok(Fitted {
        hash: row.try_get("hash")?,
        mime: row.try_get("mime")?,
        width: number("width")?,
        height: number("height")?,
        bytes: u64::from(number("bytes")?),
        alt: row.try_get("alt")?,
    })
}
