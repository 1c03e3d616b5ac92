-- Keys in the orders of lists: those without a name come first.
DROP INDEX access_key_name;
CREATE INDEX access_key_name ON access_key (application_id, name_folded ${nullsFirst}, id, status);
DROP INDEX access_key_status;
CREATE INDEX access_key_status ON access_key (application_id, status, id, created_at);

-- The values of tags that begin so, whatever the case; and from value to value. As V16 had the first, SQLite took it for both
-- and went through the whole key at each value.
DROP INDEX device_tag_folded;
CREATE INDEX device_tag_folded ON device_tag (application_id, value_folded, tag_key, tag_value, device_id);
DROP INDEX device_tag_key;
CREATE INDEX device_tag_key ON device_tag (application_id, tag_key, tag_value, value_folded, device_id);

-- Nothing went along it.
DROP INDEX device_connection_device;
