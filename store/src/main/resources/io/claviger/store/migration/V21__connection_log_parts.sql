-- The log of connections lies in parts, one begun when the one before is full: what is written at once, of whatever devices,
-- then touches the few pages of the last part, and not a page for each device. A connection that has begun and ended before it
-- is written is one row.
ALTER TABLE device_connection_log RENAME TO device_connection_log_whole;

CREATE TABLE device_connection_log (
  part        BIGINT NOT NULL,
  device_id   ${text} NOT NULL,
  time        BIGINT NOT NULL,
  id          ${text} NOT NULL,
  connected   SMALLINT NOT NULL,
  began       BIGINT,  -- the row says as well that the connection began then; not later than time, and at most a minute before
  reason      ${text},
  from_client BIGINT, -- messages
  to_client   BIGINT,
  address     ${text},
  PRIMARY KEY (part, device_id, time, id)
) ${rowless};

INSERT INTO device_connection_log (part, device_id, time, id, connected, reason, from_client, to_client, address)
SELECT 0, device_id, time, id, connected, reason, from_client, to_client, address FROM device_connection_log_whole;

DROP TABLE device_connection_log_whole;
