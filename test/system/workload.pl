# Forty days of traffic by pgbench: each verdict on an index comes out of what was run, over resets, a crash, a month's end and a standby.
# Only the clock of the samples is moved.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'schema_guard'
restart_after_crash = on
schema_guard.track_plans = 1
schema_guard.sample_interval = 0
random_page_cost = 1.1
CONF
$primary->start;
$primary->safe_psql('postgres', q{
	CREATE EXTENSION schema_guard;
	CREATE TABLE customer (id int PRIMARY KEY, name text);
	CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int REFERENCES customer, placed int, month int, state int, code int, region int,
		weight int, note text);
	CREATE TABLE region (id int, name text);
	INSERT INTO customer SELECT n, 'c' || n FROM generate_series(1, 1000) n;
	INSERT INTO orders (customer, placed, month, state, code, region, weight, note)
		SELECT n % 1000 + 1, n, n % 12, n % 100, n, n, n, 'note ' || n FROM generate_series(1, 20000) n;
	INSERT INTO region SELECT n, n FROM generate_series(1, 20000) n;
	CREATE INDEX orders_customer ON orders (customer);
	CREATE INDEX orders_note ON orders (note);
	CREATE INDEX orders_month ON orders (month);
	CREATE INDEX orders_state ON orders (state);
	CREATE INDEX orders_weight ON orders (weight);
	CREATE INDEX orders_region ON orders (region);
	CREATE UNIQUE INDEX orders_code ON orders (code);
	CREATE TABLE archive (id int, note text);
	CREATE INDEX archive_id ON archive (id);
	INSERT INTO archive SELECT n, 'old' FROM generate_series(1, 100) n;
	VACUUM ANALYZE;
	CREATE TABLE moment (at timestamptz);
	INSERT INTO moment SELECT now();
	-- A sample taken that long ago, of counters that began when they did by the same clock.
	CREATE FUNCTION moved(usage jsonb, ago interval, began interval, tracked interval) RETURNS jsonb LANGUAGE sql AS $$
		SELECT usage || jsonb_build_object('sampled_at', at - ago, 'counters_since', at - began,
			'plans_since', CASE WHEN usage ->> 'plans_since' IS NOT NULL THEN at - tracked END) FROM moment
	$$;
	CREATE FUNCTION verdict(index text, age interval DEFAULT '35 days') RETURNS text LANGUAGE sql AS $$
		SELECT coalesce((SELECT verdict FROM schema_guard.unused_indexes(age, 0) WHERE index_name = 'public.' || index), 'used')
	$$;
});
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

my %script = (
	daily => q{
		\set customer random(1, 1000)
		SELECT count(*) FROM orders WHERE customer = :customer;
		INSERT INTO orders (customer, placed, month, state, region, weight, note) SELECT :customer, n, 13, 7, n, n, 'new' FROM generate_series(1, 200) n;
		SELECT 1;},
	# The planner looks for the largest region, and then reads the tables whole.
	plan => q{SELECT count(*) FROM orders o JOIN region r ON r.id = o.region WHERE o.region > 19990 AND o.region < 10000000;},
	month_end => q{SELECT count(*) FROM orders WHERE month = 5 AND placed < 0;},
	state => q{SELECT count(*) FROM orders WHERE state = 99;},
	report => q{SELECT count(*) FROM orders WHERE weight = 17;});
for my $name (keys %script)
{
	PostgreSQL::Test::Utils::append_to_file($primary->basedir . "/$name.sql", $script{$name});
}

# traffic(node, script, transactions, options): by real clients
sub traffic
{
	my ($node, $name, $times, $options) = @_;
	local $ENV{PGOPTIONS} = $options // '';
	my $out = '';
	IPC::Run::run([ 'pgbench', '-n', '-c', '2', '-j', '1', '-t', $times, '-f', $primary->basedir . "/$name.sql", $node->connstr('postgres') ], '>', \$out, '2>', \$out)
		or die "pgbench $name: $out";
	$node->safe_psql('postgres', 'SELECT pg_stat_force_next_flush()');
}
my $by_index = '-c enable_seqscan=off -c enable_bitmapscan=off';
my $by_whole = '-c enable_indexscan=off -c enable_bitmapscan=off -c enable_indexonlyscan=off';

my ($began, $tracked) = ('40 days', '40 days');
sub sample
{
	my ($ago) = @_;
	$primary->safe_psql('postgres', "SELECT schema_guard.write_usage(schema_guard.local_node(), moved(schema_guard.export_usage(), '$ago', '$began', '$tracked'), true)");
}
sub verdicts { return $primary->safe_psql('postgres', "SELECT string_agg(i || ' ' || verdict(i), ', ') FROM unnest('{@{[join ',', @_]}}'::text[]) i") }
sub day { return $primary->safe_psql('postgres', "SELECT ((at - '$_[0]'::interval) AT TIME ZONE 'UTC')::date FROM moment") }

sample('40 days');
for my $ago (36, 28, 22)
{
	traffic($primary, 'daily', 5, $by_index);
	traffic($primary, 'plan', 2, $by_whole);
	sample("$ago days");
}
traffic($primary, 'month_end', 1, $by_index);
traffic($primary, 'state', 1, $by_index);
sample('21 days');

# A reset on schedule, which takes what was counted since the sample before.
traffic($primary, 'daily', 3, $by_index);
sample('14 days');
$primary->safe_psql('postgres', 'SELECT pg_stat_reset()');
$began = '13 days 23 hours';
traffic($primary, 'daily', 3, $by_index);
traffic($primary, 'plan', 2, $by_whole);
sample('10 days');

