-- 1 % of the tables of schema.sql are changed, each in one of ten ways.
SET client_min_messages = warning;
SELECT set_config('bench.tables', :'tables', false) \gset ignored_
DO $do$
DECLARE
	name text;
	own text;
BEGIN
	FOR i IN 0 .. current_setting('bench.tables')::int - 1 BY 100 LOOP
		own := format('app_%s', i / 100);
		-- Neither the schema's first table, on which others depend, nor one with a view.
		name := format('%s.item_%s', own, i + 37);
		EXECUTE CASE i / 100 % 10
			WHEN 0 THEN format('ALTER TABLE %s ADD added integer DEFAULT 7', name)
			WHEN 1 THEN format('ALTER TABLE %s DROP note', name)
			WHEN 2 THEN format('ALTER TABLE %s ALTER code TYPE varchar(80)', name)
			WHEN 3 THEN format('ALTER TABLE %s ALTER note SET NOT NULL', name)
			WHEN 4 THEN format('CREATE INDEX item_%s_added_idx ON %s (changed_at)', i + 37, name)
			WHEN 5 THEN format('ALTER TABLE %s DROP CONSTRAINT item_%s_amount_check', name, i + 37)
			WHEN 6 THEN format('CREATE OR REPLACE VIEW %s.due_%s AS SELECT id, code, amount, changed_at FROM %s.item_%s WHERE state = ''open''', own, i, own, i)
			WHEN 7 THEN format('COMMENT ON TABLE %s IS ''another''', name)
			WHEN 8 THEN format('GRANT INSERT ON %s TO bench_reader', name)
			WHEN 9 THEN format('CREATE TABLE %s.item_new (id bigint PRIMARY KEY)', own)
		END;
	END LOOP;
END $do$;
