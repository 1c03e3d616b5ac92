-- What devices report and are told. This is data and not configuration: it is no part of the change log, comes in great numbers, is
-- written in batches, and goes after a while. Nothing here refers to a device by a foreign key: when a device goes for good, its data
-- is removed in small steps, which a cascade would not do. Until then nobody can read it, since reading begins at the device.
--
-- ${rowless} makes the primary key the table where the database can do that.

-- One attribute of one device. When the attribute is removed, or its type changed, its series is dropped and a new one begins.
CREATE TABLE state_series (
  id             ${key} PRIMARY KEY,
  application_id ${text} NOT NULL,
  device_id      ${text} NOT NULL,
  attribute      ${text} NOT NULL,
  data_type      ${text} NOT NULL,
  dropped        SMALLINT NOT NULL -- 1: not to be read any more, waits to be removed
);
CREATE UNIQUE INDEX state_series_attribute ON state_series (device_id, attribute) WHERE dropped = 0;

CREATE TABLE state_point (
  series     BIGINT NOT NULL,
  time       BIGINT NOT NULL,
  number     DOUBLE PRECISION, -- of a number; 1 or 0 of a boolean
  text       ${text},          -- of any other type
  PRIMARY KEY (series, time)
) ${rowless};

CREATE TABLE device_command (
  device_id ${text} NOT NULL,
  time      BIGINT NOT NULL,
  id        ${text} NOT NULL, -- in the order of arrival, for several at one moment
  name      ${text} NOT NULL,
  payload   ${text},          -- JSON; NULL when there is none
  PRIMARY KEY (device_id, time, id)
) ${rowless};

CREATE TABLE device_connection_log (
  device_id   ${text} NOT NULL,
  time        BIGINT NOT NULL,
  id          ${text} NOT NULL,
  connected   SMALLINT NOT NULL,
  reason      ${text},
  from_client BIGINT, -- messages
  to_client   BIGINT,
  address     ${text},
  PRIMARY KEY (device_id, time, id)
) ${rowless};

-- Orders to remove what a device has reported in a range of time, until they are carried out.
CREATE TABLE state_removal (
  id        ${text} NOT NULL PRIMARY KEY,
  device_id ${text} NOT NULL,
  start_at  BIGINT NOT NULL,
  end_at    BIGINT NOT NULL
);
