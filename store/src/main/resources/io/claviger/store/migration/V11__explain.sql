-- What a refused request named, so that its question can be put again: a JSON object of ids by their names in the path. NULL for what was
-- refused before this column.
ALTER TABLE refusal ADD COLUMN resource ${text};
