# Versions and snapshots on whole servers: equal fingerprints after dump and restore, what a dump carries, a crash, a failure.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql('source', q{
	CREATE EXTENSION schema_guard;
	CREATE SCHEMA app;
	CREATE TYPE app.mood AS ENUM ('sad', 'glad');
	CREATE TABLE app.orders (gone int, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone_too text, total numeric(10, 2) DEFAULT 0 CHECK (total >= 0), mood app.mood);
	ALTER TABLE app.orders DROP COLUMN gone, DROP COLUMN gone_too;
	CREATE INDEX ON app.orders ((total + 1)) WHERE total > 5;
	CREATE VIEW app.totals AS SELECT mood, sum(total) AS total FROM app.orders GROUP BY mood;
	CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER t BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.f();
	CREATE TABLE app.parts (id int, at date) PARTITION BY RANGE (at);
	CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
	COMMENT ON COLUMN app.orders.total IS 'with tax';
	GRANT SELECT (total) ON app.orders TO pg_monitor;
	SELECT schema_guard.snapshot('mine', 'before the dump');
});
is($node->safe_psql('source', 'SELECT schema_guard.take_stock()'), 0, 'nothing was missed');
my $document = $node->safe_psql('source', "SELECT schema_guard.export_snapshot('mine')");
$node->safe_psql('source', "SELECT schema_guard.import_snapshot(\$\$$document\$\$, 'a copy')");

my $dir = $node->basedir;
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/dump", 'source' ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE target');
$node->command_ok([ 'pg_restore', '-d', 'target', "$dir/dump" ], 'restored');
my $schemas = "'live', '{app}'";
my $fingerprint = $node->safe_psql('source', "SELECT schema_guard.fingerprint($schemas)");
is($node->safe_psql('target', "SELECT schema_guard.fingerprint($schemas)"), $fingerprint, 'a restored schema has the same fingerprint');
is($node->safe_psql('target', "SELECT schema_guard.fingerprint('snapshot:a copy', '{app}')"), $fingerprint, 'the imported snapshot came along');
is($node->safe_psql('target', 'SELECT string_agg(label, \' \') FROM schema_guard.snapshots'), 'a copy', 'and nothing else');
is($node->safe_psql('target', 'SELECT schema_guard.take_stock()'), 0, 'the restore was read as it went');
is($node->safe_psql('target', "SELECT count(*) FROM schema_guard.diff('snapshot:a copy', 'live', '{app}')"), 0, 'diff says so, too');
isnt($node->safe_psql('target', "ALTER TABLE app.orders ALTER COLUMN total SET NOT NULL; SELECT schema_guard.fingerprint($schemas)"),
	$fingerprint, 'a change changes it');
is($node->safe_psql('target', q{SELECT string_agg(n.kind || ' ' || n.identity, ', ')
	FROM schema_guard.fingerprints('live', '{app}') n JOIN schema_guard.fingerprints('snapshot:a copy', '{app}') o
	ON n.kind = o.kind AND n.identity = o.identity WHERE n.fingerprint <> o.fingerprint}),
	'column app.orders.total', 'and hashes say where');

# A copy goes on with its versions.
$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE source');
is($node->safe_psql('copied', "SELECT schema_guard.fingerprint('snapshot:mine', '{app}')"), $fingerprint, 'a copied database has its snapshots');
is($node->safe_psql('copied', 'SELECT schema_guard.take_stock()'), 0, 'and its versions are those of its objects');

# A crash: what has committed has its versions, what has not has none.
$node->safe_psql('source', 'CHECKPOINT; CREATE TABLE app.committed (x int)');
$node->stop('immediate');
$node->start;
is($node->safe_psql('source', q{SELECT count(*) FROM schema_guard.object_versions WHERE identity = 'app.committed'}), 1, 'there after a crash');
is($node->safe_psql('source', 'SELECT schema_guard.take_stock()'), 0, 'and complete');

# Renamed by another database: roles are shared, the next reading finds it.
$node->safe_psql('source', 'CREATE ROLE owner; ALTER TABLE app.orders OWNER TO owner');
$node->safe_psql('target', 'ALTER ROLE owner RENAME TO landlord');
is($node->safe_psql('source', 'SELECT schema_guard.take_stock() > 0'), 't', 'a role renamed from elsewhere is found');
is($node->safe_psql('source', 'SELECT schema_guard.take_stock()'), 0, 'once');
$node->stop;
done_testing();
