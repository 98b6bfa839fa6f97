# An update of the extension's objects that the library which the server runs with is too old for: refused before anything is changed.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

for my $preload ("shared_preload_libraries = 'schema_guard'", '') {
	my $node = PostgreSQL::Test::Cluster->new($preload ? 'preloaded' : 'not_preloaded');
	my $how = $preload ? 'preloaded' : 'not preloaded';
	$node->init;
	$node->append_conf('postgresql.conf', $preload);
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION schema_guard; CREATE TABLE orders (id int)');
	my $version = $node->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'schema_guard'});
	my (undef, undef, $refused) = $node->psql('postgres', q{ALTER EXTENSION schema_guard UPDATE TO '99.0'});
	like($refused, qr/ERROR:  schema_guard 99\.0 needs its library, but the server runs with that of \Q$version\E: install the new one and restart first/, "$how: refused");
	is($node->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'schema_guard'}), $version, 'the version is what it was');
	is($node->safe_psql('postgres', q{SELECT to_regclass('schema_guard.too_new') IS NULL}), 't', 'nothing was made');
	is($node->safe_psql('postgres', q{SELECT count(*) FROM schema_guard.ddl_log WHERE statement = 'CREATE TABLE orders (id int)'}), 1, 'and the log goes on');
	$node->stop;
}
done_testing();
