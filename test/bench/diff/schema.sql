-- A schema of :tables tables, as applications have them, 100 tables a schema: keys, foreign keys within the schema, checks,
-- indexes, comments and privileges; a view for each tenth table, a function, a trigger and a type for each fiftieth.
SET client_min_messages = warning;
SET synchronous_commit = off;
SELECT set_config('bench.tables', :'tables', false) \gset ignored_
DO $do$
DECLARE
	name text;
	own text;
BEGIN
	FOR i IN 0 .. current_setting('bench.tables')::int - 1 LOOP
		own := format('app_%s', i / 100);
		name := format('%s.item_%s', own, i);
		IF i % 100 = 0 THEN
			EXECUTE format('CREATE SCHEMA %s', own);
			EXECUTE format('GRANT USAGE ON SCHEMA %s TO bench_reader', own);
		END IF;
		IF i % 50 = 0 THEN
			EXECUTE format('CREATE TYPE %s.state_%s AS ENUM (''open'', ''paid'', ''closed'')', own, i);
			EXECUTE format('CREATE FUNCTION %s.touch_%s() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.changed_at := now(); RETURN NEW; END$$', own, i);
		END IF;
		EXECUTE format($$CREATE TABLE %s (
			id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
			code varchar(40) NOT NULL UNIQUE,
			parent_id bigint REFERENCES %s.item_%s,
			state %s.state_%s NOT NULL DEFAULT 'open',
			amount numeric(12, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0),
			note text,
			changed_at timestamptz NOT NULL DEFAULT now())$$, name, own, i - (i % 100) / 2, own, i - i % 50);
		EXECUTE format('CREATE INDEX item_%s_parent_idx ON %s (parent_id)', i, name);
		EXECUTE format('CREATE INDEX item_%s_state_idx ON %s (state, lower(note)) WHERE amount > 0', i, name);
		EXECUTE format('COMMENT ON TABLE %s IS ''items of part %s''', name, i);
		EXECUTE format('GRANT SELECT ON %s TO bench_reader', name);
		IF i % 10 = 0 THEN
			EXECUTE format('CREATE VIEW %s.due_%s AS SELECT id, code, amount, changed_at FROM %s WHERE state <> ''closed''', own, i, name);
		END IF;
		IF i % 50 = 0 THEN
			EXECUTE format('CREATE TRIGGER touch BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s.touch_%s()', name, own, i);
		END IF;
		IF i % 50 = 49 THEN
			COMMIT;
		END IF;
	END LOOP;
END $do$;
