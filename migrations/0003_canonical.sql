-- The page's own word for an article's address, tidied, where it is another than the one that was given.
ALTER TABLE post ADD COLUMN also TEXT;
CREATE INDEX post_also ON post (also) WHERE also IS NOT NULL;

PRAGMA user_version = 3;
