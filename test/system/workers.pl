# Workers: attempts survive what servers go through, and nobody waits for a worker that does not come.  ROUNDS=250 drops, renames
# and copies a thousand databases with a worker in each.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $rounds = $ENV{ROUNDS} || 2;
my $attempts = q{schema_guard.ddl_log WHERE outcome IN ('refused', 'failed', 'rolled_back')};

sub cluster
{
	my ($name, $conf, %how) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(%how);
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nlog_line_prefix = '%m [%p] %b '\n$conf");
	$node->start;
	$node->safe_psql('postgres', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'attempts are tried out')");
	return $node;
}
sub refuse
{
	my ($node, $name, $database) = @_;
	my $begin = time;
	my (undef, undef, $stderr) = $node->psql($database // 'postgres', "CREATE TABLE $name (id int)");
	return ($stderr =~ /refused: no migration context/, time - $begin);
}
sub count_of { return $_[0]->safe_psql($_[2] // 'postgres', "SELECT count(*) FROM $attempts AND objects LIKE '%$_[1]%'") }
sub pid_of { return $_[0]->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'schema_guard $_[1]' LIMIT 1") }
sub status { return $_[0]->safe_psql('postgres', "SELECT $_[1] FROM schema_guard.worker_status WHERE database = '" . ($_[2] // 'postgres') . "'") }
# The launcher has come up: soon after the server, but after the first session may be there.
sub await_launcher
{
	$_[0]->poll_query_until('postgres', "SELECT state = 'running' FROM schema_guard.worker_status WHERE database IS NULL") or die 'no launcher';
}

# --- a session that is told of its refusal finds it on record ---
my $node = cluster('main', "max_worker_processes = 8\n");
await_launcher($node);
is($node->safe_psql('postgres', 'SHOW schema_guard.worker_naptime'), '1min', 'the settings are there');
my ($refused, $took) = refuse($node, 'first');
ok($refused, 'refused');
is(count_of($node, 'first'), 1, 'on record when the client knows');
$node->safe_psql('postgres', "SELECT schema_guard.freeze(now(), now() + interval '1 hour', 'nothing changes for an hour'); SELECT schema_guard.unfreeze('it may change again');");
is($node->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'committed' AND class = 'guard'"), 3, 'beside what was done');

# --- the worker goes when it has nothing to do, and the database is free ---
ok(pid_of($node, 'worker'), 'the worker lingers');
ok($node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'schema_guard worker')}), 'and ends');
ok(pid_of($node, 'launcher'), 'the launcher stays');
is($node->safe_psql('postgres', q{SELECT datid IS NULL FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'}), 't', 'in no database');

# --- workers and launcher that are terminated come back, and nothing is lost ---
refuse($node, 'before_terminate');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'schema_guard worker'});
($refused, $took) = refuse($node, 'after_terminate');
ok($refused && $took < 3, 'refused without its worker');
ok($node->poll_query_until('postgres', "SELECT count(*) = 2 FROM $attempts AND objects LIKE '%_terminate%'"), 'its attempts are written by another');
my $launcher = pid_of($node, 'launcher');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($launcher)");
ok($node->poll_query_until('postgres', "SELECT pid IS NULL OR pid <> $launcher FROM schema_guard.worker_status WHERE database IS NULL"), 'the launcher can be terminated');
ok($node->poll_query_until('postgres', "SELECT state = 'running' AND pid <> $launcher FROM schema_guard.worker_status WHERE database IS NULL"), 'and comes back');
refuse($node, 'after_launcher');
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM $attempts AND objects LIKE '%after_launcher%'"), 'and works');

# --- other databases: without the extension, templates, the home database ---
$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; CREATE DATABASE plain});
$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; CREATE DATABASE shop});
$node->safe_psql('shop', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'shop is live')");
refuse($node, 'in_shop', 'shop');
is(count_of($node, 'in_shop', 'shop'), 1, 'each database has its own');
is(count_of($node, 'in_shop'), 0, 'and no other');
$node->psql('plain', 'CREATE ROLE unrecorded');
$node->append_conf('postgresql.conf', "schema_guard.home_database = 'shop'\n");
$node->reload;
$node->poll_query_until('plain', "SELECT current_setting('schema_guard.home_database', true) = 'shop'");
$node->psql('plain', q{CREATE ROLE recorded PASSWORD 'CANARY'});
$node->psql('plain', 'CREATE ROLE recorded');
$node->psql('plain', 'BEGIN; DROP ROLE recorded; ROLLBACK');
$node->psql('plain', 'CREATE TABLE local_only (id int)');
ok($node->poll_query_until('shop', q{SELECT count(*) = 3 FROM schema_guard.ddl_log WHERE database_name = 'plain'}), 'the home database is told of the cluster');
is($node->safe_psql('shop', q{SELECT string_agg(concat_ws(' ', command_tag, outcome, sqlstate, decision, allowed_by), ', ' ORDER BY started_at)
	FROM schema_guard.ddl_log WHERE database_name = 'plain'}),
	'CREATE ROLE committed allowed unguarded, CREATE ROLE failed 42710 allowed unguarded, DROP ROLE rolled_back allowed unguarded', 'with each outcome');
is($node->safe_psql('shop', q{SELECT count(*) FROM schema_guard.ddl_log l WHERE l::text ~ 'CANARY'}), 0, 'and without secrets');
is($node->safe_psql('shop', q{SELECT identity FROM schema_guard.ddl_objects WHERE object_type = 'role'}), 'recorded', 'and what was done to what');

$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; ALTER DATABASE shop IS_TEMPLATE true});
$node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND datname = 'shop')});
($refused, $took) = refuse($node, 'in_template', 'shop');
ok($refused && $took < 1, 'a template has no worker, and nobody waits for one');
like(status($node, 'last_error', 'shop'), qr/a template/, 'status says so');
is(count_of($node, 'in_template', 'shop'), 0, 'its attempts wait');
$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; ALTER DATABASE shop IS_TEMPLATE false});

