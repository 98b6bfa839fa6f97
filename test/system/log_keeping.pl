# What is kept how long, and sealed how soon: retention of the log and of usage; the start of a statement that commits midway.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'schema_guard'
schema_guard.worker_naptime = 1h
schema_guard.seal_delay = 100ms
schema_guard.alert_interval = 0
schema_guard.sample_interval = 0
});
$node->start;
sub sql { return $node->safe_psql('postgres', $_[0]) }
sub await { return $node->poll_query_until('postgres', $_[0]) }
sql('CREATE EXTENSION schema_guard; CREATE TABLE t (id int); CREATE TABLE held (id int)');
my $unsealed = q{EXISTS (SELECT FROM schema_guard.verify_log() WHERE finding = 'unsealed')};
await("SELECT NOT $unsealed") or die 'nothing is sealed';

# --- CREATE INDEX CONCURRENTLY waits for a transaction: that it began is sealed meanwhile, not only when it ends ---
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN; INSERT INTO t VALUES (1)');
my ($out, $err) = ('', '');
my $builder = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', 'CREATE INDEX CONCURRENTLY t_id ON t (id)' ], '>', \$out, '2>', \$err);
await(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' AND wait_event_type = 'Lock'}) or die 'it does not wait';
is(sql(q{SELECT count(*) FROM schema_guard.statement_log WHERE statement LIKE 'CREATE INDEX CONC%'}), 1, 'its start is on record');
my $sealed = 0;
for (1 .. 50) { $sealed = sql("SELECT NOT $unsealed") eq 't'; last if $sealed; select(undef, undef, undef, 0.1) }
ok($sealed, 'and sealed while it waits');
$other->query_safe('COMMIT');
$other->quit;
$builder->finish;
is($err, '', 'the index is built');
ok(await("SELECT NOT $unsealed"), 'so is its end');

# --- schema_guard.log_retention: what is older goes, by whole blocks; the rest stays, and verifies ---
my $count = sql('SELECT count(*) FROM schema_guard.ddl_log');
select(undef, undef, undef, 15.5);
sql('CREATE TABLE young (id int)');
await("SELECT NOT $unsealed") or die 'nothing is sealed';
is(sql('SELECT count(*) FROM schema_guard.ddl_log'), $count + 1, 'for ever by default');
$node->append_conf('postgresql.conf', "schema_guard.log_retention = 15s\nschema_guard.worker_naptime = 1s");
$node->reload;
ok(await(q{SELECT count(*) = 0 FROM schema_guard.ddl_log WHERE statement LIKE 'CREATE TABLE t %'}), 'what is older is purged');
is(sql(q{SELECT string_agg(statement, ', ' ORDER BY started_at) FROM schema_guard.ddl_log}), 'CREATE TABLE young (id int), -- schema_guard.log_retention: 15s',
	'what is younger stays, and the purge is on record');
ok(await("SELECT NOT $unsealed"), 'sealed as well');
is(sql('SELECT count(*) FROM schema_guard.verify_log() WHERE tampered'), 0, 'and is no tampering');
is(sql(q{SELECT bool_and(purged = (number < (SELECT min(number) FROM schema_guard.log_blocks WHERE NOT purged))) FROM schema_guard.log_blocks}), 't', 'whole blocks from the first on');

# --- schema_guard.usage_retention: 400 days unless said otherwise ---
sql(q{INSERT INTO t SELECT generate_series(1, 100); SELECT schema_guard.sample_index_usage(); SELECT count(*) FROM t; SELECT pg_stat_force_next_flush()});
sql(q{SELECT schema_guard.sample_index_usage()});
my $days = q{SELECT string_agg((now()::date - day)::text, ',' ORDER BY day DESC) FROM (SELECT DISTINCT day FROM schema_guard.usage_day) d};
sql(qq{INSERT INTO schema_guard.usage_day SELECT node, object, (now() AT TIME ZONE 'UTC')::date - d, scans, tup_read, tup_fetch, inserted, updated, hot_updated, deleted, plan_uses
	FROM (SELECT * FROM schema_guard.usage_day LIMIT 1) u, unnest('{20,60,399,402,1000}'::int[]) d;
	INSERT INTO schema_guard.usage_sample (node, sampled_at, covered_from) SELECT node, now() - '500 days'::interval, now() - '501 days'::interval FROM schema_guard.usage_node;
	SELECT schema_guard.sample_index_usage()});
is(sql($days), '0,20,60,399', 'usage is kept for 400 days');
is(sql(q{SELECT count(*) FROM schema_guard.usage_sample WHERE sampled_at < now() - '400 days'::interval}), 0, 'so are samples');
$node->append_conf('postgresql.conf', "schema_guard.usage_retention = 50d");
$node->reload;
await(q{SELECT current_setting('schema_guard.usage_retention') = '50d'});
sql('SELECT schema_guard.sample_index_usage()');
is(sql($days), '0,20', 'or for as long as the setting says');
sql(q{INSERT INTO schema_guard.usage_day SELECT node, object, day - 3000, scans, tup_read, tup_fetch, inserted, updated, hot_updated, deleted, plan_uses FROM schema_guard.usage_day LIMIT 1});
$node->append_conf('postgresql.conf', "schema_guard.usage_retention = 0");
$node->reload;
await(q{SELECT current_setting('schema_guard.usage_retention') = '0'});
sql('SELECT schema_guard.sample_index_usage()');
like(sql($days), qr/,[23]\d\d\d$/, '0: for ever');

# --- what a database or a role sets for its sessions is not meant for workers ---
my $transaction_timeout = $node->pg_version >= 17 ? 'ALTER DATABASE postgres SET transaction_timeout = 1;' : '';
$node->append_conf('postgresql.conf', 'schema_guard.log_retention = 0');
$node->reload;
$node->safe_psql('template1', qq{$transaction_timeout ALTER DATABASE postgres SET statement_timeout = 1; ALTER DATABASE postgres SET default_transaction_read_only = on});
my $options = q{-c statement_timeout=0 -c default_transaction_read_only=off} . ($transaction_timeout ? ' -c transaction_timeout=0' : '');
{
	local $ENV{PGOPTIONS} = $options;
	sql(q{CREATE TABLE late (id int)});
	$node->psql('postgres', 'CREATE TABLE late (id int)');
	ok(await(q{SELECT count(*) = 1 FROM schema_guard.ddl_log WHERE outcome = 'failed' AND statement LIKE 'CREATE TABLE late%'}), 'the worker writes all the same');
	ok(await("SELECT NOT $unsealed"), 'and seals');
	unlike(slurp_file($node->logfile), qr/transaction timeout/, 'without being ended by a timeout');
}
$node->stop;
done_testing();
