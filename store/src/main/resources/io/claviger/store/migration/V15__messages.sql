-- Orders to remove data of devices say what they are about. Those that were given before are about states.
ALTER TABLE state_removal ADD COLUMN attributes ${text};                       -- JSON array of names; NULL for all
ALTER TABLE state_removal ADD COLUMN commands SMALLINT NOT NULL DEFAULT 0;     -- 1: commands go too
ALTER TABLE state_removal ADD COLUMN connections SMALLINT NOT NULL DEFAULT 0;  -- 1: the log of connections goes too

-- Commands for many devices that were accepted and are not kept for each of them yet.
CREATE TABLE command_job (
  id             ${text} NOT NULL PRIMARY KEY,
  application_id ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  time           BIGINT NOT NULL, -- of the command
  name           ${text} NOT NULL,
  payload        ${text}          -- JSON; NULL when there is none
);

-- For whom it still is to be kept.
CREATE TABLE command_job_device (
  job       ${text} NOT NULL REFERENCES command_job (id) ON DELETE CASCADE,
  device_id ${text} NOT NULL,
  PRIMARY KEY (job, device_id)
) ${rowless};

-- Messages of an application within an hour. Statistics: written now and then, and gone with the states of that time.
CREATE TABLE payload_count (
  application_id ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  hour           BIGINT NOT NULL, -- hours since 1970
  kind           ${text} NOT NULL,
  source         ${text} NOT NULL,
  messages       BIGINT NOT NULL,
  bytes          BIGINT NOT NULL,
  PRIMARY KEY (application_id, hour, kind, source)
) ${rowless};
CREATE INDEX payload_count_hour ON payload_count (hour);

-- Devices that were made and deleted on a day and have been removed for good since; the others are counted where they are.
CREATE TABLE device_day (
  application_id ${text} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  day            BIGINT NOT NULL, -- days since 1970
  created        BIGINT NOT NULL,
  deleted        BIGINT NOT NULL,
  PRIMARY KEY (application_id, day)
) ${rowless};
