# A fast shutdown ends a server in whatever state its workers are; memory stays flat over many visits.  ROUNDS=100 for more.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $rounds = $ENV{ROUNDS} || 5;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nlog_line_prefix = '%m [%p] %b '\n");
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'attempts are tried out')");

sub refused { return ($node->psql('postgres', "CREATE TABLE $_[0] (id int)"))[2] =~ /refused/ }
sub worker_waits_for_lock
{
	my $holder = $node->background_psql('postgres');
	$holder->query_safe("SET schema_guard.override = 'to hold the log'; BEGIN; LOCK TABLE schema_guard.statement_log IN EXCLUSIVE MODE");
	$node->psql('postgres', q{SET statement_timeout = '200ms'; CREATE TABLE waits (id int)});
	$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND wait_event_type = 'Lock'});
	return $holder;
}
# The worker comes to the block's row, and no further.
sub worker_seals
{
	my $holder = $node->background_psql('postgres');
	$holder->query_safe("SET schema_guard.override = 'to hold the blocks'; BEGIN; LOCK TABLE schema_guard.log_block IN SHARE MODE");
	refused('sealed');
	$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND wait_event_type = 'Lock' AND query = 'schema_guard: sealing the log'}) or die 'no worker seals';
	return $holder;
}
# A session that waits for its row, which another keeps the worker from writing.
sub session_waits
{
	my $holder = worker_waits_for_lock();
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	$session->query_until(qr/sent/, "\\echo sent\nCREATE TABLE confirmed (id int);\n");
	return $holder, $session;
}
my @states = (
	[ 'nothing to do', sub { } ],
	[ 'a worker lingers', sub { refused('lingers') } ],
	[ 'a worker starts', sub { $node->psql('postgres', q{SET statement_timeout = '1ms'; CREATE TABLE starts (id int)}) } ],
	[ 'a worker waits for a lock', \&worker_waits_for_lock ],
	[ 'a worker seals', \&worker_seals ],
	[ 'a session waits for its row', \&session_waits ],
	[ 'a worker is in its back-off', sub { my $holder = worker_waits_for_lock(); sleep 1.5; return $holder } ],
	[ 'a flood waits', sub { $node->psql('postgres', q{DO $$ BEGIN FOR i IN 1..300 LOOP BEGIN EXECUTE 'CREATE TABLE flood (id int, id int)'; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$}) } ],
);
my $slowest = 0;
for my $round (1 .. $rounds)
{
	for my $state (@states)
	{
		my @holders = $state->[1]->();
		my $begin = time;
		$node->stop('fast');
		my $took = time - $begin;
		$slowest = $took if $took > $slowest;
		ref && $_->{run}->kill_kill for @holders;
		$node->start;
	}
}
cmp_ok($slowest, '<', 10, sprintf('%d shutdowns in %d states, the slowest took %.1f s', $rounds * @states, scalar @states, $slowest));
unlike(slurp_file($node->logfile), qr/signal 11|signal 6|\bPANIC\b|TRAP|SIGKILL/, 'and nothing crashed');

is($node->safe_psql('postgres', q{SELECT coalesce(string_agg(finding, ' '), 'nothing') FROM schema_guard.verify_log() WHERE tampered}), 'nothing', 'the log verifies');
ok($node->poll_query_until('postgres', q{SELECT (SELECT sum(row_count) FROM schema_guard.log_blocks) = (SELECT count(*) FROM schema_guard.statement_log)}), 'and is sealed');

# --- memory: of the launcher over many workers, of a worker over many batches ---
sub private_kb { my ($kb) = slurp_file("/proc/$_[0]/status") =~ /RssAnon:\s+(\d+)/; return $kb }
sub pid_of { return $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'schema_guard $_[0]' LIMIT 1") }
sub flood { $node->psql('postgres', qq{DO \$\$ BEGIN FOR i IN 1..$_[0] LOOP BEGIN EXECUTE 'CREATE TABLE flood (id int)'; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END \$\$}) }
# Looking for alerts once takes some megabytes, for plans and catalogs: not in the middle.
$node->append_conf('postgresql.conf', "schema_guard.alert_interval = 0\nschema_guard.sample_interval = 0\n");
$node->reload;
$node->poll_query_until('postgres', q{SELECT state = 'running' FROM schema_guard.worker_status WHERE database IS NULL});
my $launcher = pid_of('launcher');
my $visits = sub {
	for (1 .. $_[0])
	{
		refused('visit');
		my $worker = pid_of('worker') or next;
		$node->safe_psql('postgres', "SELECT pg_terminate_backend($worker, 5000)");
	}
};
$visits->(5);
my $before = private_kb($launcher);
$visits->(10 * $rounds);
my $after = private_kb($launcher);
cmp_ok($after - $before, '<=', 200, "the launcher's memory over " . 10 * $rounds . " workers: $before kB, then $after kB");

# The last of them was terminated: another comes when its back-off is over.
refused('waits');
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'schema_guard worker'});
flood(500);
my $worker = pid_of('worker');
$before = private_kb($worker);
flood(500) for 1 .. 2 * $rounds;
is(pid_of('worker'), $worker, 'one worker has written it all');
$after = private_kb($worker);
cmp_ok($after - $before, '<=', 300, "a worker's memory over " . 1000 * $rounds . " attempts: $before kB, then $after kB");
$node->stop('fast');
done_testing();
