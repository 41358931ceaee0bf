-- The fingerprint of an item's title and summary: a feed that moves to another system changes ids, addresses and dates
-- together, and its old articles would come again. Rows from before this have none.
ALTER TABLE source_item ADD COLUMN text TEXT;
CREATE INDEX source_item_text ON source_item (source, text) WHERE text IS NOT NULL;

PRAGMA user_version = 6;
