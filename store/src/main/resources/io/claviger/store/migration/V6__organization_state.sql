-- What an organization asks of its members, and what an operator has switched off.

ALTER TABLE organization ADD COLUMN mfa_mode ${text} NOT NULL DEFAULT 'notRequired';
ALTER TABLE organization ADD COLUMN is_read_only SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE organization ADD COLUMN disabled_at BIGINT;
