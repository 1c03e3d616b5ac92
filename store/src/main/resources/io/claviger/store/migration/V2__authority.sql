-- Accounts, organizations, what they own, and the credentials for it.
--
-- Times are milliseconds since 1970 (UTC). Ids are 24 lower-case hexadecimal digits. Flags are 0 or 1. A column *_folded holds the
-- form in which a name is sorted and searched. Lists that are always read as a whole are JSON arrays in text columns.

CREATE TABLE app_user (
  id                  ${text} NOT NULL PRIMARY KEY,
  email               ${text} NOT NULL,
  email_folded        ${text} NOT NULL UNIQUE,
  email_verified      SMALLINT NOT NULL,
  first_name          ${text} NOT NULL,
  last_name           ${text} NOT NULL,
  profile             ${text} NOT NULL, -- JSON object: the optional profile fields
  password_hash       ${text} NOT NULL, -- Argon2id, with its parameters; empty for an account without a password
  password_changed_at BIGINT NOT NULL,
  token_cutoff        BIGINT,
  created_at          BIGINT NOT NULL,
  updated_at          BIGINT NOT NULL
);

-- Failed log-ins by e-mail address, whether or not there is an account: that must not be told apart. Old rows are removed.
CREATE TABLE login_failure (
  email_digest ${bytes} NOT NULL PRIMARY KEY, -- SHA-256 of the folded address
  failures     INTEGER NOT NULL,
  failed_at    BIGINT NOT NULL
);
CREATE INDEX login_failure_time ON login_failure (failed_at);

CREATE TABLE user_session (
  id         ${text} NOT NULL PRIMARY KEY,
  user_id    ${text} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  digest     ${bytes} NOT NULL UNIQUE,
  scope      ${text} NOT NULL, -- JSON array of scope names
  ttl        BIGINT NOT NULL,  -- milliseconds; 0 for never
  issued_at  BIGINT NOT NULL,
  expires_at BIGINT
);
CREATE INDEX user_session_user ON user_session (user_id);
CREATE INDEX user_session_expiry ON user_session (expires_at);

CREATE TABLE organization (
  id            ${text} NOT NULL PRIMARY KEY,
  name          ${text} NOT NULL,
  name_folded   ${text} NOT NULL,
  description   ${text},
  billing_email ${text},
  icon_color    ${text},
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL
);

