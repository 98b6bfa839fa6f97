-- An index on trial: no plan uses it, everything else does.
CREATE EXTENSION schema_guard;
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		-- Since 18 a plan says what it uses although it was told not to.
		IF line !~ 'Disabled: true' THEN
			RETURN NEXT line;
		END IF;
	END LOOP;
END $$;
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE UNIQUE INDEX t_a ON t (a);
CREATE INDEX t_b ON t (b);
INSERT INTO t SELECT n, n, n FROM generate_series(1, 100) n;
SET plan_cache_mode = force_generic_plan;
PREPARE count_a (int) AS SELECT count(*) FROM t WHERE a = $1;
SET enable_seqscan = off;
SELECT plan('EXECUTE count_a (1)');

SELECT schema_guard.trial_drop('t_a', 'nobody has read it for a year');
SELECT plan('SELECT * FROM t WHERE a = 1');
SELECT plan('EXECUTE count_a (1)');
SELECT plan('SELECT * FROM t WHERE b = 1');
SELECT table_name, index_name, started_by, reason, gone FROM schema_guard.index_trials;

-- It is kept up to date, refuses duplicates, and serves ON CONFLICT.
INSERT INTO t VALUES (101, 100, 1);
INSERT INTO t VALUES (101, 100, 1) ON CONFLICT (a) DO NOTHING;
INSERT INTO t VALUES (102, 102, 102);
INSERT INTO t VALUES (103, 102, 103) ON CONFLICT (a) DO UPDATE SET b = 0 RETURNING id, b;

-- Twice, and what is none.
SELECT schema_guard.trial_drop('t_a');
SELECT schema_guard.trial_drop('t');
SELECT schema_guard.trial_drop('pg_class_oid_index');
SELECT schema_guard.trial_drop(NULL);
CREATE TEMP TABLE temporary (a int PRIMARY KEY);
\set VERBOSITY sqlstate
SELECT schema_guard.trial_drop('temporary_pkey');
\set VERBOSITY default
SELECT schema_guard.end_trial('t_b');
SELECT schema_guard.trial_statements('t_b');
SELECT schema_guard.trial_statements('t_a');

-- A new name, a new address, then both.
ALTER INDEX t_a RENAME TO t_alpha;
SELECT index_name, gone FROM schema_guard.index_trials;
SELECT plan('SELECT * FROM t WHERE a = 1');
ALTER INDEX t_alpha RENAME TO t_a;
REINDEX INDEX CONCURRENTLY t_a;
SELECT index_name, gone, to_regclass(index_name)::oid = indexrelid AS same FROM schema_guard.index_trials;
SELECT plan('SELECT * FROM t WHERE a = 1');

-- It is told where indexes are judged.
SELECT index_name, cautions[1] ~ '^on trial: the planner has not seen it since \d{4}-\d\d-\d\d$' AS told
FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name = 'public.t_a';

-- A trial that is rolled back never was.
BEGIN;
SELECT schema_guard.trial_drop('t_b');
SELECT plan('SELECT * FROM t WHERE b = 1');
ROLLBACK;
SELECT plan('SELECT * FROM t WHERE b = 1');

SELECT schema_guard.end_trial('public.t_a');
SELECT plan('SELECT * FROM t WHERE a = 1');
SELECT plan('EXECUTE count_a (1)');
SELECT count(*) FROM schema_guard.index_trials;
SELECT command_tag, class, statement FROM schema_guard.ddl_log WHERE command_tag ~ 'TRIAL' AND statement ~ 't_a' AND outcome = 'committed'
	ORDER BY started_at, ordinal;

-- Partitions go by the whole, those that come later, too.
CREATE TABLE p (a int, b int) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX p_b ON p (b);
SELECT schema_guard.trial_drop('p1_b_idx');
SELECT schema_guard.trial_drop('p_b');
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
SELECT plan('SELECT * FROM p WHERE b = 1');
SELECT schema_guard.end_trial('p_b');
SELECT plan('SELECT * FROM p WHERE b = 1');

-- What was dropped is forgotten by the same call.
SELECT schema_guard.trial_drop('t_b', 'to be dropped at once');
DROP INDEX t_b;
SELECT index_name, gone FROM schema_guard.index_trials;
SELECT schema_guard.end_trial('public.t_b');
SELECT count(*) FROM schema_guard.index_trials;

-- By EXECUTE, and nobody writes to the list by hand.
CREATE ROLE regress_trial;
SET ROLE regress_trial;
SELECT schema_guard.trial_drop('t_a');
RESET ROLE;
SELECT schema_guard.set_mode('enforce', 'the list is closed');
INSERT INTO schema_guard.index_trial VALUES ('t_a'::regclass, 't'::regclass, 'public', 't', 't_a', NULL, now(), 'me');
SELECT schema_guard.set_mode('observe', 'the list is closed');
DROP ROLE regress_trial;

-- The extension goes, and with it what it hid.
SELECT schema_guard.trial_drop('t_a');
SELECT plan('SELECT * FROM t WHERE a = 1');
DROP EXTENSION schema_guard;
SELECT plan('SELECT * FROM t WHERE a = 1');
