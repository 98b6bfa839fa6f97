-- :tables tables of four indexes each; every twentieth has rows enough for its indexes to count, half of those were read.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
CREATE PROCEDURE make(n int) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. n LOOP
		EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, parent int%s, a int, b int, c text)', i,
			CASE WHEN i > 1 THEN format(' REFERENCES t%s', i - 1) END);
		EXECUTE format('CREATE INDEX t%1$s_parent ON t%1$s (parent)', i);
		EXECUTE format('CREATE INDEX t%1$s_a ON t%1$s (a)', i);
		EXECUTE format('CREATE INDEX t%1$s_a_b ON t%1$s (a, b)', i);
		IF i % 20 = 0 THEN
			EXECUTE format('INSERT INTO t%s SELECT n, NULL, n, n, n::text FROM generate_series(1, 4000) n', i);
		END IF;
		IF i % 100 = 0 THEN COMMIT; END IF;
	END LOOP;
END $$;
CALL make(:tables);
CREATE PROCEDURE read(n int) LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	FOR i IN 40 .. n BY 40 LOOP
		EXECUTE format('SELECT count(*) FROM t%s WHERE a = 1', i);
	END LOOP;
END $$;
ANALYZE;
CREATE EXTENSION schema_guard;
SELECT schema_guard.write_usage(schema_guard.local_node(),
	schema_guard.export_usage() || jsonb_build_object('sampled_at', clock_timestamp() - '40 days'::interval), true);
CALL read(:tables);
SELECT pg_stat_force_next_flush();
SELECT schema_guard.sample_index_usage();
VACUUM ANALYZE;
