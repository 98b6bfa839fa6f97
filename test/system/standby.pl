# A standby is left alone, tells of what it cannot record, and guards from the moment it is promoted.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
$primary->start;
$primary->safe_psql('postgres', q{
	CREATE EXTENSION schema_guard;
	CREATE TABLE orders (id bigint);
	SELECT schema_guard.set_mode('enforce', 'orders is live');
});

$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;

$primary->safe_psql('postgres', q{
	SET schema_guard.migration = '20261121120000_customers';
	CREATE TABLE customers (id bigint);
});
$primary->wait_for_catchup($standby);

is($standby->safe_psql('postgres', 'SELECT mode FROM schema_guard.mode'), 'enforce', 'the mode is replicated');
is($standby->safe_psql('postgres', q{SELECT objects FROM schema_guard.ddl_log WHERE migration = '20261121120000_customers'}),
	'create table public.customers', 'the log is replicated');

my (undef, undef, $errors) = $standby->psql('postgres', 'DROP TABLE orders');
like($errors, qr/cannot execute DROP TABLE in a read-only transaction/, "PostgreSQL's own error, not ours");

my $offset = -s $standby->logfile;
$standby->safe_psql('postgres', q{ALTER SYSTEM SET schema_guard.enabled = off});
$standby->safe_psql('postgres', q{ALTER SYSTEM RESET schema_guard.enabled});
my $log = slurp_file($standby->logfile, $offset);
like($log, qr/schema_guard: \{"event": "unguarded", .*"command_tag": "ALTER SYSTEM".*SET schema_guard\.enabled = off/,
	'ALTER SYSTEM, which a standby allows, is told in its server log');

$standby->promote;
(undef, undef, $errors) = $standby->psql('postgres', 'DROP TABLE orders');
like($errors, qr/DROP TABLE "public\.orders" refused: no migration context/, 'guarded once it is promoted');
$standby->safe_psql('postgres', q{
	SET schema_guard.migration = '20261121130000_drop';
	DROP TABLE orders;
});
is($standby->safe_psql('postgres', 'SELECT count(DISTINCT chain) FROM schema_guard.ddl_log'), '1', 'its log goes on');

$standby->stop;
$primary->stop;
done_testing();
