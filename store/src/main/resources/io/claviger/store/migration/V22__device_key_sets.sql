-- Which keys the tags of a device have: the same set of keys stands here once, for however many devices. So what a query asks
-- of keys alone is decided for each set, and devices are found along an index.
CREATE TABLE device_key_set (
  id             ${text} NOT NULL, -- made of the application and the keys; of the first device that had them, if it is older
  application_id ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  tag_key        ${text} NOT NULL,
  PRIMARY KEY (id, tag_key)
);
CREATE INDEX device_key_set_key ON device_key_set (application_id, tag_key, id);

-- The set; empty for a device without tags. Written with the tags, in the same transaction.
ALTER TABLE device ADD COLUMN tag_keys ${text} NOT NULL DEFAULT '';

CREATE TABLE device_keys AS
  SELECT s.device_id, MIN(s.device_id) OVER (PARTITION BY s.application_id, s.tag_keys) AS first_id
  FROM (SELECT t.device_id, t.application_id, string_agg(t.tag_key, ',' ORDER BY t.tag_key) AS tag_keys
        FROM (SELECT DISTINCT device_id, application_id, tag_key FROM device_tag) t
        GROUP BY t.device_id, t.application_id) s;
CREATE INDEX device_keys_device ON device_keys (device_id);
UPDATE device SET tag_keys = (SELECT k.first_id FROM device_keys k WHERE k.device_id = device.id)
  WHERE id IN (SELECT k.device_id FROM device_keys k);
DROP TABLE device_keys;
INSERT INTO device_key_set (id, application_id, tag_key)
  SELECT DISTINCT t.device_id, t.application_id, t.tag_key FROM device_tag t WHERE t.device_id IN (SELECT d.tag_keys FROM device d);

CREATE INDEX device_tag_keys ON device (application_id, tag_keys, deleted_at, id);

-- Keys that were found by their ids, in the order in which they are listed first, without reading the rows.
DROP INDEX access_key_listed;
CREATE INDEX access_key_listed ON access_key (application_id, id, created_at, name_folded, status);