CREATE TABLE member (
  organization_id   ${text} NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id           ${text} NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
  role              ${text} NOT NULL,
  application_roles ${text} NOT NULL, -- JSON array of {resourceId, role}
  dashboard_roles   ${text} NOT NULL, -- JSON array of {resourceId, role}
  created_at        BIGINT NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX member_user ON member (user_id);

CREATE TABLE invitation (
  id                ${text} NOT NULL PRIMARY KEY,
  organization_id   ${text} NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  email             ${text} NOT NULL,
  email_folded      ${text} NOT NULL,
  role              ${text} NOT NULL,
  application_roles ${text} NOT NULL,
  dashboard_roles   ${text} NOT NULL,
  disallow_transfer SMALLINT NOT NULL,
  invited_by        ${text} NOT NULL, -- the user; may be gone
  digest            ${bytes} NOT NULL UNIQUE, -- of the token in the link
  invited_at        BIGINT NOT NULL,
  expires_at        BIGINT NOT NULL,
  UNIQUE (organization_id, email_folded)
);
CREATE INDEX invitation_email ON invitation (email_folded);

CREATE TABLE application (
  id                     ${text} NOT NULL PRIMARY KEY,
  owner_type             ${text} NOT NULL, -- user or organization
  owner_id               ${text} NOT NULL,
  name                   ${text} NOT NULL,
  name_folded            ${text} NOT NULL,
  description            ${text},
  readme                 ${text}, -- with the three below, NULL until it is written for the first time
  readme_updated_at      BIGINT,
  readme_updated_by_type ${text},
  readme_updated_by_id   ${text},
  details                ${text} NOT NULL, -- JSON object: settings that no rule looks at
  created_at             BIGINT NOT NULL,
  updated_at             BIGINT NOT NULL
);
CREATE INDEX application_owner ON application (owner_id, owner_type, name_folded);

CREATE TABLE dashboard (
  id              ${text} NOT NULL PRIMARY KEY,
  owner_type      ${text} NOT NULL,
  owner_id        ${text} NOT NULL,
  application_id  ${text} REFERENCES application (id) ON DELETE CASCADE,
  name            ${text} NOT NULL,
  name_folded     ${text} NOT NULL,
  description     ${text},
  is_public       SMALLINT NOT NULL,
  password_hash   ${text},
  details         ${text} NOT NULL, -- JSON object: blocks and layout, stored as they came
  created_by_type ${text}, -- user or apiToken, with its id
  created_by_id   ${text},
  updated_by_type ${text},
  updated_by_id   ${text},
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL
);
CREATE INDEX dashboard_owner ON dashboard (owner_id, owner_type, name_folded);
CREATE INDEX dashboard_application ON dashboard (application_id, name_folded);

CREATE TABLE device (
  id              ${text} NOT NULL PRIMARY KEY,
  application_id  ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  name            ${text} NOT NULL,
  name_folded     ${text} NOT NULL,
  description     ${text},
  device_class    ${text} NOT NULL,
  gateway_id      ${text},
  parent_id       ${text},
  system_interval INTEGER,
  keep_duplicates SMALLINT NOT NULL,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  deleted_at      BIGINT
);
CREATE INDEX device_name ON device (application_id, deleted_at, name_folded, id);
CREATE INDEX device_created ON device (application_id, deleted_at, created_at, id);
CREATE INDEX device_updated ON device (application_id, deleted_at, updated_at, id);
CREATE INDEX device_listed ON device (application_id, deleted_at, id); -- counts by a set of ids without reading the table
CREATE INDEX device_parent ON device (parent_id);
CREATE INDEX device_deleted ON device (deleted_at) WHERE deleted_at IS NOT NULL;

-- How many devices of an application are not deleted: the limit is asked at each creation, and counting would cost more than creating.
CREATE TABLE device_tally (
  application_id ${text} NOT NULL PRIMARY KEY REFERENCES application (id) ON DELETE CASCADE,
  devices        BIGINT NOT NULL
);

CREATE TABLE device_tag (
  device_id      ${text} NOT NULL REFERENCES device (id) ON DELETE CASCADE,
  application_id ${text} NOT NULL,
  place          INTEGER NOT NULL, -- the order in which the tags were given
  tag_key        ${text} NOT NULL,
  tag_value      ${text} NOT NULL,
  value_folded   ${text} NOT NULL,
  PRIMARY KEY (device_id, place)
);
CREATE INDEX device_tag_key ON device_tag (application_id, tag_key, tag_value, device_id);
CREATE INDEX device_tag_value ON device_tag (application_id, tag_value, device_id);

CREATE TABLE device_attribute (
  device_id      ${text} NOT NULL REFERENCES device (id) ON DELETE CASCADE,
  application_id ${text} NOT NULL,
  place          INTEGER NOT NULL, -- the order in which the attributes were given
  name           ${text} NOT NULL,
  data_type      ${text} NOT NULL,
  content_type   ${text},
  description    ${text},
  attribute_tags ${text} NOT NULL, -- JSON object
  aggregation    ${text},          -- JSON object: how a system device makes it from its children
  PRIMARY KEY (device_id, name)
);
CREATE INDEX device_attribute_name ON device_attribute (application_id, name, device_id);

CREATE TABLE api_token (
  id            ${text} NOT NULL PRIMARY KEY,
  owner_type    ${text} NOT NULL, -- user or application
  owner_id      ${text} NOT NULL,
  creator_type  ${text} NOT NULL, -- user, apiToken or flow
  creator_id    ${text} NOT NULL,
  creator_name  ${text} NOT NULL,
  name          ${text} NOT NULL,
  name_folded   ${text} NOT NULL,
  description   ${text},
  status        ${text} NOT NULL,
  scope         ${text} NOT NULL, -- JSON array of scope names, as granted
  default_role  ${text},          -- user tokens
  org_roles     ${text},          -- user tokens: JSON array
  ceiling       ${text},          -- application tokens: the creator's role
  ceiling_dashboards ${text},     -- application tokens: JSON array, where the creator had overrides
  digest        ${bytes} NOT NULL UNIQUE,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  expires_at    BIGINT
);
CREATE INDEX api_token_owner ON api_token (owner_type, owner_id, name_folded);

CREATE TABLE access_key (
  id                  ${text} NOT NULL PRIMARY KEY,
  application_id      ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  access_key          ${text} NOT NULL UNIQUE,
  digest              ${bytes} NOT NULL, -- of the secret
  name                ${text},
  name_folded         ${text},
  description         ${text},
  status              ${text} NOT NULL,
  restricted          SMALLINT NOT NULL, -- fixed when the key is made: stays 1 when nothing is left of the lists
  device_ids          ${text} NOT NULL,  -- JSON array
  device_tags         ${text} NOT NULL,  -- JSON array of {key?, value?}
  filter_type         ${text} NOT NULL,
  pub_topics          ${text} NOT NULL,  -- JSON array
  sub_topics          ${text} NOT NULL,  -- JSON array
  address_filter_type ${text} NOT NULL,
  addresses           ${text} NOT NULL,  -- JSON array
  created_by_type     ${text} NOT NULL,
  created_by_id       ${text} NOT NULL,
  updated_by_type     ${text} NOT NULL,
  updated_by_id       ${text} NOT NULL,
  created_at          BIGINT NOT NULL,
  updated_at          BIGINT NOT NULL
);
CREATE INDEX access_key_application ON access_key (application_id, created_at);

CREATE TABLE device_session (
  id             ${text} NOT NULL PRIMARY KEY,
  application_id ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  device_id      ${text} NOT NULL REFERENCES device (id) ON DELETE CASCADE,
  digest         ${bytes} NOT NULL UNIQUE,
  scope          ${text} NOT NULL,
  warrant_type   ${text} NOT NULL, -- key, session, userToken or applicationToken
  warrant_id     ${text} NOT NULL,
  issued_at      BIGINT NOT NULL,
  expires_at     BIGINT
);
CREATE INDEX device_session_device ON device_session (device_id);
CREATE INDEX device_session_warrant ON device_session (warrant_id);
CREATE INDEX device_session_expiry ON device_session (expires_at);

-- Kept apart from the credentials: written in batches, never by a request, and of no weight if lost.
CREATE TABLE credential_use (
  credential_id ${text} NOT NULL PRIMARY KEY,
  used_at       BIGINT NOT NULL,
  address       ${text},
  user_agent    ${text}
);
