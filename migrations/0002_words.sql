-- The words of a post by their fingerprint, so that the same words again are found among any number of posts.
CREATE TABLE post_words (
    hash TEXT NOT NULL,                     -- of the summary, or of a channel's own text
    post INTEGER NOT NULL REFERENCES post (id),
    PRIMARY KEY (hash, post)
) WITHOUT ROWID;
CREATE INDEX post_words_post ON post_words (post);

PRAGMA user_version = 2;
