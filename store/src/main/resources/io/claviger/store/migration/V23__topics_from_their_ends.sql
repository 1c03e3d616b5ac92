-- Topics that end with a text, as a range of an index. SQLite cannot turn a text round, and looks through short entries faster.
${postgresOnly}CREATE INDEX access_key_text_end ON access_key_text (application_id, list, reverse(entry_brief_folded), key_id)
${postgresOnly}  INCLUDE (entry_brief, entry_brief_folded);
