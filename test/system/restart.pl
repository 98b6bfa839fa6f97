# The library survives what servers go through: a restart, and a crash.
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
$node->restart;
is($node->safe_psql('postgres', "SELECT extname FROM pg_extension WHERE extname = 'schema_guard'"),
	'schema_guard', 'there after a restart');

$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', "SELECT extname FROM pg_extension WHERE extname = 'schema_guard'"),
	'schema_guard', 'there after a crash');
$node->stop;
done_testing();
