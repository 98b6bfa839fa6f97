# Counters of constraint violations: exact under concurrency, by database, bounded, and gone with the server's memory.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nrestart_after_crash = on");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql($_, q{
	CREATE EXTENSION schema_guard;
	CREATE TABLE t (id int CONSTRAINT t_key PRIMARY KEY, n int CONSTRAINT t_n CHECK (n > 0));
	INSERT INTO t SELECT n, 1 FROM generate_series(1, 50) n;
}) for qw(postgres other);

# counted(database, constraint)
sub counted
{
	my ($database, $constraint) = @_;
	return $node->safe_psql($database, "SELECT coalesce(sum(violations), 0) FROM schema_guard.constraint_violations WHERE constraint_name = '$constraint'");
}

# The first to be violated is claimed by all of them at the same moment.
my ($each, $sessions) = (250, 8);
my $script = join '', map { "INSERT INTO t VALUES (1, 1);\nINSERT INTO t VALUES (100, -1);\n" } 1 .. $each;
my @running = map { my ($in, $out) = ($script, ''); IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$out) } 1 .. $sessions;
IPC::Run::finish($_) for @running;
is(counted('postgres', $_), $each * $sessions, "$_: none lost, none double") for qw(t_key t_n);
is($node->safe_psql('postgres', q{SELECT count(*) FROM schema_guard.constraint_violations}), 2, 'in one row each');
is(counted('other', 't_key'), 0, 'and nothing of it in another database');

# An error of a parallel worker is its leader's, too: it counts once.
$node->safe_psql('postgres', q{
	CREATE TABLE big AS SELECT n / 2 AS a FROM generate_series(1, 400000) n;
	ALTER TABLE big SET (parallel_workers = 2);
});
my ($status, $out, $err) = $node->psql('postgres', q{SET min_parallel_table_scan_size = 0; SET max_parallel_maintenance_workers = 2; CREATE UNIQUE INDEX big_a ON big (a)});
like($err, qr/could not create unique index "big_a"/, 'an index that cannot be unique');
is(counted('postgres', 'big_a'), 1, 'counts once');

# Names that there are not: bounded, and said.
$script = join '', map { "DO \$\$ BEGIN RAISE unique_violation USING CONSTRAINT = 'made_up_$_'; END \$\$;\n" } 1 .. 1500;
IPC::Run::run([ 'psql', '-XAtq', '-d', $node->connstr('other') ], '<', \$script, '>', \$out, '2>', \$err);
my ($rows, $kept) = split /\|/, $node->safe_psql('other', 'SELECT count(*), sum(violations) FROM schema_guard.constraint_violations');
my $uncounted = $node->safe_psql('other', q{SELECT value FROM schema_guard.metrics() WHERE name = 'schema_guard_constraint_violations_uncounted_total'});
cmp_ok($rows, '<=', 1024, 'of made up names no more than there is room for');
cmp_ok($uncounted, '>', 0, 'what there was no room for is said');
is($kept + $uncounted, 1500, 'and all are counted somewhere');
$node->psql('postgres', 'INSERT INTO t VALUES (1, 1)');
is(counted('postgres', 't_key'), $each * $sessions + 1, 'who has a place keeps it');

$node->safe_psql('other', 'SELECT schema_guard.reset_constraint_violations()');
is($node->safe_psql('other', 'SELECT count(*) FROM schema_guard.constraint_violations'), 0, 'reset here');
is(counted('postgres', 't_key'), $each * $sessions + 1, 'is not reset there');

my $since = $node->safe_psql('postgres', 'SELECT max(since) FROM schema_guard.constraint_violations');
$node->restart;
is($node->safe_psql('postgres', 'SELECT count(*) FROM schema_guard.constraint_violations'), 0, 'a restart begins anew');
$node->psql('postgres', 'INSERT INTO t VALUES (1, 1)');
is($node->safe_psql('postgres', "SELECT since > '$since' FROM schema_guard.constraint_violations"), 't', 'which is said');

$node->append_conf('postgresql.conf', 'schema_guard.enabled = off');
$node->reload;
sleep 1;
$node->psql('postgres', 'INSERT INTO t VALUES (1, 1)');
is(counted('postgres', 't_key'), 1, 'switched off, nothing is counted');
$node->stop;
done_testing();
