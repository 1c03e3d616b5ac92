-- What has happened in an application and what people did about it. Data and not configuration, so no part of the change log (AUD-5).
CREATE TABLE event (
  id             ${text} NOT NULL PRIMARY KEY,
  application_id ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  source_type    ${text} NOT NULL, -- who reported it: user, apiToken or device, with its id and its name at that time
  source_id      ${text} NOT NULL,
  source_name    ${text} NOT NULL,
  level          ${text} NOT NULL,
  severity       SMALLINT NOT NULL, -- the level as a number, to order by
  state          ${text} NOT NULL,
  subject        ${text} NOT NULL,
  subject_folded ${text} NOT NULL,
  device_id      ${text}, -- stays when the device goes
  details        ${text} NOT NULL, -- JSON object: message, data, tags, updates, as they are shown
  created_at     BIGINT NOT NULL,
  updated_at     BIGINT NOT NULL
);
CREATE INDEX event_created ON event (application_id, created_at);
CREATE INDEX event_state ON event (application_id, state, severity, created_at);

-- The tags once more, to be searched.
CREATE TABLE event_tag (
  event_id       ${text} NOT NULL REFERENCES event (id) ON DELETE CASCADE,
  application_id ${text} NOT NULL,
  tag_key        ${text} NOT NULL,
  tag_value      ${text} NOT NULL,
  PRIMARY KEY (event_id, tag_key)
);
CREATE INDEX event_tag_value ON event_tag (application_id, tag_key, tag_value);
