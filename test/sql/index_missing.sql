-- Which foreign keys have no index their checks could use: each case is a child with an index, and says whether that is enough.
CREATE EXTENSION schema_guard;
CREATE TABLE parent (pa int, pb int, pt text, UNIQUE (pa, pb), UNIQUE (pa), UNIQUE (pt), UNIQUE (pb));
CREATE TABLE big (id bigint PRIMARY KEY);
CREATE TABLE cases (n integer GENERATED ALWAYS AS IDENTITY, what text, key text, made text, missing boolean);
INSERT INTO cases (what, key, made, missing) VALUES
('none at all', 'a', '', true),
('the column', 'a', 'CREATE INDEX ON T (a)', false),
('the column first', 'a', 'CREATE INDEX ON T (a, o)', false),
('the column second', 'a', 'CREATE INDEX ON T (o, a)', true),
('descending', 'a', 'CREATE INDEX ON T (a DESC NULLS LAST)', false),
('hash', 'a', 'CREATE INDEX ON T USING hash (a)', false),
('brin', 'a', 'CREATE INDEX ON T USING brin (a)', true),
('a primary key', 'a', 'ALTER TABLE T ADD PRIMARY KEY (a)', false),
('an expression', 'a', 'CREATE INDEX ON T (abs(a))', true),
('both', 'a, b', 'CREATE INDEX ON T (a, b)', false),
('the other way round', 'a, b', 'CREATE INDEX ON T (b, a)', false),
('both and more', 'a, b', 'CREATE INDEX ON T (b, a, o)', false),
('one of two', 'a, b', 'CREATE INDEX ON T (a)', true),
('each of two', 'a, b', 'CREATE INDEX ON T (a); CREATE INDEX ON T (b)', true),
('another column between', 'a, b', 'CREATE INDEX ON T (a, o, b)', true),
('INCLUDE is no key', 'a, b', 'CREATE INDEX ON T (a) INCLUDE (b)', true),
('where not null', 'a', 'CREATE INDEX ON T (a) WHERE a IS NOT NULL', false),
('where both not null', 'a, b', 'CREATE INDEX ON T (a, b) WHERE a IS NOT NULL AND b IS NOT NULL', false),
('where something else not null', 'a', 'CREATE INDEX ON T (a) WHERE o IS NOT NULL', true),
('where something else', 'a, b', 'CREATE INDEX ON T (a, b) WHERE o > 5', true),
('text', 't', 'CREATE INDEX ON T (t)', false),
('another collation', 't', 'CREATE INDEX ON T (t COLLATE "POSIX")', true),
('text_pattern_ops knows equality', 't', 'CREATE INDEX ON T (t text_pattern_ops)', false),
('invalid', 'a', 'CREATE INDEX T_invalid ON T (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''T_invalid''::regclass', true),
('another type than the key', 'o', 'CREATE INDEX ON T (o)', false);
SELECT format('CREATE TABLE t%s (a int, b int, o int, t text)', n),
	format('ALTER TABLE t%s ADD CONSTRAINT t%1$s_fk FOREIGN KEY (%s) REFERENCES %s', n, key,
		CASE key WHEN 'a' THEN 'parent (pa)' WHEN 'a, b' THEN 'parent (pa, pb)' WHEN 't' THEN 'parent (pt)' ELSE 'big (id)' END),
	regexp_replace(made, '\mT(_invalid)?\M', format('t%s\1', n), 'g')
FROM cases ORDER BY n
\gexec
-- As it should be, or not; nothing where it is.
SELECT n, c.what, c.missing, m.foreign_key FROM cases c LEFT JOIN schema_guard.missing_indexes() m ON m.foreign_key = format('t%s_fk', n)
WHERE c.missing <> (m.foreign_key IS NOT NULL) ORDER BY n;

-- The oracle is the plan of the check itself, which reads a table whole only if it must.
CREATE FUNCTION by_index(n int, key text) RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
	line text;
	plan text = '';
	condition text = (SELECT string_agg(format('%s = $%s', trim(c), i), ' AND ') FROM unnest(string_to_array(key, ',')) WITH ORDINALITY u (c, i));
	types text = (SELECT string_agg(CASE trim(c) WHEN 't' THEN 'text' WHEN 'o' THEN 'bigint' ELSE 'int' END, ',') FROM unnest(string_to_array(key, ',')) c);
	nulls text = (SELECT string_agg('NULL', ',') FROM unnest(string_to_array(key, ',')) c);
BEGIN
	EXECUTE format('PREPARE probe (%s) AS SELECT 1 FROM ONLY t%s x WHERE %s FOR KEY SHARE OF x', types, n, condition);
	FOR line IN EXECUTE format('EXPLAIN (COSTS off) EXECUTE probe (%s)', nulls) LOOP plan = plan || line || E'\n'; END LOOP;
	DEALLOCATE probe;
	RETURN CASE WHEN plan ~ 'Seq Scan|Result' THEN 'whole' WHEN plan ~ E'\n +Filter' THEN 'part' WHEN plan ~ 'Recheck' AND plan ~ 'brin|t7_' THEN 'lossy' ELSE 'index' END;
