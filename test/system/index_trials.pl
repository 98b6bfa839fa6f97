# An index on trial: every session, every standby, every cached plan, also after a restart; statements that got worse are named.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard, pg_stat_statements'");
$primary->start;
$primary->safe_psql('postgres', q{
	CREATE EXTENSION schema_guard;
	CREATE EXTENSION pg_stat_statements;
	CREATE TABLE t (id int PRIMARY KEY, a int, filler text DEFAULT repeat('x', 200));
	INSERT INTO t SELECT n, n FROM generate_series(1, 5000) n;
	CREATE INDEX t_a ON t (a);
	ANALYZE t;
});
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;

# A session that stays, with a plan that is kept.
sub session
{
	my ($node) = @_;
	my %s = (in => '', out => '', err => '');
	$s{run} = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], \$s{in}, \$s{out}, \$s{err});
	ask(\%s, q{SET plan_cache_mode = force_generic_plan; PREPARE q (int) AS SELECT id FROM t WHERE a = $1;});
	return \%s;
}

sub ask
{
	my ($s, $sql) = @_;
	$s->{out} = '';
	$s->{in} .= "$sql\n\\echo done\n";
	IPC::Run::pump($s->{run}) until $s->{out} =~ /^done$/m;
	return $s->{out} =~ s/done\n//r;
}
sub kept_plan { return ask($_[0], 'EXPLAIN (COSTS OFF) EXECUTE q (1);') =~ /t_a/ ? 'index' : 'no index' }
sub fresh_plan { return $_[0]->safe_psql('postgres', 'EXPLAIN SELECT id FROM t WHERE a = 1') =~ /t_a/ ? 'index' : 'no index' }

my ($here, $there) = (session($primary), session($standby));
$primary->wait_for_catchup($standby);
is(kept_plan($here), 'index', 'before');
is(kept_plan($there), 'index', 'on the standby, too');
ask($here, "EXECUTE q ($_);") for 1 .. 20;
$primary->safe_psql('postgres', 'SELECT count(*) FROM t WHERE id = 1') for 1 .. 5;

$primary->safe_psql('postgres', q{SELECT schema_guard.trial_drop('t_a', 'who would miss it')});
$primary->wait_for_catchup($standby);
is(kept_plan($here), 'no index', 'a plan that was kept is made anew');
is(kept_plan($there), 'no index', 'on the standby, too');
is(fresh_plan($_), 'no index', 'so are new ones, on ' . $_->name) for $primary, $standby;

ask($here, "EXECUTE q ($_);") for 1 .. 20;
$primary->safe_psql('postgres', 'SELECT count(*) FROM t WHERE id = 1') for 1 .. 5;
my $worse = $primary->safe_psql('postgres', q{SELECT query, calls_before, calls, blocks > 10 * blocks_before FROM schema_guard.trial_statements('t_a') WHERE worse});
like($worse, qr/^[^\n]*SELECT id FROM t WHERE a = \$1;?\|20\|20\|t$/, 'the statement that got worse, and no other');
like($primary->safe_psql('postgres', q{SELECT query FROM schema_guard.trial_statements('t_a') WHERE NOT worse}), qr/WHERE id = \$1/, 'beside others of the table, which did not');

# What their plans have in its place, for any values of the parameters.
is($primary->safe_psql('postgres', q{SELECT plan_change, cost > 5 * cost_before FROM schema_guard.trial_statements('t_a') WHERE worse}),
	'Index Scan using t_a on t -> Seq Scan on t|t', 'the scan that replaced it');
is($primary->safe_psql('postgres', q{SELECT plan_change, cost = cost_before FROM schema_guard.trial_statements('t_a') WHERE query LIKE '%WHERE id =%' AND query LIKE 'SELECT count%'}),
	'the plan for any values does without it|t', 'others are as they were');
$primary->safe_psql('postgres', q{
	CREATE VIEW twice AS SELECT x.id FROM t x JOIN t y ON y.a = x.id + 1 WHERE x.a = 1;
	SELECT pg_stat_statements_reset(); SELECT count(*) FROM twice; SELECT count(*) FROM twice});
$primary->safe_psql('postgres', q{SELECT schema_guard.end_trial('t_a'); SELECT count(*) FROM twice; SELECT schema_guard.trial_drop('t_a')});
$primary->safe_psql('postgres', q{SELECT count(*) FROM twice});
like($primary->safe_psql('postgres', q{SELECT plan_change FROM schema_guard.trial_statements('t_a') WHERE query LIKE 'SELECT count(*) FROM twice%' OR worse}),
	qr/^(\w+ )+Scan using t_a on t x -> Seq Scan on t x; (\w+ )+Scan using t_a on t y -> Seq Scan on t y$/, 'each scan by itself, behind a view');
is($primary->safe_psql('postgres', q{SELECT count(*) FROM pg_prepared_statements; EXPLAIN (COSTS OFF) SELECT id FROM t WHERE a = 1}) !~ /t_a on/, 1, 'the index stays hidden from all else');
$primary->safe_psql('postgres', q{CREATE ROLE watcher IN ROLE pg_monitor});
is($primary->safe_psql('postgres', q{SET ROLE watcher; SELECT DISTINCT plan_change FROM schema_guard.trial_statements('t_a')}), 'not known: for those who may act as who runs it', 'planned as nobody else');
$primary->safe_psql('postgres', q{DROP VIEW twice});

$primary->restart;
$standby->restart;
is(fresh_plan($_), 'no index', 'after a restart, on ' . $_->name) for $primary, $standby;
$primary->stop('immediate');
$primary->start;
is(fresh_plan($primary), 'no index', 'after a crash');
($here, $there) = (session($primary), session($standby));
is(kept_plan($_), 'no index', 'plans kept without it') for $here, $there;

# The emergency switch gives it back, to plans that are kept as well.
$primary->append_conf('postgresql.conf', 'schema_guard.enabled = off');
$primary->reload;
$primary->poll_query_until('postgres', q{SELECT current_setting('schema_guard.enabled') = 'off'});
is(kept_plan($here), 'index', 'switched off, nothing is hidden');
$primary->append_conf('postgresql.conf', 'schema_guard.enabled = on');
$primary->reload;
$primary->poll_query_until('postgres', q{SELECT current_setting('schema_guard.enabled') = 'on'});
is(kept_plan($here), 'no index', 'switched on, it is again');

# A restored copy is another database: nothing is hidden there.
my $dump = $primary->basedir . '/dump';
$primary->command_ok([ 'pg_dump', '-Fc', '-f', $dump, '-d', $primary->connstr('postgres') ], 'dumped');
$primary->safe_psql('postgres', 'CREATE DATABASE copy');
$primary->command_ok([ 'pg_restore', '-d', $primary->connstr('copy'), $dump ], 'restored');
is($primary->safe_psql('copy', 'SELECT count(*) FROM schema_guard.index_trials'), '0', 'without the trial');

$primary->safe_psql('postgres', q{SELECT schema_guard.end_trial('t_a')});
$primary->wait_for_catchup($standby);
is(kept_plan($here), 'index', 'one call brings it back');
is(kept_plan($there), 'index', 'on the standby, too');
is(fresh_plan($_), 'index', 'and to new plans, on ' . $_->name) for $primary, $standby;
for ($here, $there) { $_->{in} .= "\\q\n"; IPC::Run::finish($_->{run}) }
$standby->stop;
$primary->stop;
done_testing();
