-- What advanced queries look into: the lists of access keys, and how devices are connected.
-- The lists stand in access_key too, as they are shown; both are written in one transaction.

CREATE TABLE access_key_device (
  key_id         ${text} NOT NULL REFERENCES access_key (id) ON DELETE CASCADE,
  application_id ${text} NOT NULL,
  device_id      ${text} NOT NULL,
  PRIMARY KEY (key_id, device_id)
);
CREATE INDEX access_key_device_device ON access_key_device (application_id, device_id, key_id);

CREATE TABLE access_key_tag (
  key_id         ${text} NOT NULL REFERENCES access_key (id) ON DELETE CASCADE,
  application_id ${text} NOT NULL,
  place          INTEGER NOT NULL,
  tag_key        ${text}, -- NULL for any
  tag_value      ${text}, -- NULL for any
  PRIMARY KEY (key_id, place)
);
CREATE INDEX access_key_tag_key ON access_key_tag (application_id, tag_key, tag_value, key_id);
CREATE INDEX access_key_tag_value ON access_key_tag (application_id, tag_value, key_id);

-- Topics can be longer than an entry of an index may be, so only their beginning is in it.
CREATE TABLE access_key_text (
  key_id         ${text} NOT NULL REFERENCES access_key (id) ON DELETE CASCADE,
  application_id ${text} NOT NULL,
  list           ${text} NOT NULL, -- pubTopics, subTopics or addresses
  place          INTEGER NOT NULL,
  entry          ${text} NOT NULL,
  entry_folded   ${text} NOT NULL,
  PRIMARY KEY (key_id, list, place)
);
CREATE INDEX access_key_text_list ON access_key_text (application_id, list, key_id);

ALTER TABLE access_key ADD COLUMN description_folded ${text};

-- One row for each device that was ever connected.
CREATE TABLE device_connection (
  device_id       ${text} NOT NULL PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
  application_id  ${text} NOT NULL,
  status          ${text} NOT NULL, -- connected or disconnected
  connected_at    BIGINT,
  disconnected_at BIGINT
);
CREATE INDEX device_connection_status ON device_connection (application_id, status, device_id);
CREATE INDEX device_connection_made ON device_connection (application_id, connected_at, device_id);
CREATE INDEX device_connection_lost ON device_connection (application_id, disconnected_at, device_id);
