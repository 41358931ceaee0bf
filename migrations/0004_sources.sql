-- An organisation's own feeds, and what was seen in them.
CREATE TABLE source (
    name       TEXT PRIMARY KEY,
    url        TEXT    NOT NULL,            -- as configured; another one begins anew
    etag       TEXT,                        -- of the latest answer whose items are all dealt with
    modified   TEXT,
    checked_at INTEGER,
    next_at    INTEGER,                     -- NULL: as soon as possible
    failures   INTEGER NOT NULL,            -- one after another
    floods     INTEGER NOT NULL,            -- since an item was taken
    gone       TEXT,                        -- why it is not asked until a person asks
    added_at   INTEGER NOT NULL,            -- nothing older than this day is taken
    begun_at   INTEGER,                     -- when its items were first seen
    moved      TEXT,                        -- where it has moved for good
    error      TEXT,
    CHECK (gone IN ('gone', 'unsteady'))
) WITHOUT ROWID;

-- What is known of a feed's items, for ever. A row without a post was seen and not taken. An item that shows itself
-- under a further id or address gets a further row with that alone.
CREATE TABLE source_item (
    row     INTEGER PRIMARY KEY,
    source  TEXT    NOT NULL REFERENCES source (name),
    id      TEXT,                           -- the feed's own
    url     TEXT,                           -- tidied
    words   TEXT,                           -- the fingerprint of title, summary and date
    seen_at INTEGER NOT NULL,
    waits   INTEGER NOT NULL,               -- new, and to be taken by a later poll
    post    INTEGER REFERENCES post (id),
    CHECK (id IS NOT NULL OR url IS NOT NULL OR words IS NOT NULL),
    CHECK (waits = 0 OR post IS NULL)
);
-- Exactly once: the row of an item that becomes a post is written in the transaction that writes the post.
CREATE UNIQUE INDEX source_item_id ON source_item (source, id) WHERE id IS NOT NULL;
CREATE UNIQUE INDEX source_item_url ON source_item (source, url) WHERE url IS NOT NULL;
CREATE UNIQUE INDEX source_item_words ON source_item (source, words) WHERE words IS NOT NULL;
CREATE UNIQUE INDEX source_item_post ON source_item (post) WHERE post IS NOT NULL;

PRAGMA user_version = 4;
