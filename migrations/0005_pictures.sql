-- The pictures of a post, by the hash of their bytes; the files lie in `<database>.d/media/`.
CREATE TABLE picture (
    post   INTEGER NOT NULL REFERENCES post (id),
    no     INTEGER NOT NULL,                -- from 0
    hash   TEXT NOT NULL,                   -- as it was given, but for what a camera wrote beside the picture
    alt    TEXT,
    PRIMARY KEY (post, no)
) WITHOUT ROWID;

-- A picture as it fits a channel.
CREATE TABLE fitted (
    post    INTEGER NOT NULL REFERENCES post (id),
    channel TEXT NOT NULL,
    no      INTEGER NOT NULL,               -- of the picture; -1 is the thumbnail of the link card
    hash    TEXT NOT NULL,
    mime    TEXT NOT NULL,
    width   INTEGER NOT NULL,
    height  INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (post, channel, no)
) WITHOUT ROWID;

PRAGMA user_version = 5;
