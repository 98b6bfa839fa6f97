# The known ways around a guard of schema changes, each tried under enforce: refused with nothing changed, or on record.
# None may pass in silence.
use strict;
use warnings;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'schema_guard'
max_prepared_transactions = 5
autovacuum = off
CONF
$node->start;
my $version = $node->safe_psql('postgres', "SELECT current_setting('server_version_num')::int / 10000");
$node->safe_psql('postgres', q{
	CREATE ROLE alice LOGIN;
	CREATE ROLE clerk LOGIN;
	CREATE DATABASE plain;
	CREATE EXTENSION schema_guard;
	GRANT CREATE ON SCHEMA public TO alice, clerk;
	CREATE TABLE orders (id int PRIMARY KEY);
	GRANT SELECT ON orders TO alice;
	CREATE FUNCTION definer(sql text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE sql; END';
	CREATE FUNCTION invoker(sql text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE sql; END';
	CREATE PROCEDURE in_procedure(sql text) LANGUAGE plpgsql AS 'BEGIN EXECUTE sql; END';
	SELECT schema_guard.set_mode('enforce', 'the ways around are tried');
});

my @catalogs = qw(pg_class pg_attribute pg_proc pg_type pg_constraint pg_namespace pg_event_trigger pg_extension
	pg_foreign_server pg_collation pg_default_acl pg_authid pg_database pg_db_role_setting pg_parameter_acl);
my $shape = join(' UNION ALL ', map { "SELECT '$_', md5(coalesce(string_agg(c::text, '|' ORDER BY c::text), '')) FROM pg_catalog.$_ c" } @catalogs);

# All that a schema change could change, temporary relations apart: nobody has any between two calls.
sub shape_of { return $node->safe_psql($_[0], $shape) }

# Runs sql as a user; what it says on stderr.
sub try
{
	my ($user, $sql, $db) = @_;
	my ($stdout, $stderr);
	$node->psql($db // 'postgres', $sql, stdout => \$stdout, stderr => \$stderr,
		extra_params => [ '-U', $user, '-v', 'VERBOSITY=verbose' ]);
	return $stderr;
}

sub refused
{
	my ($user, $sql, $sqlstate, $what) = @_;
	my $before = shape_of('postgres');
	like(try($user, $sql), qr/ERROR:  $sqlstate: /, "$what: refused with $sqlstate");
	is(shape_of('postgres'), $before, "$what: nothing changed");
}

# Whether sql, which must not fail, left the rows that condition asks for.
sub recorded
{
	my ($user, $sql, $condition, $what) = @_;
	my $count = "SELECT count(*) FROM schema_guard.ddl_log WHERE outcome IN ('committed', 'unfinished') AND ($condition)";
	my $before = $node->safe_psql('postgres', $count);
	unlike(try($user, $sql), qr/ERROR|FATAL/, "$what: allowed");
	cmp_ok($node->safe_psql('postgres', $count), '>', $before, "$what: on record");
}

# The objects of our lines in the server log since an offset; dies where a line is no JSON.
sub told_since
{
	my ($offset) = @_;
	return map { decode_json($_) } slurp_file($node->logfile, $offset) =~ /schema_guard: (\{.*)/g;
}
sub log_size { return -s $node->logfile }

my $postgres = $node->safe_psql('postgres', 'SELECT current_user');
my $in_migration = "SET schema_guard.migration = '20261121120000_way';";

subtest '1 EXPLAIN ANALYZE' => sub {
	refused('alice', 'EXPLAIN ANALYZE CREATE TABLE made AS SELECT 1 AS id', 'SG001', 'CREATE TABLE AS');
	refused('alice', 'EXPLAIN ANALYZE SELECT 1 AS id INTO made', 'SG001', 'SELECT INTO');
	refused('alice', 'EXPLAIN ANALYZE CREATE MATERIALIZED VIEW made AS SELECT 1 AS id', 'SG001', 'CREATE MATERIALIZED VIEW');
	refused('alice', 'PREPARE p AS SELECT 1 AS id; EXPLAIN ANALYZE CREATE TABLE made AS EXECUTE p', 'SG001', 'CREATE TABLE AS EXECUTE');
	recorded($postgres, "$in_migration EXPLAIN ANALYZE CREATE TABLE explained AS SELECT 1 AS id",
		"objects LIKE '%create table public.explained%'", 'in a migration');
};

subtest '2 session_replication_role' => sub {
	refused($postgres, 'SET session_replication_role = replica; CREATE TABLE made (id int)', 'SG001', 'of a superuser');
	$node->safe_psql('postgres', 'SET schema_guard.migration = $$20261121120000_way$$; GRANT SET ON PARAMETER session_replication_role TO alice');
	refused('alice', 'SET session_replication_role = replica; CREATE TABLE made (id int)', 'SG001', 'of a grantee');
	refused($postgres, 'SET session_replication_role = replica; DROP TABLE orders', 'SG001', 'a drop');
	recorded($postgres, "SET session_replication_role = replica; $in_migration CREATE TABLE replicated (id int)",
		"objects LIKE '%public.replicated%'", 'in a migration');
};

subtest '3 event triggers switched off' => sub {
	my $ours = $node->safe_psql('postgres', "SELECT evtname FROM pg_event_trigger WHERE evtname LIKE 'schema_guard%' LIMIT 1");
	isnt($ours, '', 'there are some');
	refused($postgres, "ALTER EVENT TRIGGER $ours DISABLE", 'SG005', 'ALTER EVENT TRIGGER');
	refused($postgres, "$in_migration ALTER EVENT TRIGGER $ours DISABLE", 'SG005', 'in a migration');
	refused($postgres, "$in_migration DROP EVENT TRIGGER $ours", 'SG005', 'DROP EVENT TRIGGER');
	refused($postgres, "UPDATE pg_event_trigger SET evtenabled = 'D'", 'SG005', 'UPDATE pg_event_trigger');
	refused($postgres, 'SET event_triggers = off; CREATE TABLE made (id int)', 'SG001', 'event_triggers = off')
		if $version >= 17;
};

subtest '4 catalogs written to' => sub {
	refused($postgres, "UPDATE pg_class SET relname = 'made' WHERE relname = 'orders'", 'SG005', 'pg_class');
	refused($postgres, "$in_migration UPDATE pg_proc SET prosrc = 'BEGIN END' WHERE proname = 'definer'", 'SG005', 'pg_proc');
	refused($postgres, "DELETE FROM pg_attribute WHERE attrelid = 'orders'::regclass", 'SG005', 'pg_attribute');
	refused($postgres, "SET allow_system_table_mods = on; UPDATE pg_class SET relowner = 10", 'SG005', 'allow_system_table_mods');
	refused($postgres, "DO 'BEGIN UPDATE pg_class SET relkind = relkind; END'", 'SG005', 'inside of DO');
	refused($postgres, "COPY pg_description FROM PROGRAM 'true'", 'SG005', 'COPY FROM');
	refused($postgres, 'INSERT INTO schema_guard.statement_log SELECT * FROM schema_guard.statement_log', 'SG006', 'the log');
	refused($postgres, "UPDATE schema_guard.guard_mode SET mode = 'off'", 'SG006', 'the mode');
	recorded($postgres, "SET schema_guard.override = 'INC-4711 mend the catalog'; UPDATE pg_class SET relname = relname WHERE relname = 'orders'",
		"command_tag = 'UPDATE' AND allowed_by = 'override'", 'under an override');
};

subtest '5 the settings' => sub {
	refused($postgres, "$in_migration GRANT SET ON PARAMETER schema_guard.migration TO PUBLIC", 'SG005', 'GRANT to PUBLIC');
	refused($postgres, "$in_migration GRANT SET ON PARAMETER schema_guard.override TO PUBLIC", 'SG005', 'GRANT of overrides to PUBLIC');
	refused($postgres, 'GRANT SET ON PARAMETER schema_guard.migration TO alice', 'SG001', 'GRANT without a migration');
	refused($postgres, "$in_migration ALTER SYSTEM SET schema_guard.enabled = off", 'SG005', 'ALTER SYSTEM');
	refused($postgres, "$in_migration ALTER SYSTEM RESET ALL", 'SG005', 'ALTER SYSTEM RESET ALL');
	refused($postgres, "$in_migration ALTER SYSTEM SET shared_preload_libraries = ''", 'SG005', 'ALTER SYSTEM of the library');
	refused('alice', "SET schema_guard.migration = '20261121120000_forged'", '42501', 'SET by an ordinary user');
	refused($postgres, "SET schema_guard.mode = 'off'", '42602', 'a parameter there is none of');
	refused('alice', "ALTER ROLE alice SET schema_guard.migration = 'forged'", 'SG001', 'ALTER ROLE SET');
	refused($postgres, "ALTER DATABASE postgres SET schema_guard.migration = 'everybody'", 'SG001', 'ALTER DATABASE SET');

	# Not preloaded, the library comes with the first statement that an event trigger sees: what anybody has set by
	# then under its names must not count.
	my $bare = PostgreSQL::Test::Cluster->new('bare');
	$bare->init;
	$bare->start;
	$bare->safe_psql('postgres', q{CREATE ROLE alice LOGIN; GRANT CREATE ON SCHEMA public TO alice;
		CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'placeholders are tried')});
	for my $name ('migration', 'override') {
		my (undef, $stdout, $stderr) = $bare->psql('postgres',
			"SET schema_guard.$name = 'a placeholder'; SHOW schema_guard.$name; CREATE TABLE made (id int)",
			extra_params => [ '-U', 'alice', '-v', 'VERBOSITY=verbose' ]);
		is($stdout, 'a placeholder', "a placeholder for $name: can be set");
		like($stderr, qr/ERROR:  SG001: /, "a placeholder for $name: counts for nothing");
		is($bare->safe_psql('postgres', "SELECT to_regclass('made') IS NULL"), 't', "a placeholder for $name: nothing changed");
	}
	$bare->stop;
};

subtest '6 nested commands' => sub {
	my $create = 'CREATE TABLE made (id int)';
	refused('alice', "DO \$\$ BEGIN $create; END \$\$", 'SG001', 'DO');
	refused('alice', "DO \$\$ BEGIN EXECUTE '$create'; END \$\$", 'SG001', 'EXECUTE in DO');
	refused('alice', "SELECT invoker('$create')", 'SG001', 'a function');
	refused('alice', "CALL in_procedure('$create')", 'SG001', 'a procedure');
	refused('alice', 'PREPARE p AS SELECT 1 AS id; CREATE TABLE made AS EXECUTE p', 'SG001', 'CREATE TABLE AS EXECUTE');
	refused('alice', "PREPARE p AS SELECT invoker('$create'); EXECUTE p", 'SG001', 'EXECUTE');
	refused('alice', "BEGIN; $create; COMMIT", 'SG001', 'a block');
	refused($postgres, 'CREATE SCHEMA made CREATE TABLE t (id int) CREATE VIEW v AS SELECT * FROM t', 'SG001', 'CREATE SCHEMA elements');
	refused($postgres, 'CREATE EXTENSION pg_trgm', 'SG001', 'an extension');
	recorded($postgres, "$in_migration CREATE SCHEMA elements CREATE TABLE t (id int) CREATE VIEW v AS SELECT * FROM t",
		"objects LIKE '%elements.t%'", 'CREATE SCHEMA elements in a migration');
	recorded($postgres, "$in_migration DO \$\$ BEGIN CREATE TABLE done (id int); END \$\$",
		"objects LIKE '%public.done%' AND nesting > 0", 'DO in a migration');

	# Under a migration the nested commands of any kind meet the protections.
	$node->safe_psql('postgres', "SELECT schema_guard.protect('elements.t', 'a nested drop must not pass')");
	refused($postgres, "$in_migration DO 'BEGIN DROP SCHEMA elements CASCADE; END'", 'SG003', 'a cascade in DO');

  SKIP: {
		skip 'no postgres_fdw here', 1
			if $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'") == 0;
		my ($host, $port) = ($node->host, $node->port);
		$node->safe_psql('plain', 'CREATE TABLE far (id int)');
		$node->safe_psql('postgres', "$in_migration CREATE EXTENSION postgres_fdw;
			CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'plain');
			CREATE USER MAPPING FOR CURRENT_USER SERVER loop;");
		my $import = 'IMPORT FOREIGN SCHEMA public FROM SERVER loop INTO public';
		refused($postgres, $import, 'SG001', 'IMPORT FOREIGN SCHEMA');
		recorded($postgres, "$in_migration $import", "objects LIKE '%foreign table public.far%'", 'IMPORT FOREIGN SCHEMA in a migration');
	}
};

subtest '7 changes that no command announces' => sub {
	my $leans = "$in_migration CREATE FUNCTION leans(tt) RETURNS int LANGUAGE sql AS 'SELECT 1'; RESET schema_guard.migration;";
	my $dropped = "objects LIKE '%drop function public.leans%'";
	recorded($postgres, "CREATE TEMP TABLE tt (id int); $leans DISCARD TEMP", $dropped, 'DISCARD TEMP');
	recorded($postgres, "CREATE TEMP TABLE tt (id int); $leans DISCARD ALL", $dropped, 'DISCARD ALL');
	recorded($postgres, "BEGIN; CREATE TEMP TABLE tt (id int) ON COMMIT DROP; $leans COMMIT", $dropped, 'ON COMMIT DROP');
	recorded('alice', 'SELECT lo_create(4711)', "objects LIKE '%large object 4711%' AND session_user_name = 'alice'", 'lo_create');
	recorded('alice', "SELECT lo_from_bytea(4712, 'x')", "objects LIKE '%large object 4712%'", 'lo_from_bytea');
	recorded('alice', 'SELECT lo_unlink(4711)', "command_tag = 'DROP LARGE OBJECT'", 'lo_unlink');
	refused($postgres, "SELECT pg_import_system_collations('public')", 'SG007', 'pg_import_system_collations');
	recorded($postgres, "$in_migration SELECT pg_import_system_collations('elements')", "statement LIKE '%pg_import_system_collations%'",
		'pg_import_system_collations in a migration');
};

subtest '8 prepared transactions' => sub {
	refused('alice', "BEGIN; CREATE TABLE made (id int); PREPARE TRANSACTION 'way'", 'SG001', 'PREPARE TRANSACTION');
	$node->safe_psql('postgres', "$in_migration BEGIN; CREATE TABLE prepared (id int); PREPARE TRANSACTION 'way'");
	recorded($postgres, "COMMIT PREPARED 'way'", "objects = 'create table public.prepared' AND migration = '20261121120000_way'",
		'COMMIT PREPARED elsewhere');
};

subtest '9 a database without the extension' => sub {
	for my $case ([ 'CREATE ROLE', 'CREATE ROLE carol' ], [ 'ALTER ROLE', 'ALTER ROLE alice CREATEDB' ], [ 'GRANT ROLE', 'GRANT pg_monitor TO alice' ],
		[ 'ALTER DATABASE', 'ALTER DATABASE postgres CONNECTION LIMIT 50' ], [ 'ALTER SYSTEM', 'ALTER SYSTEM SET log_temp_files = 3' ],
		[ 'ALTER ROLE', "ALTER ROLE alice IN DATABASE postgres SET work_mem = '8MB'" ], [ 'DROP ROLE', 'DROP ROLE carol' ])
	{
		my ($tag, $sql) = @$case;
		my $offset = log_size();
		unlike(try($postgres, $sql, 'plain'), qr/ERROR/, "$sql: allowed");
		my @told = grep { $_->{event} eq 'unguarded' && $_->{database} eq 'plain' } told_since($offset);
		is(join(', ', map { "$_->{command_tag} by $_->{session_user}" } @told), "$tag by $postgres", "$sql: told in the server log");
	}
};

subtest '10 names that forge lines' => sub {
	my $name = "x\nLOG:  schema_guard: {\"event\": \"forged\"}\r\e[2K\e]0;owned\a\"'\\";
	(my $quoted = $name) =~ s/"/""/g;
	my $offset = log_size();
	like(try('alice', "CREATE TABLE \"$quoted\" (id int)"), qr/SG001/, 'refused');
	my @lines = grep { $_ =~ /schema_guard: \{"event"/ && $_ !~ /^\s*CREATE/ } split /\n/, slurp_file($node->logfile, $offset);
	my @refused = grep { $_->{event} eq 'refused' } map { /LOG:  schema_guard: (\{"event": "refused".*\})$/ ? decode_json($1) : () } @lines;
	is(@refused, 1, 'one line of JSON');
	is($refused[0]{statement}, "CREATE TABLE \"$quoted\" (id int)", 'with the statement as it was');
	unlike((grep { /"event": "refused"/ } @lines)[0], qr/[\x00-\x1f\x7f]/, 'and no control character');
	unlike(slurp_file($node->logfile, $offset), qr/^LOG:/m, 'no line of the log begins as the name would have it');
	recorded($postgres, "$in_migration CREATE TABLE \"$quoted\" (id int)", "objects LIKE '%forged%'", 'in a migration');
	is($node->safe_psql('postgres', "SELECT object_name FROM schema_guard.ddl_objects WHERE object_name LIKE '%forged%' AND object_type = 'table'"),
		$name, 'the log has the name as it is');
};

subtest '11 other libraries before and after' => sub {
  SKIP: {
		my $libraries = $node->config_data('--pkglibdir');
		skip 'no pg_stat_statements and auto_explain here', 1 unless -e "$libraries/pg_stat_statements.so" && -e "$libraries/auto_explain.so";
		for my $order ('pg_stat_statements, schema_guard, auto_explain', 'auto_explain, schema_guard, pg_stat_statements') {
			$node->append_conf('postgresql.conf', "shared_preload_libraries = '$order'");
			$node->restart;
			refused('alice', 'CREATE TABLE made (id int)', 'SG001', $order);
			refused('alice', "SELECT invoker('CREATE TABLE made (id int)')", 'SG001', "$order, nested");
			refused($postgres, 'UPDATE pg_class SET relname = relname', 'SG005', "$order, a catalog");
			recorded($postgres, "$in_migration CREATE TABLE beside (id int); DROP TABLE beside", "objects LIKE '%drop table public.beside%'", $order);
		}
		$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
		$node->restart;
	}
};

subtest '12 C code that asks no ProcessUtility' => sub {
	refused('alice', "SET session_replication_role = replica; SELECT pg_import_system_collations('public')", 'SG007', 'of an ordinary user');
	refused($postgres, "DO \$\$ BEGIN PERFORM pg_import_system_collations('public'); END \$\$", 'SG007', 'inside of DO');
	recorded('alice', "DO 'BEGIN PERFORM lo_create(4713); END'", "objects LIKE '%large object 4713%'", 'a large object made in DO');
};

subtest '13 SECURITY DEFINER' => sub {
	refused('alice', "SELECT definer('CREATE TABLE made (id int)')", 'SG001', 'of a superuser');
	my $offset = log_size();
	try('alice', "SELECT definer('CREATE TABLE made (id int)')");
	my ($told) = grep { $_->{event} eq 'refused' } told_since($offset);
	is("$told->{session_user} $told->{current_user}", "alice $postgres", 'the refusal tells of both');

	# The exemption is for whoever the definer is, not for whoever calls it.
	$node->safe_psql('postgres', "SELECT schema_guard.exempt('$postgres', '*', NULL, 'the owner may')");
	refused('alice', "SELECT definer('CREATE TABLE made (id int)')", 'SG001', 'of one who is exempted');
	recorded($postgres, "SELECT definer('CREATE TABLE by_owner (id int)')",
		"allowed_by = 'exemption' AND session_user_name = '$postgres' AND objects LIKE '%public.by_owner%'", 'called by the exempted one');
	$node->safe_psql('postgres', "SELECT schema_guard.end_exemption('$postgres', '*', 'tried enough')");

	$node->safe_psql('postgres', "$in_migration ALTER FUNCTION definer(text) SET schema_guard.migration = 'definer'");
	recorded('alice', "SELECT definer('CREATE TABLE defined (id int)')",
		"session_user_name = 'alice' AND current_user_name = '$postgres' AND migration = 'definer'", 'a definer that declares a migration');
};

subtest '14 forged markers' => sub {
	refused('alice', "SET application_name = 'flyway migration'; CREATE TABLE made (id int)", 'SG001', 'application_name');
	refused('alice', '/* schema_guard.migration = 20261121120000_forged */ CREATE TABLE made (id int)', 'SG001', 'a comment');
	refused('alice', "SET my.migration = '20261121120000_forged'; CREATE TABLE made (id int)", 'SG001', 'a setting of somebody else');
	refused('alice', "SELECT set_config('schema_guard.migration', '20261121120000_forged', false)", '42501', 'set_config');
	refused('alice', "UPDATE pg_settings SET setting = 'forged' WHERE name = 'schema_guard.migration'", '42501', 'pg_settings');
	my $offset = log_size();
	try('alice', "SET application_name = 'postgres'; CREATE TABLE made (id int)");
	my ($told) = grep { $_->{event} eq 'refused' } told_since($offset);
	is("$told->{session_user} $told->{application_name}", 'alice postgres', 'who it was is told beside what it called itself');
};

$node->stop;
done_testing();
