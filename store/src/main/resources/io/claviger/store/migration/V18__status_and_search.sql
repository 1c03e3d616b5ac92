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
