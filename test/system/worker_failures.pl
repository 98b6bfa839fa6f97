# A worker that cannot write tries again after 1 s, 2 s, 4 s, and nothing is lost meanwhile.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'schema_guard'
schema_guard.worker_naptime = 1h
schema_guard.alert_interval = 0
schema_guard.sample_interval = 0
});
$node->start;
$node->safe_psql('postgres', q{CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'workers fail')});
$node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM schema_guard.verify_log() WHERE finding = 'unsealed')}) or die 'nothing is sealed';
$node->poll_query_until('postgres', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'schema_guard worker')}) or die 'the worker stays';

my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN; LOCK TABLE schema_guard.statement_log IN EXCLUSIVE MODE');
my (undef, undef, $stderr) = $node->psql('postgres', 'CREATE TABLE t (id int)');
like($stderr, qr/refused/, 'refused all the same');
my %waits;
my $end = time + 60;
while (!defined $waits{3} && time < $end)
{
	my ($failures, $wait) = split /\|/, $node->safe_psql('postgres', q{SELECT failures, EXTRACT(epoch FROM next_due - last_error_at)
		FROM schema_guard.worker_status WHERE database = 'postgres' AND state = 'failing' AND next_due > now()});
	$waits{$failures} //= $wait if $failures;
	sleep 0.05;
}
# Counted from when the process has ended, which is a little after the error.
for ([ 1, 1 ], [ 2, 2 ], [ 3, 4 ])
{
	my ($failures, $expected) = @$_;
	ok(defined $waits{$failures} && $waits{$failures} >= $expected && $waits{$failures} < $expected + 0.95, "after failure $failures it waits $expected s") or diag $waits{$failures} // 'never seen';
}
like($node->safe_psql('postgres', q{SELECT last_error FROM schema_guard.worker_status WHERE database = 'postgres'}), qr/lock timeout/, 'status says why');
$other->query_safe('ROLLBACK');
$other->quit;
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM schema_guard.ddl_log WHERE outcome = 'refused'}), 'written when it can be');
ok($node->poll_query_until('postgres', q{SELECT failures = 0 FROM schema_guard.worker_status WHERE database = 'postgres'}), 'and all is well');
$node->stop;
done_testing();