# --- statements that want a database alone: with a worker in it each time ---
my $slowest = 0;
my $connected = 0;
for my $round (1 .. $rounds)
{
	for my $statement ("CREATE DATABASE copy TEMPLATE busy", "ALTER DATABASE busy RENAME TO renamed", "DROP DATABASE renamed", "DROP DATABASE copy WITH (FORCE)")
	{
		if ($statement =~ /^CREATE/)
		{
			$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; CREATE DATABASE busy});
			$node->safe_psql('busy', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'busy is live')");
		}
		my ($database) = grep { $node->safe_psql('postgres', "SELECT 1 FROM pg_database WHERE datname = '$_'") } ($statement =~ /copy WITH/ ? 'copy' : ('busy', 'renamed'));
		$node->safe_psql($database, "SELECT schema_guard.set_mode('enforce', 'busy is live')");
		refuse($node, 'busy', $database);
		$connected += $node->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND datname = '$database'");
		my $begin = time;
		my (undef, undef, $stderr) = $node->psql('postgres', "SET schema_guard.override = 'databases to try'; $statement");
		my $took = time - $begin;
		$slowest = $took if $took > $slowest;
		is($stderr, '', "$statement, round $round") or diag($node->safe_psql('postgres', "SELECT datname, backend_type FROM pg_stat_activity"));
	}
}
cmp_ok($connected, '>=', 3 * $rounds, "with a worker there ($connected of " . 4 * $rounds . ')');
cmp_ok($slowest, '<', 3, sprintf('the slowest took %.2f s', $slowest));
# A statement that fails lets the worker come back.
$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; CREATE DATABASE busy});
$node->safe_psql('busy', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'busy is live')");
my $session = $node->background_psql('busy');
$session->query_safe('SELECT 1');
my (undef, undef, $stderr) = $node->psql('postgres', "SET schema_guard.override = 'databases to try'; SET statement_timeout = '1s'; DROP DATABASE busy");
like($stderr, qr/is being accessed by other users|statement timeout/, 'a database in use is not dropped');
refuse($node, 'after_failed_drop', 'busy');
ok($node->poll_query_until('busy', "SELECT count(*) = 1 FROM $attempts AND objects LIKE '%after_failed_drop%'"), 'and its worker works again');
$session->quit;
# Whoever may not drop it cannot send its worker away.
$node->safe_psql('postgres', q{SET schema_guard.override = 'databases to try'; CREATE ROLE outsider LOGIN});
# It lingers for three seconds, which may be over on a busy machine; sent away it would be gone each time.
my $stays = '';
for (1 .. 10)
{
	refuse($node, 'stays', 'busy');
	my $of_busy = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND datname = 'busy'";
	my $busy = $node->safe_psql('postgres', $of_busy);
	$node->psql('plain', 'DROP DATABASE busy', extra_params => [ '-U', 'outsider' ]);
	$stays = $busy ne '' && $node->safe_psql('postgres', $of_busy) eq $busy;
	last if $stays;
}
ok($stays, 'only its owner sends a worker away');

