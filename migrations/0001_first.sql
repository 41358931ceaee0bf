-- Instants are milliseconds since 1970 UTC. Booleans are 0 or 1. Lists are joined by commas.
-- Words (states, timings, ...) that the program does not know cannot be written, and are an error where they are read.

-- One row. Every transaction begins by updating it, so that all run one after another.
CREATE TABLE control (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    seq         INTEGER NOT NULL,           -- grows with every transaction
    epoch       INTEGER NOT NULL,           -- grows with every publisher that takes over
    hold_seq    INTEGER NOT NULL,           -- grows with every hold and release
    now         INTEGER NOT NULL,           -- the instant of the present transaction
    last_wall   INTEGER NOT NULL,           -- the latest instant ever seen
    incarnation TEXT    NOT NULL,           -- tells this database from its copies
    tz_version  TEXT                        -- the zone rules that the planned times come from
);

CREATE TABLE post (
    id            INTEGER PRIMARY KEY,
    url           TEXT,
    same_as       TEXT NOT NULL,            -- what duplicates are compared by: the tidied URL, else the text's hash
    title         TEXT,
    summary       TEXT,
    language      TEXT,
    warning       TEXT,
    visibility    TEXT NOT NULL,
    thread        INTEGER NOT NULL,
    draft         INTEGER NOT NULL,
    tags          TEXT NOT NULL,
    hashtags      TEXT NOT NULL,
    embargo_at    INTEGER, embargo_wall TEXT, embargo_zone TEXT, embargo_pass TEXT,
    expires_at    INTEGER, expires_wall TEXT, expires_zone TEXT, expires_pass TEXT,
    version       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    created_by    TEXT NOT NULL,
    add_key       TEXT UNIQUE,              -- `add --key`
    add_hash      TEXT                      -- of what was added under that key
);
CREATE INDEX post_same ON post (same_as);

-- A channel's own text.
CREATE TABLE post_text (
    post    INTEGER NOT NULL REFERENCES post (id),
    channel TEXT NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (post, channel)
) WITHOUT ROWID;

CREATE TABLE delivery (
    id            INTEGER PRIMARY KEY,
    post          INTEGER NOT NULL REFERENCES post (id),
    channel       TEXT NOT NULL,
    network       TEXT NOT NULL,
    state         TEXT NOT NULL,
    timing        TEXT NOT NULL,
    due_at        INTEGER, due_wall TEXT, due_zone TEXT, due_pass TEXT,
    ready_at      INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    token         INTEGER,
    hold_seq      INTEGER NOT NULL,
    slot_key      TEXT,
    slot_at       INTEGER,
    wish          INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    retry_at      INTEGER,
    intent_at     INTEGER,                  -- of its latest visible attempt
    published_at  INTEGER,
    ended_at      INTEGER,                  -- when it failed, was missed or was cancelled
    attempts      INTEGER NOT NULL,
    error_kind    TEXT,
    error_message TEXT,
    error_at      INTEGER,
    added_at      INTEGER NOT NULL,
    UNIQUE (post, channel),
    CHECK (state IN ('pending', 'sending', 'unknown', 'published', 'retracted', 'failed', 'missed', 'cancelled')),
    CHECK (timing IN ('slot', 'at', 'now')),
    CHECK ((state = 'sending') = (token IS NOT NULL)),
    CHECK (timing = 'slot' OR due_at IS NOT NULL)
);
CREATE UNIQUE INDEX delivery_one_sending ON delivery (channel) WHERE state = 'sending';
CREATE UNIQUE INDEX delivery_slot ON delivery (channel, slot_key) WHERE slot_key IS NOT NULL;
-- A partial index costs a published post nothing. SQLite uses it where the same list of states stands in the query.
CREATE INDEX delivery_active ON delivery (state, channel) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX delivery_order ON delivery (channel, (timing = 'slot'), due_at, position, post) WHERE state = 'pending';
CREATE INDEX delivery_intent ON delivery (channel, intent_at) WHERE intent_at IS NOT NULL;
CREATE INDEX delivery_ended ON delivery (state) WHERE state IN ('failed', 'missed', 'cancelled', 'retracted');
CREATE INDEX delivery_time ON delivery (COALESCE(published_at, ended_at, slot_at, due_at, added_at)) WHERE state <> 'pending';

CREATE TABLE part (
    delivery     INTEGER NOT NULL REFERENCES delivery (id),
    channel      TEXT NOT NULL,
    no           INTEGER NOT NULL,
    doubt        TEXT NOT NULL,
    key          TEXT UNIQUE,
    text         TEXT,                      -- as readers see it
    link         TEXT,
    body         TEXT,                      -- the frozen bytes
    body_hash    TEXT,
    first_intent INTEGER,
    out_at       INTEGER,
    remote_id    TEXT,
    url          TEXT,
    PRIMARY KEY (delivery, no),
    CHECK (doubt IN ('none', 'key', 'look'))
) WITHOUT ROWID;
-- One post that was found never proves two parts.
CREATE UNIQUE INDEX part_remote ON part (channel, remote_id) WHERE remote_id IS NOT NULL;

CREATE INDEX part_out ON part (channel, out_at) WHERE out_at IS NOT NULL;
CREATE INDEX part_doubt ON part (channel) WHERE doubt <> 'none';

