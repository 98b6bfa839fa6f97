# pg_dump, pg_restore and pg_upgrade meet no guard on their way, and what they make starts as it should.
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
	CREATE TABLE app.customers (id serial PRIMARY KEY, name text NOT NULL);
	CREATE TABLE app.orders (id serial PRIMARY KEY, customer int REFERENCES app.customers, n int CHECK (n > 0));
	CREATE INDEX ON app.orders (customer);
	CREATE VIEW app.v AS SELECT * FROM app.orders;
	CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TRIGGER tr BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.f();
	COMMENT ON TABLE app.orders IS 'words';
	GRANT SELECT ON app.orders TO pg_monitor;
	INSERT INTO app.customers (name) SELECT 'c' || i FROM generate_series(1, 100) i;
	INSERT INTO app.orders (customer, n) SELECT i, i FROM generate_series(1, 100) i;
	SELECT lo_create(0);
	SELECT schema_guard.protect('app.orders', 'every test needs it');
	SELECT schema_guard.protect('column', 'app.customers.name', 'every test needs it');
	SELECT schema_guard.freeze('2000-01-01', '2100-01-01', 'frozen for good');
	SELECT schema_guard.exempt('*', 'etl_*', '{}', 'nightly load of the warehouse');
	SELECT schema_guard.set_mode('enforce', 'rules are in force now');
});
my $dir = $node->basedir;
$node->command_ok([ 'pg_dump', '-f', "$dir/plain.sql", 'source' ], 'pg_dump plain');
$node->command_ok([ 'pg_dump', '-C', '-f', "$dir/create.sql", 'source' ], 'pg_dump --create');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/custom", 'source' ], 'pg_dump -Fc');
$node->command_ok([ 'pg_dump', '-Fd', '-j2', '-f', "$dir/directory", 'source' ], 'pg_dump -Fd -j2');
$node->command_ok([ 'pg_dump', '-s', '-f', "$dir/schema.sql", 'source' ], 'pg_dump -s');
my $plain = slurp_file("$dir/plain.sql");
unlike($plain, qr/COPY schema_guard\.statement_log|COPY schema_guard\.guard_mode/, 'neither log nor mode is dumped');

my $policy = q{SELECT string_agg(identity, ' ' ORDER BY identity), (SELECT count(*) FROM schema_guard.freezes), (SELECT count(*) FROM schema_guard.exemptions)
	FROM schema_guard.protections};

sub restored
{
	my ($database, $how, @command) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database") unless $how eq '--create';
	my ($stdout, $stderr);
	my $result = IPC::Run::run([@command], '>', \$stdout, '2>', \$stderr);
	ok($result, "$how: restored");
	is($stderr, '', "$how: without a word");
	is($node->safe_psql($database, 'SELECT mode FROM schema_guard.mode'), 'observe', "$how: starts in observe");
	is($node->safe_psql($database, $policy), 'app.customers.name app.orders|1|1', "$how: the policy is there");
	is($node->safe_psql($database, 'SELECT count(*) FROM app.orders'), 100, "$how: the data is there");
	is($node->safe_psql($database, q{SELECT count(*) FROM schema_guard.ddl_log WHERE objects ~ 'create table app.orders(,|$)'}), 1,
		"$how: the restore itself is on record, once");
	is($node->safe_psql($database, 'SELECT count(DISTINCT chain) FROM schema_guard.ddl_log'), 1, "$how: with its own chain alone");
	# What was restored guards again.
	$node->safe_psql($database, "SELECT schema_guard.set_mode('enforce', 'restored and checked')");
	my (undef, undef, $told) = $node->psql($database, 'SET schema_guard.migration = \'m1\'; DROP TABLE app.orders');
	like($told, qr/refused: "app.orders" is protected|refused: the schema is frozen/, "$how: and in force once the mode says so");
}
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
restored('plain', 'plain', 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', 'plain', '-f', "$dir/plain.sql");
restored('custom', '-Fc', 'pg_restore', '-d', 'custom', "$dir/custom");
restored('jobs', '-j2', 'pg_restore', '-j2', '-d', 'jobs', "$dir/custom");
restored('directory', '-Fd -j2', 'pg_restore', '-j2', '-d', 'directory', "$dir/directory");
restored('one', '-1', 'pg_restore', '-1', '-d', 'one', "$dir/custom");
$node->safe_psql('postgres', 'ALTER DATABASE source RENAME TO original');
restored('source', '--create', 'pg_restore', '--create', '-d', 'postgres', "$dir/custom");

# A dump of what was restored is the dump that was restored.
$node->command_ok([ 'pg_dump', '-f', "$dir/again.sql", 'plain' ], 'dumped again');
my $again = slurp_file("$dir/again.sql");
s/^\\(un)?restrict .*\n//mg for ($plain, $again);
# Rows moved by a rename stand last in the one and where they were loaded in the other.
my ($first, $second) = map { join "\n", sort split /\n/ } ($plain, $again);
ok($first eq $second, 'dump, restore, dump: the same');

# pg_dump --clean into a guarded database needs an override, and then works.
$node->safe_psql('plain', "SELECT schema_guard.unfreeze('restores come'), schema_guard.unprotect('app.orders', 'restores come'),
	schema_guard.unprotect('column', 'app.customers.name', 'restores come')");
my ($status, $out, $err) = $node->psql('plain', "\\i $dir/schema.sql");
like($err, qr/refused: no migration context/, 'a restore into an enforced database needs a context');

# --- pg_upgrade ---
$node->safe_psql('postgres', "DROP DATABASE $_") for (qw(plain custom jobs directory one source));
$node->stop;
my $new = PostgreSQL::Test::Cluster->new('new');
$new->init;
$new->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
my $bindir = $node->config_data('--bindir');
chdir $new->basedir;
command_ok([ 'pg_upgrade', '--no-sync', '-d', $node->data_dir, '-D', $new->data_dir, '-b', $bindir, '-B', $bindir, '-s', $new->host,
	'-p', $node->port, '-P', $new->port ], 'pg_upgrade');
$new->start;
is($new->safe_psql('original', 'SELECT mode FROM schema_guard.mode'), 'enforce', 'pg_upgrade keeps the mode');
is($new->safe_psql('original', $policy), 'app.customers.name app.orders|1|1', 'and the policy');
ok($new->safe_psql('original', 'SELECT count(*) FROM schema_guard.ddl_log') > 10, 'and the log');
is($new->safe_psql('original', q{SELECT count(*) FROM schema_guard.ddl_log WHERE objects ~ 'create table app.orders(,|$)'}), 1,
	'to which the upgrade adds nothing');
my (undef, undef, $told) = $new->psql('original', 'CREATE TABLE no (id int)');
like($told, qr/refused/, 'and the guard stands');
$new->safe_psql('original', "SET schema_guard.override = 'the freeze is still on'; CREATE TABLE yes (id int)");
is($new->safe_psql('original', 'SELECT count(DISTINCT chain) FROM schema_guard.ddl_log'), 2, 'what happens now has another chain');
$new->stop;
done_testing();
