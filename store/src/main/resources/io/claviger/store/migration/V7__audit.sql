-- Views of the change log: that of an organization and that of an account.

-- The user in whose own log an entry belongs; part of what its hash covers. Entries from before this column have none, and belong
-- to whoever acted outside of every organization.
ALTER TABLE change_log ADD COLUMN account_id ${text};

-- Log-ins of devices are in no organization's log (AUD-5), so they are in none of its indexes either. Each index ends with what else a list
-- asks for, so that places are found without reading the rows.
CREATE INDEX change_log_organization ON change_log (organization_id, recorded_at, sequence, subject_type) WHERE subject_type <> 'Session';
CREATE INDEX change_log_actor ON change_log (organization_id, actor_id, recorded_at, sequence, subject_type)
  WHERE subject_type <> 'Session';
CREATE INDEX change_log_actor_name ON change_log (organization_id, actor_name, sequence, subject_type) WHERE subject_type <> 'Session';
CREATE INDEX change_log_action ON change_log (organization_id, action, recorded_at, sequence, subject_type)
  WHERE subject_type <> 'Session';
-- The application, or the dashboard or invitation that is in none.
CREATE INDEX change_log_primary ON change_log
  ((COALESCE(application_id, CASE WHEN subject_type IN ('Application', 'Dashboard', 'OrgInvite') THEN subject_id END)), recorded_at, sequence);
-- The names of these as they were.
CREATE INDEX change_log_primary_name ON change_log (subject_name, subject_id)
  WHERE subject_type IN ('Application', 'Dashboard', 'OrgInvite');
CREATE INDEX change_log_account ON change_log
  ((COALESCE(account_id, CASE WHEN organization_id IS NULL THEN actor_user_id END)), recorded_at, sequence, subject_type, application_id);
-- An entry is named by the beginning of its hash.
CREATE INDEX change_log_hash ON change_log (hash);
DROP INDEX change_log_by_organization;

-- How credentials are used: each row counts the equal uses and refusals of one hour. Like the last use it is written in batches, never
-- by a request, and is no part of the change log. How many rows there may be is bounded where they are counted.
CREATE TABLE credential_usage (
  id              ${text} NOT NULL PRIMARY KEY, -- the beginning of a digest over everything but numbers and times
  credential_id   ${text} NOT NULL,             -- blank for credentials that do not exist, and for the rest beyond all bounds
  credential_kind ${text} NOT NULL,
  account_id      ${text},                      -- the user it acts for, or in whose sandbox its application is
  organization_id ${text},                      -- the organization that may see the row
  application_id  ${text},
  action          ${text},                      -- NULL where several are counted together, as are address and user agent
  outcome         ${text} NOT NULL,             -- ok, or the reason of the refusal
  address         ${text},
  user_agent      ${text},
  uses            BIGINT NOT NULL,
  first_at        BIGINT NOT NULL,
  last_at         BIGINT NOT NULL
);
CREATE INDEX credential_usage_credential ON credential_usage (credential_id, last_at, id);
CREATE INDEX credential_usage_organization ON credential_usage (organization_id, last_at, id);
CREATE INDEX credential_usage_last ON credential_usage (last_at);

-- Why requests were refused, for those who are told the number of the request. Bounded in number and age.
CREATE TABLE refusal (
  request_id      ${text} NOT NULL PRIMARY KEY,
  refused_at      BIGINT NOT NULL,
  credential_id   ${text} NOT NULL,
  credential_kind ${text} NOT NULL,
  account_id      ${text},
  organization_id ${text},
  application_id  ${text},
  action          ${text} NOT NULL,
  status          INTEGER NOT NULL,
  reason          ${text} NOT NULL,
  explanation     ${text} NOT NULL,
  address         ${text},
  user_agent      ${text}
);
CREATE INDEX refusal_time ON refusal (refused_at);