CREATE TABLE attempt (
    id         INTEGER PRIMARY KEY,
    delivery   INTEGER NOT NULL REFERENCES delivery (id),
    part       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    step       TEXT NOT NULL,
    n          INTEGER NOT NULL,
    visible    INTEGER NOT NULL,
    resend     INTEGER NOT NULL,
    token      INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    key        TEXT,
    request    TEXT NOT NULL,               -- exact, without the secret
    bytes_hash TEXT NOT NULL,
    intent_at  INTEGER NOT NULL,
    ended_at   INTEGER,
    answer     TEXT,
    evidence   TEXT,
    UNIQUE (delivery, part, version, step, n),
    CHECK (evidence IN ('accepted', 'refused', 'not_sent', 'absent', 'superseded', 'person'))
);
CREATE UNIQUE INDEX attempt_open ON attempt (delivery) WHERE visible = 1 AND evidence IS NULL;
CREATE INDEX attempt_running ON attempt (id) WHERE ended_at IS NULL;

CREATE TABLE hold (
    id       INTEGER PRIMARY KEY,
    scope    TEXT NOT NULL,
    name     TEXT,
    reason   TEXT NOT NULL,
    made_by  TEXT NOT NULL,
    since    INTEGER NOT NULL,
    until_at INTEGER,
    ended_at INTEGER,
    ended_by TEXT
);
CREATE INDEX hold_ended ON hold (COALESCE(ended_at, until_at));

-- What is known of a channel beside its configuration.
CREATE TABLE channel (
    name            TEXT PRIMARY KEY,
    network         TEXT NOT NULL,
    disconnected_at INTEGER,
    disconnected_by TEXT,                   -- 'refused' or 'person'
    reason          TEXT,
    facts           TEXT,
    facts_at        INTEGER,
    paced_until     INTEGER
) WITHOUT ROWID;

-- What somebody must be told: written with the trouble itself, sent until it was taken.
CREATE TABLE alert (
    id         INTEGER PRIMARY KEY,
    delivery   INTEGER REFERENCES delivery (id),
    channel    TEXT,
    kind       TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    message    TEXT NOT NULL,
    told_at    INTEGER
);
CREATE UNIQUE INDEX alert_once ON alert (delivery, kind, occurrence) WHERE delivery IS NOT NULL;
CREATE INDEX alert_untold ON alert (id) WHERE told_at IS NULL;

CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    act      TEXT NOT NULL,
    post     INTEGER,
    delivery INTEGER,
    detail   TEXT
);
CREATE INDEX audit_post ON audit (post) WHERE post IS NOT NULL;

-- The embargo, whatever the program does: before that instant nothing is claimed, nothing visible is begun, and
-- nothing becomes published without recorded evidence.
CREATE TRIGGER embargo_claim BEFORE UPDATE OF state ON delivery
WHEN NEW.state = 'sending' AND OLD.state <> 'sending'
 AND (SELECT embargo_at FROM post WHERE id = NEW.post) > (SELECT now FROM control)
BEGIN SELECT RAISE(ABORT, 'embargo'); END;

CREATE TRIGGER embargo_publish BEFORE UPDATE OF state ON delivery
WHEN NEW.state = 'published' AND OLD.state <> 'published'
 AND (SELECT embargo_at FROM post WHERE id = NEW.post) > (SELECT now FROM control)
 AND NOT EXISTS (SELECT 1 FROM attempt WHERE delivery = NEW.id AND evidence IN ('accepted', 'person'))
BEGIN SELECT RAISE(ABORT, 'embargo'); END;

CREATE TRIGGER embargo_insert BEFORE INSERT ON delivery
WHEN NEW.state IN ('sending', 'published')
 AND (SELECT embargo_at FROM post WHERE id = NEW.post) > (SELECT now FROM control)
BEGIN SELECT RAISE(ABORT, 'embargo'); END;

CREATE TRIGGER embargo_intent BEFORE INSERT ON attempt
WHEN NEW.visible = 1
 AND (SELECT p.embargo_at FROM post p JOIN delivery d ON d.post = p.id WHERE d.id = NEW.delivery)
     > (SELECT now FROM control)
BEGIN SELECT RAISE(ABORT, 'embargo'); END;

-- For staff, with any SQLite tool. These stay as they are when tables change.
CREATE VIEW history AS
SELECT d.post AS post_id, d.channel, d.network, d.state, p.title, p.summary, p.url,
    (SELECT group_concat(text, char(10, 10)) FROM (SELECT text FROM part WHERE delivery = d.id ORDER BY no)) AS text,
    (SELECT COALESCE(q.url, q.remote_id) FROM part q WHERE q.delivery = d.id AND q.no = 0) AS remote_url,
    strftime('%Y-%m-%dT%H:%M:%SZ', COALESCE(d.slot_at, d.due_at) / 1000, 'unixepoch') AS due_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.published_at / 1000, 'unixepoch') AS published_at,
    d.attempts, d.error_message AS error, p.tags, p.created_by
FROM delivery d JOIN post p ON p.id = d.post
WHERE d.state <> 'pending';

CREATE VIEW queue AS
SELECT d.post AS post_id, d.channel, d.state, d.timing,
    strftime('%Y-%m-%dT%H:%M:%SZ', COALESCE(d.slot_at, d.due_at) / 1000, 'unixepoch') AS due_at,
    p.title, p.summary, p.url, p.tags, p.created_by
FROM delivery d JOIN post p ON p.id = d.post
WHERE d.state IN ('pending', 'sending', 'unknown');

-- In the same transaction as the version: whoever sees the version finds the row.
INSERT INTO control (id, seq, epoch, hold_seq, now, last_wall, incarnation)
VALUES (1, 0, 0, 0, 0, 0, lower(hex(randomblob(16))));

PRAGMA user_version = 1;
