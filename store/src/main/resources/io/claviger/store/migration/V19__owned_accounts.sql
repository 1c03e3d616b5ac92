-- The accounts that organizations have made, to be released when the organization goes.
CREATE INDEX app_user_owner ON app_user (owner_organization_id) WHERE owner_organization_id IS NOT NULL;