END $$;
-- Three differ: there an index is read whole, or for a part of the key, or two are.
SET plan_cache_mode = force_generic_plan;
SELECT n, c.what, by_index(n, key) AS plan, c.missing FROM cases c WHERE (by_index(n, key) = 'index') = c.missing ORDER BY n;
RESET plan_cache_mode;

-- How bad it is.
CREATE SCHEMA shop;
CREATE TABLE shop.customer (id int PRIMARY KEY);
CREATE TABLE shop.country (id int PRIMARY KEY);
CREATE TABLE shop.orders (id int PRIMARY KEY, customer int REFERENCES shop.customer, reseller int REFERENCES shop.customer ON DELETE SET NULL,
	country int REFERENCES shop.country);
CREATE TABLE shop.note (customer int REFERENCES shop.customer);
INSERT INTO shop.customer SELECT generate_series(1, 1000);
INSERT INTO shop.country VALUES (1);
INSERT INTO shop.orders SELECT n, n % 900 + 1, 1, 1 FROM generate_series(1, 2000) n;
ANALYZE shop.customer, shop.country, shop.orders, shop.note;
SELECT foreign_key, severity, reason, table_rows, create_sql FROM schema_guard.missing_indexes('{shop}');
DELETE FROM shop.customer WHERE id = 1000;
SELECT pg_stat_force_next_flush();
SELECT foreign_key, severity, reason FROM schema_guard.missing_indexes('{shop}');
SELECT create_sql FROM schema_guard.missing_indexes('{shop}')
\gexec
SELECT count(*) AS left_over FROM schema_guard.missing_indexes('{shop}');

-- An index that the new one would make redundant is named.
CREATE SCHEMA pairs;
CREATE TABLE pairs.child (a int, b int, FOREIGN KEY (a, b) REFERENCES parent (pa, pb));
CREATE INDEX child_a ON pairs.child (a);
SELECT replaces, create_sql FROM schema_guard.missing_indexes('{pairs}');
SELECT create_sql FROM schema_guard.missing_indexes('{pairs}')
\gexec
SELECT index_name FROM schema_guard.redundant_indexes('{pairs}');

-- Partitions: the index of the whole, or one on each.
CREATE SCHEMA parts;
CREATE TABLE parts.log (a int, day int) PARTITION BY LIST (day);
CREATE TABLE parts.log_1 PARTITION OF parts.log FOR VALUES IN (1);
CREATE TABLE parts.log_2 PARTITION OF parts.log FOR VALUES IN (2) PARTITION BY RANGE (a);
CREATE TABLE parts.log_2_1 PARTITION OF parts.log_2 FOR VALUES FROM (0) TO (10);
ALTER TABLE parts.log ADD CONSTRAINT log_fk FOREIGN KEY (a) REFERENCES parent (pa);
SELECT table_name, foreign_key, cautions, create_sql FROM schema_guard.missing_indexes('{parts}');
CREATE INDEX ON parts.log_1 (a);
SELECT table_name, foreign_key FROM schema_guard.missing_indexes('{parts}');
CREATE INDEX ON parts.log_2_1 (a);
SELECT table_name, foreign_key FROM schema_guard.missing_indexes('{parts}');
CREATE TABLE parts.target (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parts.target_1 PARTITION OF parts.target FOR VALUES FROM (0) TO (10);
CREATE TABLE parts.source (id int CONSTRAINT source_fk REFERENCES parts.target);
SELECT table_name, foreign_key FROM schema_guard.missing_indexes('{parts}');
CREATE INDEX ON parts.source (id);
SELECT table_name, foreign_key FROM schema_guard.missing_indexes('{parts}');

-- A large table that is read whole, over and over.
CREATE SCHEMA scans;
CREATE TABLE scans.facts (id int, filler text);
INSERT INTO scans.facts SELECT n, repeat('x', 1000) FROM generate_series(1, 8000) n;
CREATE TABLE scans.small (id int);
INSERT INTO scans.small SELECT generate_series(1, 8000);
ANALYZE scans.facts, scans.small;
SELECT schema_guard.sample_index_usage();
SELECT count(*) FROM scans.facts;
SELECT pg_stat_force_next_flush();
SELECT count(*) FROM schema_guard.missing_indexes('{scans}');
UPDATE schema_guard.usage_day SET scans = 1300, tup_read = 1300 * 8000 WHERE object = (SELECT id FROM schema_guard.usage_object WHERE relid = 'scans.facts'::regclass);
SELECT schema_guard.sample_index_usage();
UPDATE schema_guard.usage_day SET scans = 1300, tup_read = 1300 * 8000 WHERE object IN (SELECT id FROM schema_guard.usage_object WHERE schema_name = 'scans');
SELECT table_name, kind, severity, reason, cautions, table_rows FROM schema_guard.missing_indexes('{scans}');