# --- what a database sets for its sessions is not meant for workers ---
$node->safe_psql('postgres', "SET schema_guard.override = 'databases to try'; CREATE DATABASE strict; CREATE ROLE nobody_much");
$node->safe_psql('strict', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'attempts are tried out')");
my @strict = ('default_transaction_read_only = on', 'default_transaction_isolation = serializable', 'statement_timeout = 1', 'lock_timeout = 1', 'role = nobody_much',
	'search_path = nowhere', 'TimeZone = "Asia/Tokyo"', 'DateStyle = "SQL, DMY"', 'IntervalStyle = sql_standard', 'enable_indexscan = off', 'bytea_output = escape');
push @strict, 'transaction_timeout = 1' if $node->safe_psql('postgres', 'SHOW server_version_num') >= 170000;
$node->safe_psql('postgres', "SET schema_guard.override = 'databases to try'; ALTER DATABASE strict SET $_") for @strict;
$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'strict'});
{
	local $ENV{PGOPTIONS} = '-c role=none -c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0'
		. (@strict > 11 ? ' -c transaction_timeout=0' : '');
	($refused) = refuse($node, 'in_strict', 'strict');
	ok($refused, 'a database with settings of its own: refused');
	is(count_of($node, 'in_strict', 'strict'), 1, 'on record when the client knows');
	ok($node->poll_query_until('strict', q{SELECT (SELECT sum(row_count) FROM schema_guard.log_blocks) = (SELECT count(*) FROM schema_guard.statement_log)}), 'and sealed');
	is($node->safe_psql('strict', q{SELECT coalesce(string_agg(finding, ' '), 'nothing') FROM schema_guard.verify_log() WHERE tampered}), 'nothing', 'as it was written');
	is($node->safe_psql('strict', q{SELECT concat_ws(' ', failures, last_error) FROM schema_guard.worker_status WHERE database = 'strict'}), '0', 'its workers have not failed');
}

# --- two databases with ever more attempts, and one worker: each has its turn, and the log is sealed meanwhile ---
my $flood = $node->basedir . '/flood.sql';
append_to_file($flood, "DO 'BEGIN CREATE TABLE torrent (id int); EXCEPTION WHEN SQLSTATE ''SG001'' THEN NULL; END';\n");
my %before = map { $_ => $node->safe_psql($_, 'SELECT count(*) FROM schema_guard.log_blocks') } (qw(postgres busy));
my @floods = map { IPC::Run::start([ 'pgbench', '-n', '-c', 4, '-T', 8, '-f', $flood, $node->connstr($_) ], '>', \my $out, '2>', \my $err) } (qw(postgres busy));
sleep 6;
my %during = map { $_ => $node->safe_psql($_, 'SELECT count(*) FROM schema_guard.log_blocks') } (qw(postgres busy));
ok($_->finish, 'flooded') for @floods;
cmp_ok($during{$_} - $before{$_}, '>=', 2, "sealed in $_ meanwhile") for (qw(postgres busy));

# --- the emergency switch, and no workers at all ---
$node->append_conf('postgresql.conf', "schema_guard.max_workers = 0\n");
$node->reload;
$node->poll_query_until('postgres', q{SELECT value = 'off' FROM schema_guard.status() WHERE item = 'workers'});
($refused, $took) = refuse($node, 'without_workers');
ok($refused && $took < 0.9, 'refused without workers, and without waiting for one');
$node->append_conf('postgresql.conf', "schema_guard.max_workers = 2\n");
$node->reload;
ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM $attempts AND objects LIKE '%without_workers%'"), 'and written when there are some again');
$node->stop('fast');
my $log = slurp_file($node->logfile);
unlike($log, qr/\bPANIC\b|TRAP|signal 11|signal 6/, 'no crash');

