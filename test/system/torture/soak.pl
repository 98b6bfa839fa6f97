# A worker's memory stays flat over 10,000 steps and more: each writes attempts or seals a block.  ROUNDS=100 for more.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $steps = 1000 * ($ENV{ROUNDS} || 10);
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# A block for what is there at each step, and neither visits nor anything else between.
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'schema_guard'
fsync = off
schema_guard.seal_delay = 0
schema_guard.worker_naptime = 0
schema_guard.alert_interval = 0
schema_guard.sample_interval = 0
CONF
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION schema_guard; CREATE TABLE orders (id int); SELECT schema_guard.set_mode('enforce', 'attempts are tried out')");

sub private_kb { my ($kb) = slurp_file("/proc/$_[0]/status") =~ /RssAnon:\s+(\d+)/; return $kb }
sub pid_of { return $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'schema_guard $_[0]' LIMIT 1") }
# Blocks, and what one session after the other was refused: of these each is a step of its own.
sub done { return $node->safe_psql('postgres', q{SELECT (SELECT count(*) FROM schema_guard.log_block) + (SELECT written FROM schema_guard.worker_status WHERE database = 'postgres')}) }

# One session: no step has two of its statements.
my $script = $node->basedir . '/soak.sql';
append_to_file($script, <<'SQL');
SET schema_guard.migration = 'soak';
COMMENT ON TABLE orders IS 'a block of one row';
SET schema_guard.migration = '';
DO 'BEGIN CREATE TABLE refused (id int); EXCEPTION WHEN SQLSTATE ''SG001'' THEN NULL; END';
SQL
sub load
{
	my $until = done() + $_[0];
	while (done() < $until)
	{
		command_ok(['pgbench', '-n', '-c', 1, '-t', 300, '-f', $script, $node->connstr('postgres')], done() . ' steps');
	}
}
load(500);
my ($worker, $launcher) = (pid_of('worker'), pid_of('launcher'));
my ($before, $launcher_before) = (private_kb($worker), private_kb($launcher));
my $begun = done();
load($steps);
is(pid_of('worker'), $worker, 'one worker has done it all');
my ($after, $launcher_after) = (private_kb($worker), private_kb($launcher));
cmp_ok($after - $before, '<=', 300, "a worker's memory over " . (done() - $begun) . " steps: $before kB, then $after kB");
cmp_ok($launcher_after - $launcher_before, '<=', 100, "the launcher's: $launcher_before kB, then $launcher_after kB");
is($node->safe_psql('postgres', q{SELECT count(*) FROM schema_guard.verify_log() WHERE tampered}), 0, 'the log verifies');
note $node->safe_psql('postgres', q{SELECT detail FROM schema_guard.verify_log() WHERE finding = 'verified'});
$node->stop('fast');
done_testing();
