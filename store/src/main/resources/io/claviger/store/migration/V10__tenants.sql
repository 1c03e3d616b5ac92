-- Organizations as tenants: tokens with which an identity system manages their users, and what it says of these users.

-- The organization that made the account and may write its profile; NULL for an account that somebody made for himself.
ALTER TABLE app_user ADD COLUMN owner_organization_id ${text};
-- Since when the owning organization has the account switched off; it can do nothing then, log-in included.
ALTER TABLE app_user ADD COLUMN deactivated_at BIGINT;

-- Another number each time the member becomes an administrator: a token is bound to the tenure in which it was made.
ALTER TABLE member ADD COLUMN tenure BIGINT NOT NULL DEFAULT 0;

CREATE TABLE tenant_token (
  id              ${text} NOT NULL PRIMARY KEY,
  organization_id ${text} NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id         ${text} NOT NULL, -- who made it; stays when the account goes, since tokens stay listed
  user_name       ${text} NOT NULL, -- of that time
  tenure          BIGINT NOT NULL,
  name            ${text} NOT NULL,
  name_folded     ${text} NOT NULL,
  scopes          ${text} NOT NULL, -- JSON array of um:read, um:write, um:bulk
  digest          ${bytes} NOT NULL UNIQUE,
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT,
  revoked_at      BIGINT
);
CREATE INDEX tenant_token_organization ON tenant_token (organization_id, created_at, id);

-- One row for each member, and one for each who is to be one: suspended, or invited and not there yet.
CREATE TABLE tenant_user (
  id                ${text} NOT NULL,
  organization_id   ${text} NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id           ${text} REFERENCES app_user (id) ON DELETE CASCADE, -- NULL until the invited person joins
  user_name         ${text} NOT NULL,
  user_name_folded  ${text} NOT NULL,
  external_id       ${text},
  email             ${text} NOT NULL,
  email_folded      ${text} NOT NULL,
  given_name        ${text} NOT NULL,
  family_name       ${text} NOT NULL,
  details           ${text} NOT NULL,     -- JSON object: the attributes that the identity system gave
  follows           SMALLINT NOT NULL,    -- name and address are those of the account: nobody else has given any
  active            SMALLINT NOT NULL,
  role              ${text} NOT NULL,     -- with the two below, what the person has or gets again as a member; of a member see there
  application_roles ${text} NOT NULL,
  dashboard_roles   ${text} NOT NULL,
  created_at        BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, user_id),
  UNIQUE (organization_id, user_name_folded)
);
CREATE INDEX tenant_user_external ON tenant_user (organization_id, external_id);
CREATE INDEX tenant_user_email ON tenant_user (organization_id, email_folded);
CREATE INDEX tenant_user_created ON tenant_user (organization_id, created_at, id);
CREATE INDEX tenant_user_updated ON tenant_user (organization_id, updated_at, id);
CREATE INDEX tenant_user_account ON tenant_user (user_id);

INSERT INTO tenant_user (id, organization_id, user_id, user_name, user_name_folded, external_id, email, email_folded, given_name,
  family_name, details, follows, active, role, application_roles, dashboard_roles, created_at, updated_at)
SELECT u.id, m.organization_id, u.id, u.email, u.email_folded, NULL, u.email, u.email_folded, u.first_name, u.last_name, '{}', 1, 1,
  m.role, m.application_roles, m.dashboard_roles, m.created_at, m.created_at
FROM member m JOIN app_user u ON u.id = m.user_id;

-- With it the end of the change log is signed, for those who keep such signatures elsewhere. The private part is sealed with the
-- secret key of the installation, which is not in the database.
CREATE TABLE checkpoint_key (
  id         SMALLINT NOT NULL PRIMARY KEY CHECK (id = 1),
  public_key ${bytes} NOT NULL, -- X.509
  sealed_key ${bytes} NOT NULL, -- PKCS #8
  created_at BIGINT NOT NULL
);
