# A guarded subscriber applies what is published, and publications and subscriptions are schema changes themselves.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %node;
for my $name ('publisher', 'subscriber') {
	$node{$name} = PostgreSQL::Test::Cluster->new($name);
	$node{$name}->init(allows_streaming => 'logical');
	$node{$name}->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'");
	$node{$name}->start;
	$node{$name}->safe_psql('postgres', q{
		CREATE EXTENSION schema_guard;
		CREATE TABLE orders (id int PRIMARY KEY, note text);
		SELECT schema_guard.set_mode('enforce', 'orders is live');
	});
}
my ($publisher, $subscriber) = @node{qw(publisher subscriber)};
my $in_migration = "SET schema_guard.migration = '20261121120000_replication';";

sub refused
{
	my ($node, $sql, $pattern, $what) = @_;
	my (undef, undef, $stderr) = $node->psql('postgres', $sql, extra_params => [ '-v', 'VERBOSITY=verbose' ]);
	like($stderr, $pattern, "$what: refused");
}

sub on_record
{
	my ($node, $tag, $objects) = @_;
	is($node->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'committed' AND command_tag = '$tag' AND objects LIKE '%$objects%'"
			. " AND migration = '20261121120000_replication'"), 1, "$tag: on record");
}

# --- the objects of replication ---
refused($publisher, 'CREATE PUBLICATION orders_out FOR TABLE orders', qr/ERROR:  SG001: /, 'CREATE PUBLICATION');
$publisher->safe_psql('postgres', 'INSERT INTO orders VALUES (0, $$copied$$)');
$publisher->safe_psql('postgres', "$in_migration CREATE PUBLICATION orders_out FOR TABLE orders");
on_record($publisher, 'CREATE PUBLICATION', 'create publication orders_out');

my $connection = $publisher->connstr . ' dbname=postgres password=hush';
my $subscribe = "CREATE SUBSCRIPTION orders_in CONNECTION '$connection' PUBLICATION orders_out";
refused($subscriber, $subscribe, qr/ERROR:  SG001: /, 'CREATE SUBSCRIPTION');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM pg_subscription'), 0, 'CREATE SUBSCRIPTION: no subscription');
is($publisher->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), 0, 'CREATE SUBSCRIPTION: no slot at the publisher');
$subscriber->safe_psql('postgres', "$in_migration $subscribe");
on_record($subscriber, 'CREATE SUBSCRIPTION', 'create subscription orders_in');
is($subscriber->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log l WHERE l::text LIKE '%hush%'"), 0, 'its password is not');
$subscriber->wait_for_subscription_sync($publisher, 'orders_in');

# --- the apply worker ---
my $log_size = -s $subscriber->logfile;
my $rows = $subscriber->safe_psql('postgres', 'SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = $$committed$$');
sub rows_are
{
	my ($expected, $what) = @_;
	$publisher->wait_for_catchup('orders_in');
	is($subscriber->safe_psql('postgres', "SELECT string_agg(id || ' ' || note, ', ' ORDER BY id) FROM orders"), $expected, $what);
}
rows_are('0 copied', 'the first copy arrives');
$publisher->safe_psql('postgres', q{INSERT INTO orders VALUES (1, 'one'), (2, 'two')});
rows_are('0 copied, 1 one, 2 two', 'INSERT arrives');
$publisher->safe_psql('postgres', q{UPDATE orders SET note = 'changed' WHERE id = 1});
rows_are('0 copied, 1 changed, 2 two', 'UPDATE arrives');
$publisher->safe_psql('postgres', q{DELETE FROM orders WHERE id = 2});
rows_are('0 copied, 1 changed', 'DELETE arrives');
refused($subscriber, 'TRUNCATE orders', qr/ERROR:  SG001: /, 'TRUNCATE by a session of the subscriber');
$publisher->safe_psql('postgres', "$in_migration TRUNCATE orders");
rows_are('', 'TRUNCATE arrives');
on_record($publisher, 'TRUNCATE TABLE', 'public.orders');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = $$committed$$'), $rows, 'none of it is a statement of the subscriber');

# --- schema changes are not replicated: each side has its own guard and its own log ---
$publisher->safe_psql('postgres', "$in_migration ALTER TABLE orders ADD COLUMN total int");
on_record($publisher, 'ALTER TABLE', 'public.orders');
is($subscriber->safe_psql('postgres', "SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'committed' AND command_tag = 'ALTER TABLE'"), 0, 'not so by the subscriber');
refused($subscriber, 'ALTER TABLE orders ADD COLUMN total int', qr/ERROR:  SG001: /, 'ALTER TABLE of the subscriber');
$subscriber->safe_psql('postgres', "$in_migration ALTER TABLE orders ADD COLUMN total int");
$publisher->safe_psql('postgres', q{INSERT INTO orders VALUES (3, 'three', 3)});
rows_are('3 three', 'the rows of the new shape arrive');
unlike(slurp_file($subscriber->logfile, $log_size), qr/"event": "(fault|unrecorded)"/, 'no fault on the way');

# --- the end ---
refused($subscriber, 'ALTER SUBSCRIPTION orders_in DISABLE', qr/ERROR:  SG001: /, 'ALTER SUBSCRIPTION');
refused($subscriber, 'DROP SUBSCRIPTION orders_in', qr/ERROR:  SG001: /, 'DROP SUBSCRIPTION');
is($publisher->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), 1, 'DROP SUBSCRIPTION: the slot is kept');
$subscriber->safe_psql('postgres', "$in_migration DROP SUBSCRIPTION orders_in");
on_record($subscriber, 'DROP SUBSCRIPTION', 'drop subscription orders_in');
is($publisher->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), 0, 'DROP SUBSCRIPTION in a migration: the slot is gone');

$subscriber->stop;
$publisher->stop;
done_testing();
