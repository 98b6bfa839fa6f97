# Usage of indexes through what makes PostgreSQL forget or change its counters: a crash, a standby that reads, a promotion.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nrestart_after_crash = on\nschema_guard.sample_interval = 0");
$primary->start;
$primary->safe_psql('postgres', q{
	CREATE EXTENSION schema_guard;
	CREATE TABLE t (a int, b int, c int);
	CREATE INDEX t_a ON t (a);
	CREATE INDEX t_b ON t (b);
	CREATE INDEX t_c ON t (c);
	INSERT INTO t SELECT n, n, n FROM generate_series(1, 1000) n;
	-- The clock of a sample is moved: it was taken that long ago.
	CREATE FUNCTION moved(usage jsonb, ago interval) RETURNS jsonb LANGUAGE sql AS
	$$ SELECT usage || jsonb_build_object('sampled_at', clock_timestamp() - ago) $$;
});
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

# look(node, column, times): scans the column's index
sub look
{
	my ($node, $column, $times) = @_;
	$node->safe_psql('postgres', "SET enable_seqscan = off; SET enable_bitmapscan = off;"
		. join(';', map { "SELECT count(*) FROM t WHERE $column = $_" } 1 .. $times) . '; SELECT pg_stat_force_next_flush(); SELECT 1');
}

sub verdicts
{
	return $_[0]->safe_psql('postgres', q{SELECT string_agg(index_name || ' ' || verdict, ', ' ORDER BY index_name)
		FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name LIKE 'public.t%'});
}

sub scans
{
	my ($node, $index, $where) = @_;
	return $node->safe_psql('postgres', "SELECT coalesce(sum(scans), 0) FROM schema_guard.index_usage
		WHERE index_name = 'public.$index' AND node = '$where'");
}

sub bring_usage
{
	my ($ago) = @_;
	my $usage = $standby->safe_psql('postgres', 'SELECT schema_guard.export_usage()');
	$primary->safe_psql('postgres', "SELECT schema_guard.import_usage('standby', moved('$usage', '$ago'))");
}

$primary->safe_psql('postgres', q{SELECT schema_guard.write_usage(schema_guard.local_node(), moved(schema_guard.export_usage(), '50 days'), true)});
look($primary, 'c', 2);
# So that the table is in use within the time that is looked at.
$primary->safe_psql('postgres', 'INSERT INTO t VALUES (0, 0, 0)');
$primary->safe_psql('postgres', 'SELECT schema_guard.sample_index_usage()');
is(verdicts($primary), 'public.t_a unknown, public.t_b unknown', 'nothing is unused while a standby has not reported');
like($primary->safe_psql('postgres', q{SELECT reason FROM schema_guard.unused_indexes(min_size => 0) WHERE index_name = 'public.t_a'}),
	qr/standby standby has never reported/, 'which is said');

bring_usage('50 days');
is(verdicts($primary), 'public.t_a unknown, public.t_b unknown', 'nor while it was observed for a moment only');
look($standby, 'a', 3);
bring_usage('0');
is(scans($primary, 't_a', 'standby'), '3', 'what the standby has read is known');
is(verdicts($primary), 'public.t_b unused', 'what nobody has read is unused, what the standby reads is not');

is(scans($primary, 't_c', 'primary'), '2', 'before the crash');
my ($in, $out, $err) = ('', '', '');
my $session = IPC::Run::start([ 'psql', '-XAtq', '-d', $primary->connstr('postgres') ], \$in, \$out, \$err);
$in = "SELECT pg_backend_pid();\n";
IPC::Run::pump($session) until $out =~ /(\d+)\n/;
$out =~ /(\d+)\n/;
kill 'KILL', $1;
$in = "\\q\n";
eval { IPC::Run::finish($session) };
$primary->poll_query_until('postgres', q{SELECT pg_stat_get_numscans('t_c'::regclass) = 0}) or die 'no crash';
look($primary, 'c', 1);
$primary->safe_psql('postgres', 'SELECT schema_guard.sample_index_usage()');
is(scans($primary, 't_c', 'primary'), '3', 'a crash empties the counters, not the record');
$primary->wait_for_catchup($standby);
bring_usage('0');
is(verdicts($primary), 'public.t_b unused', 'and costs the verdict nothing but the moment');

look($standby, 'b', 4);
$primary->wait_for_catchup($standby);
$primary->stop;
$standby->promote;
$standby->safe_psql('postgres', 'SELECT schema_guard.sample_index_usage()');
is(scans($standby, 't_b', 'standby'), '4', 'a promoted standby goes on counting');
is(scans($standby, 't_a', 'standby'), '3', 'from where it was');
is($standby->safe_psql('postgres', q{SELECT string_agg(node || ' ' || is_local, ', ' ORDER BY node) FROM schema_guard.usage_nodes}),
	'primary false, standby true', 'it is this server now');
is(verdicts($standby), '', 'and what it read alone is no longer unused');
$standby->stop;
done_testing();
