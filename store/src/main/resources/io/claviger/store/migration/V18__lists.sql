-- How a device is connected, once more in its row, so that lists sort and search by it along an index. Written with
-- device_connection, in the same transaction; NULL for a device that was never connected.
ALTER TABLE device ADD COLUMN connection_status ${text};
UPDATE device SET connection_status = (SELECT c.status FROM device_connection c WHERE c.device_id = device.id)
  WHERE id IN (SELECT c.device_id FROM device_connection c);
CREATE INDEX device_status ON device (application_id, deleted_at, connection_status ${nullsFirst}, id);

-- Queries no longer look for the status there.
DROP INDEX device_connection_status;

-- Once more as it is: of indexes that it takes for equally good SQLite goes along the one that was made last, and names are
-- looked through in this one.
DROP INDEX device_class;
CREATE INDEX device_class ON device (application_id, deleted_at, device_class, name_folded, id);

-- All that an entry of a directory says, folded, to be looked through; NULL for an entry that was written before and is not
-- ASCII alone, which the databases cannot fold.
ALTER TABLE tenant_user ADD COLUMN search_text ${text};
UPDATE tenant_user SET search_text = lower(details)
  WHERE follows = 0 AND octet_length(details) = length(details);

-- How many entries the log of an account has, and how many of them are outside of its sandbox; as change_count for organizations.
CREATE TABLE change_account_count (
  account_id ${text} NOT NULL PRIMARY KEY,
  entries    BIGINT NOT NULL,
  outside    BIGINT NOT NULL
);
INSERT INTO change_account_count (account_id, entries, outside)
  SELECT a.account, COUNT(*), SUM(a.outside) FROM (
    SELECT COALESCE(account_id, CASE WHEN organization_id IS NULL THEN actor_user_id END) AS account,
      CASE WHEN application_id IS NULL AND subject_type NOT IN ('Application', 'Dashboard') THEN 1 ELSE 0 END AS outside
    FROM change_log WHERE NOT (subject_type = 'Session' AND application_id IS NOT NULL)) a
  WHERE a.account IS NOT NULL GROUP BY a.account;
