-- What queries look through by parts of texts, without reading the rows: texts that fit into an entry of an index stand in
-- it as they are and folded. The others, which are rare, have NULL there and are read.

ALTER TABLE access_key_text ADD COLUMN entry_brief ${text};        -- the entry, if it has at most 200 characters
ALTER TABLE access_key_text ADD COLUMN entry_brief_folded ${text};
UPDATE access_key_text SET entry_brief = entry, entry_brief_folded = entry_folded WHERE length(entry) <= 200;
DROP INDEX access_key_text_list;
DROP INDEX access_key_text_entry;
CREATE INDEX access_key_text_brief ON access_key_text (application_id, list, entry_brief, entry_brief_folded, key_id);

ALTER TABLE access_key ADD COLUMN description_brief ${text};       -- the description, if it has at most 200 characters
ALTER TABLE access_key ADD COLUMN description_brief_folded ${text};
UPDATE access_key SET description_brief = description, description_brief_folded = description_folded
  WHERE length(description) <= 200;
CREATE INDEX access_key_description ON access_key (application_id, description_brief, description_brief_folded, id);

-- Keys in the order of their ids or names of users, and counts by a set of ids.
CREATE INDEX access_key_listed ON access_key (application_id, id, name_folded, status);
CREATE INDEX access_key_key ON access_key (application_id, access_key, id);

-- The values of tags that begin so, whatever the case.
CREATE INDEX device_tag_folded ON device_tag (application_id, tag_key, value_folded, tag_value, device_id);
-- Whether and how a device is connected, without reading the row.
CREATE INDEX device_connection_device ON device_connection (device_id, status);
