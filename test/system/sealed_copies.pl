# The sealed log after dump and restore, which leave it behind, and after pg_upgrade, which takes it along.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

sub tampered
{
	my ($node, $database, $arguments) = (@_, '');
	return $node->safe_psql($database, "SELECT coalesce(string_agg(concat_ws(' ', finding, block, detail), '; '), 'nothing') FROM schema_guard.verify_log($arguments) WHERE tampered");
}
sub facts { return $_[0]->safe_psql($_[1], q{SELECT coalesce(string_agg(DISTINCT finding, ' ' ORDER BY finding), '') FROM schema_guard.verify_log() WHERE NOT tampered}) }
sub number { return $_[0]->safe_psql($_[1], "SELECT $_[2]") }
sub sealed_rows { return number(@_, 'coalesce(sum(row_count), 0) FROM schema_guard.log_blocks') }
sub chains { return number(@_, "string_agg(DISTINCT chain::text, ' ') FROM schema_guard.log_blocks") }
sub digest { return number(@_, 'schema_guard.log_digest()') }

# One that was promoted: a new cluster begins with timeline 1 again.
my $first = PostgreSQL::Test::Cluster->new('first');
$first->init(allows_streaming => 1);
$first->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nschema_guard.seal_delay = 1h\nschema_guard.worker_naptime = 0\nmax_worker_processes = 12");
$first->start;
$first->safe_psql('postgres', 'CREATE DATABASE app');
$first->safe_psql('app', 'CREATE EXTENSION schema_guard; CREATE TABLE before_promotion (id int); SELECT schema_guard.seal_log()');
$first->backup('base');
my $old = PostgreSQL::Test::Cluster->new('old');
$old->init_from_backup($first, 'base', has_streaming => 1);
$old->start;
$first->wait_for_catchup($old);
$first->stop;
$old->promote;
$old->safe_psql('app', q{
	CREATE TABLE customers (id int PRIMARY KEY, name text);
	CREATE INDEX CONCURRENTLY ON customers (name);
	SELECT schema_guard.protect('customers', 'a part of every test')});
$old->psql('app', 'CREATE TABLE customers (id int)');
$old->psql('app', 'BEGIN; CREATE TABLE rolled_back (id int); ROLLBACK');
$old->poll_query_until('app', q{SELECT count(*) = 2 FROM schema_guard.statement_log WHERE attempt_number IS NOT NULL}) or die 'attempts are not on record';
$old->safe_psql('app', 'SELECT schema_guard.seal_log()');
is(tampered($old, 'app'), 'nothing', 'as it was');
is(facts($old, 'app'), 'promoted verified', 'of two timelines');
my $kept = digest($old, 'app');
my $sealed = sealed_rows($old, 'app');

# --- dump and restore ---
my $dir = $old->basedir;
$old->command_ok(['pg_dump', '-Fc', '-f', "$dir/dump", 'app'], 'dumped');
$old->command_ok(['pg_dumpall', '-f', "$dir/all.sql"], 'with all databases');
unlike(slurp_file("$dir/all.sql"), qr/COPY schema_guard\.(log_block|log_list|statement_log)/, 'no block and no row');
$old->safe_psql('postgres', 'CREATE DATABASE restored');
$old->command_ok(['pg_restore', '-d', 'restored', "$dir/dump"], 'restored');
is(tampered($old, 'restored'), 'nothing', 'a restored database: nothing is wrong');
is(facts($old, 'restored'), 'unsealed verified', 'its rows are those of the restore');
$old->safe_psql('restored', 'SELECT schema_guard.seal_log()');
is(facts($old, 'restored'), 'verified', 'which are sealed');
is(number($old, 'restored', 'min(number) FROM schema_guard.log_blocks'), 1, 'from the first block on');
isnt(chains($old, 'restored'), chains($old, 'app'), 'in a chain of its own');
like(tampered($old, 'restored', "kept => '$kept'"), qr/^(forked|missing) /, 'it does not pass for the one it was made of');
is(tampered($old, 'app', "kept => '$kept'"), 'nothing', 'which does');
$old->safe_psql('restored', q{SELECT schema_guard.set_mode('off', 'a row will go'); DELETE FROM schema_guard.statement_log WHERE statement LIKE 'CREATE TABLE public.customers%'});
like(tampered($old, 'restored'), qr/^missing 1 the row is gone/, 'and is proof of its own past');
my $restored = tampered($old, 'restored');

# --- pg_upgrade: rows that were sealed, rows that were not, and a database that was tampered with ---
$old->safe_psql('app', 'CREATE TABLE not_sealed (id int)');
$old->psql('app', 'CREATE TABLE not_sealed (id int)');
$old->poll_query_until('app', q{SELECT count(*) = 1 FROM schema_guard.statement_log WHERE statement LIKE 'CREATE TABLE not_sealed%' AND outcome = 'failed'});
my $rows = number($old, 'app', 'count(*) FROM schema_guard.statement_log');
my $last = number($old, 'app', 'max(number) FROM schema_guard.log_blocks');
my $old_chain = chains($old, 'app');
$old->stop;

