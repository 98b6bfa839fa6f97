# Subscriptions changed in place while they run, with the publisher there: what belongs to the slot is changed on both sides.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 'logical');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nmax_prepared_transactions = 10");
$node->start;
my $version = $node->safe_psql('postgres', 'SHOW server_version_num');
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');
my ($host, $port) = ($node->host, $node->port);

$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(publisher one two);
my $tables = 'CREATE TABLE t (id int PRIMARY KEY);';
$node->safe_psql($_, $tables) for qw(publisher one two);
$node->safe_psql('publisher', q{
	CREATE PUBLICATION p FOR TABLE t;
	SELECT pg_create_logical_replication_slot('slot', 'pgoutput');
});
# The one that runs, and how it is to be: a subscription that never ran.
my $subscription = sub
{
	my ($database, $options) = @_;
	$node->safe_psql($database, "CREATE SUBSCRIPTION s CONNECTION 'host=$host port=$port dbname=publisher' PUBLICATION p
		WITH (connect = false, slot_name = 'slot'$options)");
};
$subscription->('one', '');
$node->safe_psql('one', 'ALTER SUBSCRIPTION s ENABLE; ALTER SUBSCRIPTION s REFRESH PUBLICATION');
# The extension on the one side only is no difference that matters here.
my $scope = q{kinds => '{subscription}'};
$node->safe_psql('one', qq{
	CREATE EXTENSION schema_guard;
	CREATE EXTENSION postgres_fdw;
	CREATE SERVER two FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'two');
	CREATE USER MAPPING FOR CURRENT_USER SERVER two OPTIONS (user '$superuser');
});

# Whether what is inserted at the publisher arrives.
my $row = 0;
my $arrives = sub
{
	my ($what) = @_;
	$row++;
	$node->safe_psql('publisher', "INSERT INTO t VALUES ($row)");
	ok($node->poll_query_until('one', "SELECT count(*) = 1 FROM t WHERE id = $row"), "$what: rows arrive");
};
$arrives->('as it is');

my $becomes = sub
{
	my ($what, $options, %expected) = @_;
	my $of_slot = $expected{of_slot};
	$subscription->('two', $options);
	my $script = $node->safe_psql('one', "SELECT schema_guard.diff_sql('live', 'server:two', $scope)");
	isnt($script, '', "$what: a difference");
	$node->safe_psql('one', $script);
	is($node->safe_psql('one', "SELECT count(*) FROM schema_guard.diff('live', 'server:two', $scope)"), 0, "$what: none is left");
	is($node->safe_psql('one', "SELECT count(*) FROM schema_guard.diff('at:now', 'live')"), 0, "$what: the versions know");
	is($node->safe_psql('publisher', "SELECT $of_slot FROM pg_replication_slots WHERE slot_name = 'slot'"), 't', "$what: at the publisher") if $of_slot;
	# What is made anew does not run before somebody says so.
	$node->safe_psql('one', 'ALTER SUBSCRIPTION s ENABLE; ALTER SUBSCRIPTION s REFRESH PUBLICATION WITH (copy_data = false)') if $expected{anew};
	$arrives->($what);
	$node->safe_psql('two', 'ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s');
	return $script;
};

$becomes->('options of the subscriber', ', disable_on_error = true, synchronous_commit = local');
$becomes->('and back', '');
if ($version >= 170000)
{
	my $script = $becomes->('failover', ', failover = true', of_slot => 'failover');
	unlike($script, qr/DROP/, 'failover: in place');
	$becomes->('no failover', '', of_slot => 'NOT failover');
}
my $two_phase = $version >= 180000;
my $script = $becomes->('two-phase', ', two_phase = true', $two_phase ? (of_slot => 'two_phase') : (anew => 1));
$two_phase ? unlike($script, qr/DROP/, 'two-phase: in place') : like($script, qr/DROP SUBSCRIPTION/, 'two-phase: made anew before 18');
$becomes->('not two-phase', '', of_slot => 'NOT two_phase') if $two_phase;

$node->safe_psql('one', 'ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s');
is($node->safe_psql('one', "SELECT count(*) FROM schema_guard.diff('at:now', 'live')"), 0, 'dropped: the versions know');
is($node->safe_psql('one', q{SELECT string_agg(action, ' ' ORDER BY started_at) FROM schema_guard.ddl_objects WHERE object_type = 'subscription' AND action IN ('create', 'drop')}),
	$two_phase ? 'drop' : 'drop create drop', 'the log has it');
$node->stop;
done_testing();
