-- The texts of the lists of access keys in the order of the keys: whoever looks at each text meets each key once, and a key has
-- its texts here without its row.
CREATE INDEX access_key_text_key ON access_key_text (application_id, list, key_id, entry_brief, entry_brief_folded);
