//! The fingerprints of posts' words, by which the same words are found again.

use super::{Result, Tx};

impl Tx<'_> {
    /// Writes the fingerprints of a post's words; those that it had are gone.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn save_words(&mut self, post: i64, hashes: &[String]) -> Result<()> {
        sqlx::query("DELETE FROM post_words WHERE post = $1")
            .bind(post)
            .execute(&mut *self.tx)
            .await?;
        for hash in hashes {
            sqlx::query("INSERT INTO post_words (hash, post) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(hash)
                .bind(post)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// The newest other post with these words on the channel, not counting what came to nothing there.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn same_words(&mut self, hash: &str, channel: &str, not: i64) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT w.post FROM post_words w JOIN delivery d ON d.post = w.post WHERE w.hash = $1 AND d.channel = $2 \
             AND w.post <> $3 AND d.state NOT IN ('cancelled', 'failed', 'missed') ORDER BY w.post DESC LIMIT 1",
        )
        .bind(hash)
        .bind(channel)
        .bind(not)
        .fetch_optional(&mut *self.tx)
        .await?)
    }
}