# --- no process to be had: nobody stalls, and all is written afterwards ---
$node->append_conf('postgresql.conf', "max_worker_processes = 2\n");
$node->start;
await_launcher($node);
# The logical replication launcher and ours take both.
my $stall = 0;
for my $i (1 .. 20)
{
	($refused, $took) = refuse($node, "exhausted_$i");
	$stall = $took if $took > $stall;
}
cmp_ok($stall, '<', 0.9, sprintf('no process for a worker: the slowest refusal took %.3f s', $stall));
is($node->safe_psql('postgres', q{SELECT value FROM schema_guard.status() WHERE item = 'workers'}), 'waiting', 'status says so');
is(() = slurp_file($node->logfile) =~ /found no process for a worker/g, 1, 'the server log once');
$node->stop('fast');
is(() = slurp_file($node->logfile) =~ /found no process for a worker/g, 1, 'and no more than once');

# --- overflow: counted, told, and harmless ---
$node->append_conf('postgresql.conf', "max_worker_processes = 8\nschema_guard.ring_size = 64kB\nschema_guard.max_workers = 0\n");
$node->start;
await_launcher($node);
$node->psql('postgres', q{DO $$ BEGIN FOR i IN 1..2000 LOOP BEGIN EXECUTE 'CREATE TABLE flood (id int)'; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$});
my $dropped = status($node, 'dropped');
cmp_ok($dropped, '>', 0, "what does not fit is counted: $dropped");
is($node->safe_psql('postgres', q{SELECT value FROM schema_guard.status() WHERE item = 'attempts lost'}), $dropped, 'and shown');
$node->append_conf('postgresql.conf', "schema_guard.max_workers = 1\n");
$node->reload;
ok($node->poll_query_until('postgres', "SELECT waiting_bytes = 0 FROM schema_guard.worker_status WHERE database = 'postgres'"), 'the rest is written');
is(count_of($node, 'flood') + $dropped, 2000, 'written and lost make up all');
is($node->safe_psql('postgres', q{SELECT count(DISTINCT (attempt_boot, attempt_number)) = count(*) FROM schema_guard.statement_log WHERE attempt_boot IS NOT NULL}), 't', 'none twice');
$node->stop('fast');

# --- a standby: what is tried there is written when it is promoted ---
my $primary = cluster('primary', '', allows_streaming => 1);
$primary->safe_psql('postgres', q{SET schema_guard.override = 'a table to try'; CREATE TABLE kept (id int)});
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);
$standby->psql('postgres', 'DROP TABLE kept');
$standby->psql('postgres', 'CREATE TABLE on_standby (id int)');
$standby->safe_psql('postgres', q{ALTER SYSTEM SET work_mem = '5MB'});
is($standby->safe_psql('postgres', q{SELECT value FROM schema_guard.status() WHERE item = 'workers'}), 'waiting', 'no workers on a standby');
is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'schema_guard%'}), 0, 'none at all');
my $begin = time;
$standby->promote;
ok($standby->poll_query_until('postgres', q{SELECT count(*) = 3 FROM schema_guard.ddl_log WHERE sqlstate = '25006' OR command_tag = 'ALTER SYSTEM'}), 'attempts on a standby are written when it is promoted');
cmp_ok(time - $begin, '<', 3, sprintf('within %.1f s', time - $begin));
is($standby->safe_psql('postgres', q{SELECT string_agg(concat_ws(' ', command_tag, outcome, sqlstate, objects), ', ' ORDER BY started_at) FROM schema_guard.ddl_log
	WHERE sqlstate = '25006' OR command_tag = 'ALTER SYSTEM'}),
	'DROP TABLE failed 25006 drop table public.kept, CREATE TABLE failed 25006 create table public.on_standby, ALTER SYSTEM committed alter parameter work_mem', 'as they were');
refuse($standby, 'promoted');
is(count_of($standby, 'promoted'), 1, 'and its own worker works');
$standby->stop('fast');
$primary->stop('fast');

done_testing();
