# DDL that the extended protocol prepared is judged when it runs: by EXECUTE, and by EXPLAIN ANALYZE EXECUTE, which
# reaches no event trigger.  pgbench -M prepared prepares each statement under the name P_ and its number.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION schema_guard');
$node->safe_psql('postgres', "SELECT schema_guard.set_mode('enforce', 'DDL that was prepared')");

my @prepared = (
	"SET schema_guard.migration = 'prepares'",
	'CREATE TABLE IF NOT EXISTS made AS SELECT 1 AS a',
	'DROP TABLE made',
	'SELECT 1 AS a INTO made',
	'DROP TABLE made',
	'CREATE TABLE made(a int)',
	'DROP TABLE made');

# Runs the script of @prepared and what follows; says what pgbench said.
sub run_prepared
{
	my $file = PostgreSQL::Test::Utils::tempdir() . '/script.sql';
	my ($stdout, $stderr) = ('', '');

	append_to_file($file, join(";\n", @prepared, @_) . ";\n");
	run_log([ 'pgbench', '-n', '-M', 'prepared', '-t', '1', '-f', $file, $node->connstr('postgres') ],
		'>', \$stdout, '2>', \$stderr);
	return $stdout . $stderr;
}

sub made
{
	return $node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relname = 'made'");
}

for my $way ('EXECUTE "P_1"', 'EXPLAIN (ANALYZE) EXECUTE "P_1"', 'EXECUTE "P_3"', 'EXPLAIN (ANALYZE) EXECUTE "P_3"', 'EXECUTE "P_5"')
{
	run_prepared($way);
	is(made(), 1, "runs in a migration: $way");
	$node->safe_psql('postgres', "SET schema_guard.migration = 'tests'; DROP TABLE made");

	my $offset = -s $node->logfile;
	my $said = run_prepared('RESET schema_guard.migration', $way);
	like($said . slurp_file($node->logfile, $offset), qr/public\.made" refused: no migration context/, "refused without: $way");
	is(made(), 0, 'and not made');
}
is($node->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE statement LIKE 'EXPLAIN%' AND decision = 'allowed'"),
	2, 'what EXPLAIN made is recorded');
done_testing();
