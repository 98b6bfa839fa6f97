# What a monitoring system gets is what the server says, in a form that its own parser takes: promtool of Prometheus.
use strict;
use warnings;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# The worker would look for alerts before this test does.
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nschema_guard.alert_interval = 0");
$node->start;
$node->safe_psql('postgres', <<'SQL');
	CREATE EXTENSION schema_guard;
	CREATE ROLE watcher LOGIN IN ROLE pg_monitor;
	CREATE SCHEMA "a ""quoted"" \ one";
	CREATE SEQUENCE "a ""quoted"" \ one"."over
two lines" MAXVALUE 101;
	SELECT setval('"a ""quoted"" \ one"."over
two lines"', 51);
	CREATE TABLE t (id int);
	CREATE INDEX t_id ON t (id);
	ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
	SELECT schema_guard.set_mode('warn', 'to see it in a figure');
SQL

sub metrics { return $node->safe_psql('postgres', 'SELECT schema_guard.metrics_text()', extra_params => [ '-U', 'watcher' ]) . "\n" }

# promtool's verdict on a text: how it ends, and what it says.
sub promtool
{
	my ($text) = @_;
	my ($out, $err) = ('', '');
	my $done = IPC::Run::run([ 'promtool', 'check', 'metrics' ], '<', \$text, '>', \$out, '2>', \$err);
	return ($done, $out . $err);
}

my $text = metrics();
my ($done, $said) = promtool($text);
ok($done, 'promtool takes the metrics');
is($said, '', 'and has nothing to say about them');
my $broken = $text =~ s/# TYPE schema_guard_enabled gauge/# TYPE schema_guard_enabled what/r;
ok(!(promtool($broken))[0], 'of a broken text it does');

# A value by its labels, as the text format escapes them.
sub value
{
	my ($from, $name, %labels) = @_;
	$labels{datname} = 'postgres';
	my $key = join ',', map { my $v = $labels{$_}; $v =~ s/\\/\\\\/g; $v =~ s/"/\\"/g; $v =~ s/\n/\\n/g; qq($_="$v") } sort keys %labels;
	return $from =~ /^\Q$name\E\{\Q$key\E\} (.*)$/m ? $1 : undef;
}
is(value($text, 'schema_guard_mode', mode => 'warn'), 1, 'the mode it is in');
is(value($text, 'schema_guard_mode', mode => 'enforce'), 0, 'and not another');
is(value($text, 'schema_guard_sequence_used_ratio', sequence => qq("a ""quoted"" \\ one"."over\ntwo lines")), 0.5, 'whatever a name has in it');
is(value($text, 'schema_guard_constraints_not_validated'), 1, 'a constraint that was never validated');
is(value($text, 'schema_guard_invalid_indexes'), 0, 'no invalid index');
is(value($text, 'schema_guard_relations', type => 'sequence'), $node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relkind = 'S'"), 'sequences');
my $sum = 0;
$sum += $1 while $text =~ /^schema_guard_statements_last_day\{.*\} (.*)$/mg;
is($sum, $node->safe_psql('postgres', 'SELECT count(*) FROM schema_guard.ddl_log'), 'all statements on record are counted');

# --- alerts: in the figures, and one line in the log ---
$node->safe_psql('postgres', 'SET allow_system_table_mods = on; UPDATE pg_index SET indisvalid = false WHERE indexrelid = \'t_id\'::regclass');
$node->safe_psql('postgres', 'SELECT * FROM schema_guard.check_alerts()') for 1 .. 2;
$text = metrics();
is(value($text, 'schema_guard_invalid_indexes'), 1, 'an invalid index');
is(value($text, 'schema_guard_alerts', kind => 'invalid_index', severity => 'warning', state => 'firing'), 1, 'an alert of it');
is(value($text, 'schema_guard_alerts', kind => 'drift', severity => 'critical', state => 'firing'), 1, 'nobody said who did that');
my @lines = slurp_file($node->logfile) =~ /^.*schema_guard: \{"event": "alert".*$/mg;
is(scalar(grep { /"warning alert \d+ \(invalid_index\): index public\.t_id is invalid"/ } @lines), 1, 'one line in the log for two checks');
is(scalar(@lines), 3, 'and one for each other alert: ' . join("\n", @lines));
$node->safe_psql('postgres', q{SELECT schema_guard.acknowledge(id, 'rebuilt in the night') FROM schema_guard.alerts WHERE kind = 'invalid_index'});
$text = metrics();
is(value($text, 'schema_guard_alerts', kind => 'invalid_index', severity => 'warning', state => 'acknowledged'), 1, 'acknowledged');
is((promtool($text))[1], '', 'promtool still has nothing to say');

# --- a refusal, which the worker puts on record ---
$node->safe_psql('postgres', "SELECT schema_guard.set_mode('enforce', 'to have a refusal')");
$node->psql('postgres', 'CREATE TABLE refused (id int)');
$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM schema_guard.ddl_log WHERE decision = 'refused'");
like($node->safe_psql('postgres', q{SELECT message FROM schema_guard.check_alerts() WHERE kind = 'refused'}),
	qr/^1 statements of .* were refused, last: CREATE TABLE$/, 'an alert of a refusal');
is(value(metrics(), 'schema_guard_statements_last_day', class => 'structure', decision => 'refused', outcome => 'refused'), 1, 'and a figure');
ok(defined value(metrics(), 'schema_guard_worker_failures'), 'the worker has figures, too');
$node->safe_psql('postgres', "SELECT schema_guard.set_mode('observe', 'to go on with the test')");

# --- a lock that is waited for by one whose time is short: drift waits for a view's table, and lets it be ---
$node->safe_psql('postgres', 'CREATE VIEW v AS SELECT id FROM t');
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
is($node->safe_psql('postgres', q{SELECT count(*) FROM schema_guard.check_alerts() WHERE kind = 'drift'}), 0, 'a table that is locked: the check ends');
is($node->safe_psql('postgres', q{SELECT state FROM schema_guard.alerts WHERE kind = 'drift'}), 'firing', 'and what it could not see stays as it is');
$holder->query_safe('ROLLBACK');
$holder->quit;

# --- the files of docs/monitoring fit the server ---
my %names = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT name FROM schema_guard.metrics()');
my $collector = slurp_file("$ENV{SOURCE}/docs/monitoring/sql_exporter.yml");
my $metrics = 0;
while ($collector =~ /metric_name: (\w+)\n.*\n.*\n    key_labels: \[(.*)\]\n.*\n    query: (.*)\n/g)
{
	my ($name, $labels, $query) = ($1, $2, $3);
	my $columns = $node->safe_psql('postgres', "CREATE TEMP VIEW q AS $query; SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'q'::regclass");
	is($columns, "$labels, value", "sql_exporter.yml: $name");
	ok($names{$name} || $name =~ /integer_key/, "$name is one of metrics()");
	$metrics++;
}
is($metrics, scalar(() = $collector =~ /metric_name/g), 'all of its metrics were looked at');
my $dashboard = decode_json(slurp_file("$ENV{SOURCE}/docs/monitoring/grafana.json"));
my @expressions = map { map { $_->{expr} } @{ $_->{targets} } } @{ $dashboard->{panels} };
my @unknown = grep { !$names{$_} && !/integer_key/ } map { /(schema_guard_\w+)/g } @expressions;
ok(@expressions >= 9, 'grafana.json has panels');
is("@unknown", '', 'which show what there is');

$node->stop;
done_testing();
