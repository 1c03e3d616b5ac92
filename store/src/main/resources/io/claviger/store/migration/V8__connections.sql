-- How devices are connected to the MQTT broker of a node.

ALTER TABLE device_connection ADD COLUMN reason ${text};  -- why the last connection ended; NULL while there is one
ALTER TABLE device_connection ADD COLUMN address ${text}; -- of the client of the last connection
ALTER TABLE device_connection ADD COLUMN node ${text};    -- the node that has or had it
CREATE INDEX device_connection_node ON device_connection (node, status);

-- Nodes with a broker. One that has not been seen for a while is gone, and its devices with it.
CREATE TABLE broker_node (
  id      ${text} NOT NULL PRIMARY KEY,
  seen_at BIGINT NOT NULL
);
