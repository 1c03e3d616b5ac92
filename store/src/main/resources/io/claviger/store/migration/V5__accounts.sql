-- Second factors, verified addresses, links by mail, and what people looked at last.

ALTER TABLE app_user ADD COLUMN must_verify SMALLINT NOT NULL DEFAULT 0; -- all but a few actions wait until email_verified
ALTER TABLE app_user ADD COLUMN requested_email ${text};                 -- takes the place of email once it is verified
ALTER TABLE app_user ADD COLUMN two_factor SMALLINT NOT NULL DEFAULT 0;  -- a code is asked for beside the password

-- The keys are sealed with the secret key of the installation, which is not in the database.
CREATE TABLE second_factor (
  user_id     ${text} NOT NULL PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
  offered_key ${bytes},         -- shown to the user, not in force
  offered_at  BIGINT,
  sealed_key  ${bytes},         -- in force
  last_step   BIGINT NOT NULL,  -- of the last code that was accepted; no code of this step or an earlier one is
  wrong_codes INTEGER NOT NULL  -- since the last that was accepted
);

CREATE TABLE recovery_code (
  user_id ${text} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  digest  ${bytes} NOT NULL,
  PRIMARY KEY (user_id, digest)
);

-- Tells whether the secret key of a node is the one that this database was written with.
CREATE TABLE secret_key_check (
  id          SMALLINT NOT NULL PRIMARY KEY CHECK (id = 1),
  fingerprint ${bytes} NOT NULL
);

-- Links that were sent by mail. Only the digest of what stands in a link is kept.
CREATE TABLE mail_link (
  digest     ${bytes} NOT NULL PRIMARY KEY,
  user_id    ${text} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  purpose    ${text} NOT NULL, -- verify or reset
  email      ${text} NOT NULL, -- where it was sent
  expires_at BIGINT NOT NULL
);
CREATE INDEX mail_link_user ON mail_link (user_id, purpose);
CREATE INDEX mail_link_expiry ON mail_link (expires_at);

-- Messages to be sent, without what is secret in them: links are made when they are sent.
CREATE TABLE mail_outbox (
  id         ${text} NOT NULL PRIMARY KEY,
  user_id    ${text} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  purpose    ${text} NOT NULL,
  email      ${text} NOT NULL,
  created_at BIGINT NOT NULL,
  attempts   INTEGER NOT NULL,
  due_at     BIGINT NOT NULL,
  UNIQUE (user_id, purpose, email)
);
CREATE INDEX mail_outbox_due ON mail_outbox (due_at);

-- How often messages to an address were asked for, whether or not it has an account. Old rows are removed.
CREATE TABLE mail_request (
  email_digest ${bytes} NOT NULL PRIMARY KEY, -- SHA-256 of the purpose and the folded address
  requests     INTEGER NOT NULL,
  first_at     BIGINT NOT NULL
);
CREATE INDEX mail_request_time ON mail_request (first_at);

CREATE TABLE recent_item (
  user_id   ${text} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  item_type ${text} NOT NULL,
  item_id   ${text} NOT NULL,
  parent_id ${text},
  viewed_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, item_type, item_id)
);
CREATE INDEX recent_item_time ON recent_item (user_id, item_type, viewed_at);