sub upgraded
{
	my ($from, $name, @options) = @_;
	my $to = PostgreSQL::Test::Cluster->new($name);
	$to->init;
	$to->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nschema_guard.seal_delay = 1h\nschema_guard.worker_naptime = 0\nmax_worker_processes = 12");
	my $bindir = $from->config_data('--bindir');
	chdir $to->basedir;
	command_ok(['pg_upgrade', '--no-sync', @options, '-d', $from->data_dir, '-D', $to->data_dir, '-b', $bindir, '-B', $bindir, '-s', $to->host,
		'-p', $from->port, '-P', $to->port], "pg_upgrade @options");
	$to->start;
	return $to;
}
my $new = upgraded($old, 'new');
is(number($new, 'app', 'count(*) FROM schema_guard.statement_log'), $rows, 'upgraded: all rows are there');
is(sealed_rows($new, 'app'), $sealed, 'and all blocks');
is(tampered($new, 'app'), 'nothing', 'and verify');
is(tampered($new, 'app', "kept => '$kept'"), 'nothing', 'against what was kept, too');
is(digest($new, 'app'), $kept, 'the last digest is the old one');
is(tampered($new, 'restored'), $restored, 'what was tampered with is as before');
$new->safe_psql('app', 'CREATE TABLE of_the_new (id int); SELECT schema_guard.seal_log()');
is(sealed_rows($new, 'app'), number($new, 'app', 'count(*) FROM schema_guard.statement_log'), 'what was not sealed before is, and what came since');
is(tampered($new, 'app', "kept => '$kept'"), 'nothing', 'it goes on');
is(facts($new, 'app'), 'copied promoted verified', 'in another cluster, which is told');
is(number($new, 'app', "count(DISTINCT chain) FROM schema_guard.log_blocks WHERE chain = '$old_chain'"), 1, 'under the old chain');
is(number($new, 'app', 'count(DISTINCT chain) FROM schema_guard.log_blocks'), 2, 'and one of its own');
is(number($new, 'app', "(SELECT previous FROM schema_guard.log_block WHERE number = $last + 1) = (SELECT digest FROM schema_guard.log_block WHERE number = $last)"), 't', 'linked to the last of the old');

# --- and again, by links, from there ---
my $middle = digest($new, 'app');
$new->stop;
my $newer = upgraded($new, 'newer', '--link');
$newer->safe_psql('app', 'CREATE TABLE of_the_newer (id int); SELECT schema_guard.seal_log()');
is(tampered($newer, 'app', "kept => '[$kept, $middle]'"), 'nothing', 'a third cluster: all that was kept stands');
is(facts($newer, 'app'), 'copied promoted verified', 'and is told');
is(number($newer, 'app', 'count(DISTINCT chain) FROM schema_guard.log_blocks'), 3, 'three chains');

# --- what was sealed by the first is still proof, and nothing can be added to it ---
$newer->safe_psql('app', q{SELECT schema_guard.set_mode('off', 'nobody looks')});
sub changed
{
	my ($what, $change) = @_;
	my $found = $newer->safe_psql('app', "BEGIN; $change; SELECT coalesce(string_agg(DISTINCT concat_ws(' ', finding, detail), '; '), 'nothing') FROM schema_guard.verify_log() WHERE tampered; ROLLBACK");
	note "$what: $found";
	return $found;
}
my $of_old = "FROM schema_guard.statement_log WHERE chain = '$old_chain'";
like(changed('a row', "UPDATE schema_guard.statement_log SET session_user_name = 'bob' WHERE chain = '$old_chain' AND statement LIKE 'CREATE TABLE customers%' AND outcome IS NOT DISTINCT FROM (SELECT min(outcome) $of_old)"),
	qr/^changed /, 'a row of the first cluster that is changed');
like(changed('a deletion', "DELETE $of_old AND statement LIKE '%before_promotion%'"), qr/^missing /, 'that is gone');
like(changed('one added', "CREATE TEMP TABLE one ON COMMIT DROP AS SELECT * $of_old LIMIT 1; UPDATE one SET ordinal = 1000; INSERT INTO schema_guard.statement_log SELECT * FROM one"), qr/^added /, 'that was added');
like(changed('one added late', "CREATE TEMP TABLE one ON COMMIT DROP AS SELECT * $of_old LIMIT 1; UPDATE one SET xid = pg_current_xact_id(); INSERT INTO schema_guard.statement_log SELECT * FROM one"),
	qr/^added /, 'that was added as if the first cluster still ran');
is(tampered($newer, 'app'), 'nothing', 'and all of it undone');
my (undef, undef, $told) = $newer->psql('app', q{SELECT schema_guard.purge_log(now())});
is($told, '', 'what other clusters wrote can be purged');
is(tampered($newer, 'app', "kept => '[$kept, $middle]'"), 'nothing', 'and what is left follows from what was kept');
like(facts($newer, 'app'), qr/purged/, 'as told');
$newer->stop;
done_testing();
