-- Views of the change log: that of an organization and that of an account.

-- The user in whose own log an entry belongs; part of what its hash covers. Entries from before this column have none, and belong
-- to whoever acted outside of every organization.
ALTER TABLE change_log ADD COLUMN account_id ${text};

-- Log-ins of devices are in no organization's log (AUD-5), so they are in none of its indexes either.
CREATE INDEX change_log_organization ON change_log (organization_id, recorded_at, sequence) WHERE subject_type <> 'Session';
CREATE INDEX change_log_actor ON change_log (organization_id, actor_id, recorded_at, sequence) WHERE subject_type <> 'Session';
CREATE INDEX change_log_actor_name ON change_log (organization_id, actor_name, sequence) WHERE subject_type <> 'Session';
CREATE INDEX change_log_action ON change_log (organization_id, action, recorded_at, sequence) WHERE subject_type <> 'Session';
CREATE INDEX change_log_target ON change_log (organization_id, subject_type, subject_id, recorded_at, sequence)
  WHERE subject_type <> 'Session';
CREATE INDEX change_log_application ON change_log
  (organization_id, (COALESCE(application_id, CASE WHEN subject_type = 'Application' THEN subject_id END)), recorded_at, sequence)
  WHERE subject_type <> 'Session';
-- Names of applications as they were.
CREATE INDEX change_log_application_name ON change_log (subject_name, subject_id) WHERE subject_type = 'Application';
CREATE INDEX change_log_account ON change_log
  ((COALESCE(account_id, CASE WHEN organization_id IS NULL THEN actor_user_id END)), recorded_at, sequence);
-- An entry is named by the beginning of its hash.
CREATE INDEX change_log_hash ON change_log (hash);
DROP INDEX change_log_by_organization;
