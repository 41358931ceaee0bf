-- When items were last taken for no news; a person's poll clears it. Until now that was forgotten with the next news.
ALTER TABLE source ADD COLUMN flooded_at INTEGER;
UPDATE source SET flooded_at = checked_at WHERE floods > 0;

PRAGMA user_version = 7;
