-- The change log is kept for a time (AUD-1), and what hangs on that; mail to people who are invited waits in the database.

-- Where the log begins: the last entry that was removed, signed with the key of checkpoints.
CREATE TABLE change_anchor (
  id         SMALLINT NOT NULL PRIMARY KEY CHECK (id = 1),
  sequence   BIGINT NOT NULL,
  hash       ${bytes} NOT NULL,
  until_at   BIGINT NOT NULL, -- the latest time of all that was removed
  signed_at  BIGINT NOT NULL,
  public_key ${text} NOT NULL,
  signature  ${text} NOT NULL
);

-- What the removed entries leave: how each thing was when the log begins, for questions about a time since then.
CREATE TABLE change_base (
  subject_type    ${text} NOT NULL,
  subject_id      ${text} NOT NULL,
  organization_id ${text} NOT NULL, -- of a membership; blank for everything else
  application_id  ${text},          -- in which it is
  holder_id       ${text},          -- of a session: the user or the device; of a membership: the user
  ends_at         BIGINT,           -- when a session ends by itself
  subject_name    ${text} NOT NULL,
  document        ${text} NOT NULL,
  ended           ${text},          -- the action that ended it, when it may come back
  PRIMARY KEY (subject_type, subject_id, organization_id)
);
CREATE INDEX change_base_application ON change_base (application_id);
CREATE INDEX change_base_holder ON change_base (holder_id);
CREATE INDEX change_base_end ON change_base (ends_at);
CREATE INDEX change_base_name ON change_base (subject_name, subject_id) WHERE subject_type = 'Application';

-- How many entries the log of an organization has, log-ins of devices left out: nobody has to count a million.
CREATE TABLE change_count (
  organization_id ${text} NOT NULL PRIMARY KEY,
  entries         BIGINT NOT NULL
);
INSERT INTO change_count (organization_id, entries)
  SELECT organization_id, COUNT(*) FROM change_log WHERE organization_id IS NOT NULL AND subject_type <> 'Session' GROUP BY organization_id;

-- An invitation is its own message that waits; the token in its link is made when it is sent.
CREATE TABLE invitation_with_mail (
  id                ${text} NOT NULL PRIMARY KEY,
  organization_id   ${text} NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  email             ${text} NOT NULL,
  email_folded      ${text} NOT NULL,
  role              ${text} NOT NULL,
  application_roles ${text} NOT NULL,
  dashboard_roles   ${text} NOT NULL,
  disallow_transfer SMALLINT NOT NULL,
  invited_by        ${text} NOT NULL, -- the user; may be gone
  invited_at        BIGINT NOT NULL,
  expires_at        BIGINT NOT NULL,
  mail_due_at       BIGINT,           -- when sending it is tried next; NULL once that is done or given up
  mail_attempts     INTEGER NOT NULL, -- so far
  UNIQUE (organization_id, email_folded)
);
INSERT INTO invitation_with_mail (id, organization_id, email, email_folded, role, application_roles, dashboard_roles, disallow_transfer,
  invited_by, invited_at, expires_at, mail_due_at, mail_attempts)
SELECT id, organization_id, email, email_folded, role, application_roles, dashboard_roles, disallow_transfer,
  invited_by, invited_at, expires_at, NULL, 0
FROM invitation;

-- The links of an invitation. There may be several: when it is not known whether a message went through, the next has a link of its own.
CREATE TABLE invitation_link (
  digest        ${bytes} NOT NULL PRIMARY KEY, -- of the token in the link
  invitation_id ${text} NOT NULL REFERENCES invitation_with_mail (id) ON DELETE CASCADE
);
CREATE INDEX invitation_link_invitation ON invitation_link (invitation_id);
INSERT INTO invitation_link (digest, invitation_id) SELECT digest, id FROM invitation;

DROP TABLE invitation;
ALTER TABLE invitation_with_mail RENAME TO invitation;
CREATE INDEX invitation_email ON invitation (email_folded);
CREATE INDEX invitation_mail ON invitation (mail_due_at);
