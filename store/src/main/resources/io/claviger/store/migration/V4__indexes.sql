-- Indexes for lists, filters and queries over applications with very many devices and keys. Columns behind the id are not
-- searched by; with them an entry tells whether its row matches, and the row itself is read for a page only.

-- Deleting an application ends the sessions of its devices.
CREATE INDEX device_session_application ON device_session (application_id);

CREATE INDEX device_class ON device (application_id, deleted_at, device_class, name_folded, id);
CREATE INDEX device_gateway ON device (gateway_id) WHERE gateway_id IS NOT NULL;
CREATE INDEX device_attribute_folded ON device_attribute (application_id, lower(name), device_id);

DROP INDEX access_key_application;
CREATE INDEX access_key_created ON access_key (application_id, created_at, id, name_folded, status);
CREATE INDEX access_key_updated ON access_key (application_id, updated_at, id, name_folded, status);
CREATE INDEX access_key_name ON access_key (application_id, name_folded, id, status);
CREATE INDEX access_key_status ON access_key (application_id, status, created_at, id);

-- Topics can be longer than an entry of an index may be: their first 64 characters tell nearly as well.
CREATE INDEX access_key_text_entry ON access_key_text (application_id, list, substr(entry, 1, 64), key_id);
-- Whether a device or key has such a tag or text at all, without reading the row.
CREATE INDEX device_tag_device ON device_tag (device_id, tag_key, tag_value);
