# What happens to a server happens to the guard: restart, crash, prepared transactions, single-user mode, standby,
# promotion, template databases, the emergency switch.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'schema_guard'
max_prepared_transactions = 5
CONF
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION schema_guard;
	CREATE TABLE t (id int PRIMARY KEY);
	SELECT schema_guard.set_mode('enforce', 'rules are in force now');
});

# Refused statements end psql with 3; the message is what a client shows.
sub refused
{
	my ($server, $sql, $pattern, $what) = @_;
	my ($status, $stdout, $stderr) = $server->psql('postgres', $sql);
	like($stderr, $pattern, $what);
}
sub log_size { return -s $_[0]->logfile }

# --- restart, crash ---
$node->restart;
is($node->safe_psql('postgres', 'SELECT mode FROM schema_guard.mode'), 'enforce', 'a restart keeps the mode');
refused($node, 'CREATE TABLE r (id int)', qr/refused: no migration context/, 'and the guard');
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', 'SELECT mode FROM schema_guard.mode'), 'enforce', 'a crash keeps the mode');

# --- a prepared transaction over a restart ---
$node->safe_psql('postgres', q{
	SET schema_guard.migration = '20261121120000_prepared';
	BEGIN; CREATE TABLE prepared (id int); PREPARE TRANSACTION 'over';
	BEGIN; CREATE TABLE prepared_gone (id int); PREPARE TRANSACTION 'never';
});
$node->restart;
is($node->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'committed' AND objects LIKE '%prepared%'"), 0, 'prepared: not yet on record');
$node->safe_psql('postgres', "COMMIT PREPARED 'over'");
$node->safe_psql('postgres', "ROLLBACK PREPARED 'never'");
is($node->safe_psql('postgres', "SELECT objects || ' ' || migration FROM schema_guard.ddl_log WHERE outcome = 'committed' AND objects LIKE '%prepared%'"),
	'create table public.prepared 20261121120000_prepared', 'committed after a restart, by another session: on record');

# --- kill -9 in the middle of CREATE INDEX CONCURRENTLY ---
$node->safe_psql('postgres', 'INSERT INTO t SELECT generate_series(1, 10)');
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; UPDATE t SET id = -id WHERE id = 1');
my $builder = $node->background_psql('postgres', on_error_stop => 0);
$builder->query_safe("SET schema_guard.migration = '20261121120001_concurrently'");
$builder->{stdin} .= "CREATE INDEX CONCURRENTLY t_slow ON t (id);\n";
$builder->{run}->pump_nb;
$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' AND wait_event_type = 'Lock'");
$node->stop('immediate');
eval { $_->{run}->kill_kill } for ($holder, $builder);
$node->start;
is($node->safe_psql('postgres', "SELECT outcome, migration, statement FROM schema_guard.ddl_log WHERE outcome IN ('committed', 'unfinished') AND statement LIKE '%t_slow%'"),
	'unfinished|20261121120001_concurrently|CREATE INDEX CONCURRENTLY t_slow ON t (id)', 'killed on its way: an unfinished row');
is($node->safe_psql('postgres', "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_slow'::regclass"), 'f', 'for an invalid index');
$node->safe_psql('postgres', "SET schema_guard.migration = '20261121120002_again'; DROP INDEX t_slow;");
$node->safe_psql('postgres', "SET schema_guard.migration = '20261121120002_again'; CREATE INDEX CONCURRENTLY t_slow ON t (id);");
is($node->safe_psql('postgres', "SELECT string_agg(outcome, ' ' ORDER BY started_at) FROM schema_guard.ddl_log WHERE outcome IN ('committed', 'unfinished') AND statement LIKE 'CREATE INDEX CONC%t_slow%'"),
	'unfinished committed', 'finished, there is one row of it');

# --- single-user mode is for repair ---
$node->stop;
my $single = '';
my $errors = '';
IPC::Run::run([ 'postgres', '--single', '-D', $node->data_dir, 'postgres' ], '<', \"CREATE TABLE by_single_user (id int);\n", '>', \$single, '2>', \$errors);
$node->start;
is($node->safe_psql('postgres', "SELECT to_regclass('by_single_user')"), 'by_single_user', 'single-user mode refuses nothing');
is($node->safe_psql('postgres', "SELECT decision FROM schema_guard.ddl_log WHERE objects LIKE '%by_single_user%'"), 'observed', 'and records');

# --- a standby ---
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', "SET schema_guard.migration = '20261121120003_replayed'; CREATE TABLE replayed (id int);");
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE objects LIKE '%replayed%'"), 1, 'a standby replays the log');
is($standby->safe_psql('postgres', 'SELECT mode FROM schema_guard.mode'), 'enforce', 'and the mode');
ok($standby->safe_psql('postgres', 'SELECT count(*) FROM schema_guard.status()') > 5, 'status() answers there');
refused($standby, 'CREATE TABLE no (id int)', qr/cannot execute CREATE TABLE in a read-only transaction/, "DDL there meets PostgreSQL's own words");
my $size = log_size($standby);
$standby->safe_psql('postgres', "ALTER SYSTEM SET log_temp_files = 1");
pass('ALTER SYSTEM works there');
$standby->promote;
refused($standby, 'CREATE TABLE no (id int)', qr/refused: no migration context/, 'promoted, it guards');
$standby->safe_psql('postgres', "SET schema_guard.migration = '20261121120004_promoted'; CREATE TABLE promoted (id int);");
is($standby->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE objects LIKE '%promoted%'"), 1, 'and records');
$standby->stop;

# --- copies of a database ---
$node->safe_psql('postgres', q{
	SET schema_guard.migration = '20261121120005_copy';
	SELECT schema_guard.protect('t', 'copies keep the policy');
});
$node->safe_psql('template1', "SELECT 1");
$node->safe_psql('template1', "CREATE DATABASE copy TEMPLATE postgres");
is($node->safe_psql('copy', 'SELECT mode FROM schema_guard.mode'), 'observe', 'a copy starts in observe');
is($node->safe_psql('copy', 'SELECT identity FROM schema_guard.protections'), 'public.t', 'with the policy');
$node->safe_psql('copy', 'CREATE TABLE in_copy (id int)');
is($node->safe_psql('copy', 'SELECT count(DISTINCT chain) FROM schema_guard.ddl_log'), 2, 'and another chain');
is($node->safe_psql('postgres', 'SELECT count(DISTINCT chain) FROM schema_guard.ddl_log'), 1, 'the original keeps its own');
$node->safe_psql('template1', 'ALTER DATABASE copy RENAME TO copied');
$node->safe_psql('copied', "SELECT schema_guard.set_mode('enforce', 'the copy is ready')");
$node->safe_psql('template1', 'ALTER DATABASE copied RENAME TO renamed');
is($node->safe_psql('renamed', 'SELECT mode FROM schema_guard.mode'), 'enforce', 'a renamed database keeps its mode');
$node->safe_psql('template1', 'DROP DATABASE renamed');

# --- the emergency switch ---
$size = log_size($node);
$node->append_conf('postgresql.conf', 'schema_guard.enabled = off');
$node->reload;
ok($node->wait_for_log(qr/schema_guard\.enabled changed to off/, $size), 'switching off is logged');
$node->poll_query_until('postgres', "SELECT current_setting('schema_guard.enabled') = 'off'");
$node->safe_psql('postgres', 'CREATE TABLE unguarded (id int); DROP TABLE t CASCADE');
$node->append_conf('postgresql.conf', 'schema_guard.enabled = on');
$node->reload;
ok($node->wait_for_log(qr/schema_guard\.enabled changed to on/, $size), 'switching on is logged');
$node->poll_query_until('postgres', "SELECT current_setting('schema_guard.enabled') = 'on'");
my $log = slurp_file($node->logfile, $size);
is(() = $log =~ /schema_guard\.enabled changed/g, 2, 'each once, however many sessions there are');
refused($node, 'CREATE TABLE again (id int)', qr/refused/, 'on again, it guards');

# --- a database without the extension ---
$node->safe_psql('template1', 'CREATE DATABASE plain');
$size = log_size($node);
$node->safe_psql('plain', "CREATE TABLE of_no_concern (id int); CREATE ROLE regress_unguarded PASSWORD 'hush'; GRANT pg_monitor TO regress_unguarded;");
$node->safe_psql('plain', "ALTER SYSTEM SET log_temp_files = 2");
$log = slurp_file($node->logfile, $size);
like($log, qr/schema_guard: \{"event": "unguarded", "database": "plain", "command_tag": "CREATE ROLE"/, 'a shared object changed there is told in the server log');
like($log, qr/"event": "unguarded", "database": "plain", "command_tag": "GRANT ROLE"/, 'a grant of a role too');
like($log, qr/"event": "unguarded", "database": "plain", "command_tag": "ALTER SYSTEM"/, 'ALTER SYSTEM too');
unlike($log, qr/schema_guard: .*of_no_concern/, 'what is local there is not');
unlike($log, qr/schema_guard: .*hush/, 'no secret in it');

$node->stop;
done_testing();