is(verdicts('orders_note'), 'orders_note unknown', 'nothing is unused while a standby has not reported');
like($primary->safe_psql('postgres', q{SELECT reason FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name = 'public.orders_note'}),
	qr/standby standby has never reported/, 'which is said');

# A crash.
my ($in, $out, $err) = ('', '', '');
my $session = IPC::Run::start([ 'psql', '-XAtq', '-d', $primary->connstr('postgres') ], \$in, \$out, \$err);
$in = "SELECT pg_backend_pid();\n";
IPC::Run::pump($session) until $out =~ /(\d+)\n/;
$out =~ /(\d+)\n/;
kill 'KILL', $1;
eval { IPC::Run::finish($session) };
$primary->poll_query_until('postgres', q{SELECT pg_stat_get_numscans('orders_customer'::regclass) = 0}) or die 'no crash';
$began = $tracked = '9 days 23 hours';
traffic($primary, 'daily', 2, $by_index);
traffic($primary, 'plan', 2, $by_whole);
sample('5 days');
traffic($primary, 'daily', 2, $by_index);

# The standby reports, fetched from there; forty days of it, by the same clock.
my ($host, $port) = ($standby->host, $standby->port);
# It connects again some time after the crash.
$primary->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_stat_replication') or die 'the standby does not come back';
my $name = $primary->safe_psql('postgres', 'SELECT application_name FROM pg_stat_replication');
$primary->safe_psql('postgres', qq{
	CREATE FOREIGN DATA WRAPPER plain;
	CREATE SERVER reporting FOREIGN DATA WRAPPER plain OPTIONS (host '$host', port '$port', dbname 'postgres');
	CREATE USER MAPPING FOR CURRENT_USER SERVER reporting;
});
my $usage = $standby->safe_psql('postgres', 'SELECT schema_guard.export_usage()');
$primary->safe_psql('postgres', "SELECT schema_guard.import_usage('$name', '$usage'::jsonb || jsonb_build_object('sampled_at', now() - interval '40 days'))");
traffic($standby, 'report', 4, $by_index);
sample('0');
is(verdicts('orders_note'), 'orders_note unknown', 'nor while the standby has reported nothing since');
$primary->safe_psql('postgres', "SELECT schema_guard.pull_usage('reporting', '$name')");
is($primary->safe_psql('postgres', "SELECT scans, plan_uses FROM schema_guard.index_usage WHERE node = '$name' AND index_name = 'public.orders_weight'"), '8|8',
	'what was fetched from the standby: scans, and plans with the index');
($in, $out, $err) = $primary->psql('postgres', "SELECT schema_guard.pull_usage('elsewhere')");
like($err, qr/server "elsewhere" does not exist/, 'a server that there is not');
($in, $out, $err) = $primary->psql('postgres', "SELECT schema_guard.pull_usage('reporting', 'primary')");
like($err, qr/that is the name of this server/, 'a name that is taken');

is(verdicts('orders_customer'), 'orders_customer used', 'read every day');
is(verdicts('orders_note'), 'orders_note unused', 'read by nobody')
	or diag($primary->safe_psql('postgres', 'SELECT index_name, reason, evidence FROM schema_guard.unused_indexes(min_size => 0)'));
is(verdicts('orders_weight'), 'orders_weight used', 'read on the standby only');
is(verdicts('orders_code'), 'orders_code blocked', 'unique');
is(verdicts('archive_id'), 'archive_id unknown', 'of a table that nobody has touched');
is(verdicts('orders_state'), 'orders_state rare', 'read once, and written all the time');
is(verdicts('orders_region'), 'orders_region unused', 'read by the planner only');
like($primary->safe_psql('postgres', q{SELECT confidence || ' ' || reason FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name = 'public.orders_region'}),
	qr/^medium scans: [1-9]\d*, all by the planner itself/, 'which is said');

# What runs at the end of the month: unused in a window without it, and it is said when it was used.
is($primary->safe_psql('postgres', q{SELECT verdict('orders_month', '35 days')}), 'rare', 'a window with the end of a month in it');
is($primary->safe_psql('postgres', q{SELECT verdict('orders_month', '12 days')}), 'unused', 'a window without');
my $last = day('21 days');
is($primary->safe_psql('postgres', q{SELECT last_used || ' ' || confidence || ' ' || array_to_string(cautions, ';') FROM schema_guard.unused_indexes('12 days', 0)
	WHERE index_name = 'public.orders_month'}), "$last medium it was used before, last on $last", 'which says when it was used last');

# Counted through reset and crash: what pgbench has run, of the samples' days.
is($primary->safe_psql('postgres', q{SELECT sum(plan_uses) FROM schema_guard.index_usage WHERE node = 'primary' AND index_name = 'public.orders_customer'}),
	2 * (3 * 5 + 3 + 3 + 2 + 2), 'plans of the daily work, none lost, none double');
is($primary->safe_psql('postgres', q{SELECT coalesce(sum(plan_uses), 0) FROM schema_guard.index_usage WHERE index_name IN ('public.orders_region', 'public.orders_note')}), '0',
	'none with an index that nothing but the planner reads');

# Switched off: nothing more is counted.
$primary->append_conf('postgresql.conf', 'schema_guard.track_plans = 0');
$primary->reload;
$primary->poll_query_until('postgres', 'SELECT schema_guard.library_plans_since() IS NULL') or die 'still tracked';
my $before = $primary->safe_psql('postgres', 'SELECT sum(plans) FROM schema_guard.library_plan_uses()');
traffic($primary, 'daily', 2, $by_index);
is($primary->safe_psql('postgres', 'SELECT sum(plans) FROM schema_guard.library_plan_uses()'), $before, 'switched off, no plan is looked at');
$standby->stop;
$primary->stop;
done_testing();
