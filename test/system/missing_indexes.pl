# Indexes that executed plans ask for, tried out by HypoPG: found where one would help, and nowhere else; nothing of it stays.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'schema_guard, pg_stat_statements'
autovacuum = off
schema_guard.sample_interval = 0
schema_guard.alert_interval = 0
});
$node->start;
sub sql { return $node->safe_psql('postgres', $_[0]) }
sub advice
{
	my ($columns, $filter) = @_;
	return sql("SELECT $columns FROM schema_guard.missing_indexes() WHERE kind = 'scan conditions' AND " . ($filter // 'true') . ' ORDER BY 1');
}

sql(q{
	CREATE EXTENSION schema_guard;
	CREATE EXTENSION pg_stat_statements;
	CREATE TABLE orders (id int PRIMARY KEY, customer int, placed date, status text, note varchar(20), here text COLLATE "C", filler text DEFAULT repeat('x', 50));
	INSERT INTO orders SELECT n, n % 5000, date '2026-01-01' + n % 300, CASE WHEN n % 1000 = 0 THEN 'new' ELSE 'done' END, n, n FROM generate_series(1, 50000) n;
	CREATE TABLE covered (LIKE orders);
	INSERT INTO covered SELECT * FROM orders;
	CREATE INDEX ON covered (customer, placed);
	CREATE TABLE small (id int, a int);
	INSERT INTO small SELECT n, n FROM generate_series(1, 2000) n;
	ANALYZE orders, covered, small;
});

sub traffic
{
	my ($table, @conditions) = @_;
	sql("SELECT count(*) FROM $table WHERE $_") for @conditions;
}

# Off by default.
traffic('orders', 'customer = 1', 'customer = 2');
is(sql('SELECT count(*) FROM schema_guard.scan_predicates'), 0, 'by default no plan is looked at');

$node->append_conf('postgresql.conf', 'schema_guard.track_plans = 1');
$node->reload;
$node->poll_query_until('postgres', q{SELECT current_setting('schema_guard.track_plans') = '1'});

# What an index would find, whichever way it is written.
traffic('orders', map { "customer = $_" } 1 .. 3);
traffic('orders', '4 = customer AND 25 > placed - date \'2026-01-01\'', 'customer = 5 AND placed > \'2026-07-01\'', 'placed > \'2026-07-01\' AND customer = 6');
is(sql(q{SELECT columns, operators, other_conditions, scans, rows_read, rows_removed FROM schema_guard.scan_predicates ORDER BY 1, 3}),
	"{customer}|{=}|f|3|150000|149970\n{customer}|{=}|t|1|50000|49996\n{customer,placed}|{=,>}|f|2|100000|99994", 'conditions with their counts');

# Before HypoPG: an estimate, and the column says so.
is(advice('columns, cost_bytes > 500000, gain_rows > 100000, plan_before, plan_after, proof, create_sql'),
	'{customer,placed}|t|t|||HypoPG is not installed|CREATE INDEX CONCURRENTLY ON public.orders (customer, placed);', 'proposed without HypoPG');
like(advice('reason'), qr/^scans of the whole table with such conditions: 6 looked at, which threw away 99\.9 % of what they read/, 'for all that begin with these columns');

# In any schema, one that needs quotes.
sql(q{CREATE SCHEMA "what if"; CREATE EXTENSION hypopg SCHEMA "what if"});
my $proven = 'columns, plan_after < 0.2 * plan_before, proof';
like(advice($proven), qr/^\{customer,placed\}\|t\|HypoPG: used by statement -?\d+$/, 'proven by the very query');
is(sql(q{SELECT schema_guard.missing_indexes(); SELECT schema_guard.missing_indexes(); SELECT count(*) FROM "what if".hypopg_list_indexes}) =~ s/.*\n//sr, 0,
	'no hypothetical index stays in the session');
is(sql(q{SELECT "what if".hypopg_create_index('CREATE INDEX ON covered (note)'); SELECT schema_guard.missing_indexes(); SELECT count(*) FROM "what if".hypopg_list_indexes}) =~ s/.*\n//sr,
	1, 'one of the user does');
is(sql(q{BEGIN; SELECT count(*) FROM schema_guard.missing_indexes(); SELECT string_agg(mode, ',') FROM pg_locks WHERE relation = 'orders'::regclass AND pid = pg_backend_pid(); COMMIT;
	SELECT count(*) FROM pg_prepared_statements; SHOW plan_cache_mode}), "1\n\n0\nauto", 'no lock, no prepared statement, no setting stays either');
is(sql(q{BEGIN READ ONLY; SELECT count(*) FROM schema_guard.missing_indexes(); SELECT pg_current_xact_id_if_assigned() IS NULL}), "1\nt", 'nothing is written');

# The statement is not known any more, or nobody may know it: the scan stands for it.
sql('SELECT pg_stat_statements_reset()');
is(advice($proven), '{customer,placed}|t|HypoPG: used by a scan for any such values', 'proven by the scan alone');

# A lock that somebody holds is not waited for long.
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN; LOCK TABLE orders');
is(advice('proof'), 'HypoPG: canceling statement due to lock timeout', 'nobody is waited for');
$other->query_safe('ROLLBACK');
$other->quit;

# Whoever may not act as the owner gets the rest.
sql('CREATE ROLE watcher IN ROLE pg_monitor');
is(sql(q{SET ROLE watcher; SELECT columns, plan_after, proof FROM schema_guard.missing_indexes() WHERE kind = 'scan conditions'}),
	'{customer,placed}||HypoPG: for those who may act as the owner of the table', 'planned as nobody else');

# The index makes it go away.
sql(advice('create_sql'));
sql('ANALYZE orders');
is(advice('create_sql'), '', 'nothing is left to do');

# False positives: an index that is there; a table that is small; conditions that most rows meet; no index for them; catalogs, temporary tables.
traffic('covered', ("placed >= '2026-01-01' AND customer < 100000") x 3);
sql(q{SET enable_indexscan = off; SET enable_bitmapscan = off; SELECT count(*) FROM covered WHERE customer = 1 AND placed > '2026-08-01'}) for 1 .. 3;
traffic('small', map { "a = $_" } 1 .. 5);
traffic('orders', ("status = 'done'") x 3, ("note LIKE '%7'") x 3, ('id % 1000 = 1') x 3, ('filler <> \'y\'') x 3, (q{here COLLATE "POSIX" = '7'}) x 3);
sql(q{CREATE TEMP TABLE t AS TABLE orders; SELECT count(*) FROM t WHERE customer = 7; SELECT count(*) FROM t WHERE customer = 8;
	SELECT count(*) FROM pg_class WHERE relpages = 77777; SELECT count(*) FROM pg_class WHERE relpages = 77777});
is(advice('table_name, columns'), '', 'no false positive');

# Rare values: measured, yet not what a plan for any value shows.
sql('ALTER TABLE covered ALTER status SET (n_distinct = 1); ANALYZE covered');
sql(q{SELECT count(filler) FROM covered WHERE status = 'new'}) for 1 .. 3;
is(advice('columns, severity, cautions, plan_after = plan_before, proof ~ \'not used by statement\''),
	'{status}|low|{"worth it for rare values only: a partial index may do"}|t|t', 'rare values are told from the rest');
sql('CREATE INDEX ON covered (status)');

# Types and forms: IN, a varchar, a prepared statement, a cursor that ends early, a parallel scan, a partition.
traffic('orders', q{note IN ('1', '2')}, q{note = ANY ('{3,4}')});
sql(q{PREPARE q AS SELECT count(*) FROM orders WHERE note = $1; SET plan_cache_mode = force_generic_plan; EXECUTE q ('5'); EXECUTE q ('6')});
is(advice('columns, plan_after < 0.2 * plan_before, proof ~ \'used by\''), '{note}|t|t', 'IN, = ANY and parameters are one condition');
sql('CREATE INDEX ON orders (note)');
sql(q{SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SELECT count(*) FROM orders WHERE here = '1'; SELECT count(*) FROM orders WHERE here = '2'});
is(sql(q{SELECT scans, rows_read, rows_removed FROM schema_guard.scan_predicates WHERE columns = '{here}' AND NOT other_conditions}), '2|100000|99998', 'a parallel scan is one, with all it read');
sql(q{CREATE INDEX ON orders (here);
	CREATE TABLE parts (id int, day int, filler text DEFAULT repeat('x', 50)) PARTITION BY LIST (day);
	CREATE TABLE parts_2 (filler text DEFAULT repeat('x', 50), day int, id int);
	ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES IN (2);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
	INSERT INTO parts SELECT n, 1 + n % 2 FROM generate_series(1, 50000) n;
	ANALYZE parts;
	SELECT count(*) FROM parts WHERE id = 1; SELECT count(*) FROM parts WHERE id = 2});
is(advice('table_name, columns, proof, create_sql'), 'public.parts|{id}|not tried: HypoPG has no partitioned indexes|CREATE INDEX ON public.parts (id);',
	'partitions ask for an index of the whole');
sql('DROP TABLE parts');

# A foreign key: by the plan of its check.
sql(q{
	CREATE TABLE customer (id int PRIMARY KEY);
	INSERT INTO customer SELECT generate_series(0, 4999);
	ANALYZE customer;
	CREATE TABLE bill (customer int REFERENCES customer ON DELETE CASCADE, other int REFERENCES customer ON DELETE CASCADE, filler text DEFAULT repeat('x', 50));
	INSERT INTO bill SELECT n % 5000, 1 FROM generate_series(1, 50000) n;
	ANALYZE bill;
});
is(sql(q{SELECT columns, severity, plan_after < 0.2 * plan_before, proof FROM schema_guard.missing_indexes() WHERE table_name = 'public.bill' ORDER BY 1}),
	"{customer}|high|t|HypoPG: used by the check of the key\n{other}|info|f|HypoPG: not used by the check of the key", 'a key is worth an index if its check would use it');
# Rows that were looked for by the same columns count for it.
traffic('bill', 'customer = 1', 'customer = 2');
is(sql(q{SELECT kind, reason ~ 'scans of the whole table', gain_rows >= 99980 FROM schema_guard.missing_indexes() WHERE table_name = 'public.bill' AND columns = '{customer}'}),
	'foreign key|t|t', 'one row for one index');

# Nothing is executed, and planning runs as who ran the statement, with what he may.
sql(q{
	CREATE ROLE eve; GRANT ALL ON SCHEMA public TO eve; GRANT SELECT ON orders TO eve;
	CREATE TABLE said (who name); GRANT INSERT ON said TO PUBLIC;
	SET ROLE eve;
	CREATE FUNCTION told(text) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN INSERT INTO public.said VALUES (current_user); RETURN $1; EXCEPTION WHEN OTHERS THEN RETURN $1; END $$;
	ALTER FUNCTION told VOLATILE; ALTER FUNCTION told STABLE;
	CREATE TABLE own AS SELECT n AS id, n::text AS a, repeat('x', 50) AS filler FROM generate_series(1, 50000) n;
	ANALYZE own;
	PREPARE q AS SELECT count(*) FROM own WHERE a = told($1);
	SELECT count(*) FROM own WHERE a = told('7'); SELECT count(*) FROM own WHERE a = told('8');
	RESET ROLE;
	TRUNCATE said;
});
like(sql(q{SELECT proof FROM schema_guard.missing_indexes() WHERE table_name = 'public.own'}), qr/^HypoPG: used by statement/, 'a statement with a function of the user');
is(sql(q{SELECT count(*) FROM said WHERE who = 'postgres'}), 0, 'which did not run as the superuser');

# A share is enough.
$node->append_conf('postgresql.conf', 'schema_guard.track_plans = 0.5');
$node->restart;
traffic('bill', map { "customer = $_" } 1 .. 60);
my ($seen, $estimate) = split /\|/, sql(q{SELECT scans, removed_in_all / 1000 FROM schema_guard.scan_predicates WHERE table_name = 'public.bill'});
ok($seen > 10 && $seen < 50, "about half were looked at: $seen of 60");
is($estimate, int($seen * 2 * 49990 / 1000), 'and stand for the others');

$node->stop;
done_testing();
