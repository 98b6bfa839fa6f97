# More databases with attempts than schema_guard.max_databases has room for: whoever has something to say gets room from those that have not.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $databases = 6;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'schema_guard'
schema_guard.max_databases = 2
schema_guard.worker_naptime = 1h
schema_guard.alert_interval = 0
schema_guard.sample_interval = 0
max_connections = 100
});
$node->start;
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'}) or die 'no launcher';

my @names = map { "d$_" } 1 .. $databases;
for my $name (@names)
{
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, q{CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'attempts are counted')});
}
sub refused { return $node->safe_psql($_[0], q{SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'refused'}) }
sub total { return eval { my $sum = 0; $sum += refused($_) for @names; $sum } }

# One after the other: the first again after all others.
for my $round (1 .. 3)
{
	for my $name (@names)
	{
		my (undef, undef, $stderr) = $node->psql($name, "CREATE TABLE t$round (id int)");
		like($stderr, qr/refused/, "$name, round $round: refused");
		ok($node->poll_query_until($name, qq{SELECT count(*) = $round FROM schema_guard.ddl_log WHERE outcome = 'refused'}), '... and on record');
	}
}
is($node->safe_psql('d1', q{SELECT sum(dropped) FROM schema_guard.worker_status}), 0, 'nothing was dropped');

# All at once.
my @sessions;
for my $name (@names)
{
	for my $number (1 .. 4)
	{
		my $output = '';
		push @sessions, IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr($name) ], '<', \join('', map { "CREATE TABLE s${number}_$_ (id int);\n" } 1 .. 5), '>', \$output, '2>&1');
	}
}
$_->finish for @sessions;
my $expected = $databases * (3 + 4 * 5);
my $end = time + 60;
select(undef, undef, undef, 0.3) while total() < $expected && time < $end;
is(total(), $expected, 'of refusals in all databases at once none is lost, and none is there twice');
is($node->safe_psql('d1', q{SELECT sum(dropped) FROM schema_guard.worker_status}), 0, 'nothing was dropped');

# What is known of each database stays: when it was visited, what was written there.
is($node->safe_psql('d1', q{SELECT string_agg(database || ' ' || written, ',' ORDER BY database) FROM schema_guard.worker_status WHERE database LIKE 'd_'}),
	join(',', map { "$_ " . (3 + 4 * 5) } @names), 'each database has its counters');
$node->poll_query_until('d1', q{SELECT sum(waiting_bytes) = 0 FROM schema_guard.worker_status});

# The log of each is sealed, whoever had the room in the meantime.
for my $name (@names)
{
	ok($node->poll_query_until($name, q{SELECT sum(row_count) >= 23 FROM schema_guard.log_blocks}), "$name is sealed");
	is($node->safe_psql($name, 'SELECT count(*) FROM schema_guard.verify_log() WHERE tampered'), 0, '... and sound') if $name eq 'd6';
}
$node->stop;
done_testing();
