-- Whether somebody else, such as a gateway, asked about the credential, instead of a client using it here.
ALTER TABLE credential_usage ADD COLUMN asked SMALLINT NOT NULL DEFAULT 0;
