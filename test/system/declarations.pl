# The ways in which a session declares its migration or an override: by those who may, and not by those who may not.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION schema_guard;
	CREATE ROLE deployer LOGIN;
	CREATE ROLE alice LOGIN;
	GRANT CREATE ON SCHEMA public TO deployer, alice;
	GRANT SET ON PARAMETER schema_guard.migration, schema_guard.override TO deployer;
	CREATE FUNCTION of_owner(sql text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE sql; END';
	CREATE FUNCTION of_caller(sql text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE sql; END';
	SELECT schema_guard.set_mode('enforce', 'declarations are tried');
});
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
# A column of the rows about what a pattern says, by a user.
my $log = 'SELECT %s FROM schema_guard.ddl_log WHERE outcome = $$committed$$ AND session_user_name = $$%s$$ AND statement LIKE $$%s$$';
my $made = 0;

# What a session of user says on stderr, with options as libpq takes them from the environment or from the connection string.
sub session
{
	my ($user, $sql, %way) = @_;
	my ($stdout, $stderr);
	local $ENV{PGOPTIONS} = $way{pgoptions} // '';
	my $connection = $node->connstr('postgres') . " user=$user" . ($way{connection} ? " options='$way{connection}'" : '');
	$node->psql('postgres', $sql, stdout => \$stdout, stderr => \$stderr, connstr => $connection, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	return $stderr;
}

sub exists_now { return $node->safe_psql('postgres', "SELECT to_regclass('$_[0]') IS NOT NULL") eq 't' }

# The table that sql (with TABLE for its name) creates is there, and its row has the declared value in column.
sub declares
{
	my ($what, $user, $column, $value, $sql, %way) = @_;
	my $table = 'declared' . ++$made;
	$sql =~ s/TABLE/CREATE TABLE $table (id int)/;
	unlike(session($user, $sql, %way), qr/ERROR|FATAL/, "$what: allowed");
	ok(exists_now($table), "$what: done");
	is($node->safe_psql('postgres', sprintf($log, $column, $user, "CREATE TABLE $table (%")), $value, "$what: on record");
}

sub declares_not
{
	my ($what, $user, $sqlstate, $sql, %way) = @_;
	my $table = 'undeclared' . ++$made;
	$sql =~ s/TABLE/CREATE TABLE $table (id int)/;
	# A connection that is refused tells its message alone.
	like(session($user, $sql, %way), $sqlstate =~ /^\w{5}$/ ? qr/ERROR:  $sqlstate: / : qr/FATAL: .*$sqlstate/, "$what: refused");
	ok(!exists_now($table), "$what: not done");
}

for my $kind ([ 'migration', 'migration', '20261121120000_orders' ], [ 'override', 'override_reason', 'INC-4711 cannot wait' ]) {
	my ($name, $column, $value) = @$kind;
	my $parameter = "schema_guard.$name";
	(my $escaped = $value) =~ s/ /\\ /g;
	(my $in_connection = $escaped) =~ s/\\/\\\\/g;
	my $set = "'$value'";

	# --- by the session itself ---
	for my $user ($superuser, 'deployer') {
		my $who = $user eq 'deployer' ? 'grantee' : 'superuser';
		declares("$name, $who: SET", $user, $column, $value, "SET $parameter = $set; TABLE");
		declares("$name, $who: SET LOCAL", $user, $column, $value, "BEGIN; SET LOCAL $parameter = $set; TABLE; COMMIT");
		declares("$name, $who: set_config", $user, $column, $value, "SELECT set_config('$parameter', $set, false); TABLE");
		declares("$name, $who: PGOPTIONS", $user, $column, $value, 'TABLE', pgoptions => "-c $parameter=$escaped");
		declares("$name, $who: connection", $user, $column, $value, 'TABLE', connection => "-c $parameter=$in_connection");
	}
	declares_not("$name: SET LOCAL, the transaction after", 'deployer', 'SG001', "BEGIN; SET LOCAL $parameter = $set; COMMIT; TABLE");
	declares_not("$name: SET, rolled back", 'deployer', 'SG001', "BEGIN; SET $parameter = $set; ROLLBACK; TABLE");
	declares_not("$name: RESET", 'deployer', 'SG001', "SET $parameter = $set; RESET $parameter; TABLE");
	declares_not("$name: an empty value", 'deployer', 'SG001', "SET $parameter = ''; TABLE");
	declares_not("$name, nobody: SET", 'alice', '42501', "SET $parameter = $set; TABLE");
	declares_not("$name, nobody: SET LOCAL", 'alice', '42501', "BEGIN; SET LOCAL $parameter = $set; TABLE; COMMIT");
	declares_not("$name, nobody: set_config", 'alice', '42501', "SELECT set_config('$parameter', $set, false); TABLE");
	declares_not("$name, nobody: PGOPTIONS", 'alice', 'permission denied to set parameter', 'TABLE', pgoptions => "-c $parameter=$escaped");
	declares_not("$name, nobody: connection", 'alice', 'permission denied to set parameter', 'TABLE', connection => "-c $parameter=$in_connection");

	# --- for a role, a role in a database, a database: by who may set the parameter, then for whoever connects ---
	my $migrating = "SET schema_guard.migration = '20261121110000_settings';";
	for my $target ('ROLE alice', 'ROLE alice IN DATABASE postgres', 'DATABASE postgres') {
		declares_not("$name: ALTER $target without a migration", $superuser, 'SG001', "ALTER $target SET $parameter = $set; TABLE");
		$node->safe_psql('postgres', "$migrating ALTER $target SET $parameter = $set");
		is($node->safe_psql('postgres', sprintf($log, 'migration', $superuser, "ALTER $target SET $parameter %")), '20261121110000_settings', "$name: ALTER $target is on record");
		declares("$name: ALTER $target", 'alice', $column, $value, 'TABLE');
		$node->safe_psql('postgres', "$migrating ALTER $target RESET $parameter");
		declares_not("$name: ALTER $target, reset", 'alice', 'SG001', 'TABLE');
	}
	like(session('alice', "ALTER ROLE alice SET $parameter = $set"), qr/ERROR:  SG001: /, "$name, nobody: ALTER ROLE of itself: refused");
	declares_not("$name, nobody: the session after", 'alice', 'SG001', 'TABLE');
	like(session('deployer', "ALTER ROLE deployer SET $parameter = $set"), qr/ERROR:  SG001: /, "$name, grantee: ALTER ROLE of itself without a migration: refused");
	unlike(session('deployer', "$migrating ALTER ROLE deployer SET $parameter = $set"), qr/ERROR/, "$name, grantee: ALTER ROLE of itself in a migration");
	declares("$name, grantee: the session after", 'deployer', $column, $value, 'TABLE');
	$node->safe_psql('postgres', "$migrating ALTER ROLE deployer RESET ALL");

	# --- for a function ---
	for my $function ('of_owner', 'of_caller') {
		$node->safe_psql('postgres', "$migrating ALTER FUNCTION $function(text) SET $parameter = $set");
		declares("$name: ALTER FUNCTION $function, grantee", 'deployer', $column, $value, "SELECT $function('TABLE')");
		declares_not("$name: ALTER FUNCTION $function, after the call", 'deployer', 'SG001', "SELECT $function('SELECT 1'); TABLE");
	}
	declares("$name: ALTER FUNCTION, nobody calls a definer", 'alice', $column, $value, "SELECT of_owner('TABLE')");
	declares_not("$name: ALTER FUNCTION, nobody calls an invoker", 'alice', '42501', "SELECT of_caller('TABLE')");
	$node->safe_psql('postgres', "$migrating ALTER FUNCTION $_(text) RESET $parameter") for ('of_owner', 'of_caller');
	declares_not("$name: ALTER FUNCTION, reset", 'deployer', 'SG001', "SELECT of_owner('TABLE')");
	like(session('alice', "CREATE FUNCTION pg_temp.mine() RETURNS void LANGUAGE sql SET $parameter = $set AS 'SELECT'"),
		qr/ERROR:  42501: /, "$name, nobody: a function of its own: refused");

	# --- the grant taken back ---
	$node->safe_psql('postgres', "$migrating REVOKE SET ON PARAMETER $parameter FROM deployer");
	declares_not("$name: REVOKE", 'deployer', '42501', "SET $parameter = $set; TABLE");
	$node->safe_psql('postgres', "$migrating GRANT SET ON PARAMETER $parameter TO deployer");

	# --- what is no name and no reason ---
	my @bad = $name eq 'migration' ? ('off', 'TRUE', '0', 'none', '-x', "a\nb", "a\e[2K", 'ends ', 'x' x 201) : ('yes', 'a', "two words\n", "  ");
	for my $bad (@bad) {
		(my $shown = substr($bad, 0, 12)) =~ s/[^ -~]/?/g;
		for my $way ("SET $parameter = '$bad'", "BEGIN; SET LOCAL $parameter = '$bad'", "$migrating ALTER ROLE alice SET $parameter = '$bad'",
			"$migrating ALTER DATABASE postgres SET $parameter = '$bad'", "$migrating ALTER FUNCTION of_owner(text) SET $parameter = '$bad'")
		{
			(my $how = $way) =~ s/^SET schema_guard\.migration = '20261121110000_settings'; //;
			$how =~ s/ SET .*| = .*//s;
			like(session($superuser, $way), qr/ERROR:  22023: /, "$name '$shown', $how: refused");
		}
	}
	declares_not("$name 'off' by PGOPTIONS", 'deployer', 'invalid value for parameter', 'TABLE', pgoptions => "-c $parameter=off");
}
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_db_role_setting"), 0, 'no setting of a test is left');

$node->stop;
done_testing();
