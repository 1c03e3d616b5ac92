-- The change log and the end of its hash chain. Times are milliseconds since 1970-01-01T00:00:00Z.
-- ${text} is text that sorts and compares by its UTF-8 bytes, ${bytes} is raw bytes.

CREATE TABLE change_head (
  id SMALLINT PRIMARY KEY CHECK (id = 1),
  sequence BIGINT NOT NULL,
  hash ${bytes} NOT NULL
);

CREATE TABLE change_log (
  sequence ${key} PRIMARY KEY,
  recorded_at BIGINT NOT NULL,
  actor_type ${text} NOT NULL,
  actor_id ${text} NOT NULL,
  actor_name ${text} NOT NULL,
  actor_user_id ${text},
  action ${text} NOT NULL,
  subject_type ${text} NOT NULL,
  subject_id ${text} NOT NULL,
  subject_name ${text} NOT NULL,
  organization_id ${text},
  application_id ${text},
  before_json ${text},
  after_json ${text},
  previous_hash ${bytes} NOT NULL,
  hash ${bytes} NOT NULL
);

CREATE INDEX change_log_by_organization ON change_log (organization_id, sequence);
CREATE INDEX change_log_by_subject ON change_log (subject_type, subject_id, sequence);
CREATE INDEX change_log_by_actor_user ON change_log (actor_user_id, sequence);
