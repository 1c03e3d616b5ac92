-- What queries look through by parts of texts, without reading the rows: texts that fit into an entry of an index stand in
-- it as they are and folded. The others, which are rare, have NULL there and are read.

ALTER TABLE access_key_text ADD COLUMN entry_brief ${text}
  GENERATED ALWAYS AS (CASE WHEN length(entry) <= 200 THEN entry END) ${generated};
ALTER TABLE access_key_text ADD COLUMN entry_brief_folded ${text}
  GENERATED ALWAYS AS (CASE WHEN length(entry) <= 200 THEN entry_folded END) ${generated};
DROP INDEX access_key_text_list;
DROP INDEX access_key_text_entry;
CREATE INDEX access_key_text_brief ON access_key_text (application_id, list, entry_brief, entry_brief_folded, key_id);

ALTER TABLE access_key ADD COLUMN description_brief ${text}
  GENERATED ALWAYS AS (CASE WHEN length(description) <= 200 THEN description END) ${generated};
ALTER TABLE access_key ADD COLUMN description_brief_folded ${text}
  GENERATED ALWAYS AS (CASE WHEN length(description) <= 200 THEN description_folded END) ${generated};
CREATE INDEX access_key_description ON access_key (application_id, description_brief, description_brief_folded, id);

-- Keys in the order of their ids or names of users, and counts by a set of ids.
CREATE INDEX access_key_listed ON access_key (application_id, id, name_folded, status);
CREATE INDEX access_key_key ON access_key (application_id, access_key, id);
