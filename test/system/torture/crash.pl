# kill -9 of worker, launcher, a session and the postmaster, in turn, while sessions are refused, and one makes tables: what the client was
# told of and was confirmed is on record, once, and nothing else is; the sealed log verifies after each.  ROUNDS=100 for more than one of each.
use strict;
use warnings;
use File::Temp;
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $rounds = $ENV{ROUNDS} || 8;
$rounds = 4 if $rounds < 4;    # each victim once
my $clients = 3;
my @victims = ('worker', 'launcher', 'session', 'postmaster');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'schema_guard'\nrestart_after_crash = on\nfsync = off\nschema_guard.ring_size = 1MB\n");
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION schema_guard; SELECT schema_guard.set_mode('enforce', 'attempts are tried out')");

my $work = File::Temp->newdir;
chmod 0755, "$work";
my $stop = "$work/stop";

# A client sends names of its own, and again when the connection is lost; its file has every name that was sent, and every error.
sub client
{
	my ($me) = @_;
	my $n = 0;
	until (-e $stop)
	{
		my $script = "$work/script_$me";
		open my $out, '>', $script or die;
		print $out "\\set VERBOSITY terse\n";
		for (1 .. 200)
		{
			$n++;
			print $out "\\echo sent a_${me}_${n}_z\nCREATE TABLE a_${me}_${n}_z (id int);\n";
		}
		close $out;
		system("psql -Xq -d 'host=" . $node->host . ' port=' . $node->port . " dbname=postgres user=$ENV{USER_OF_CLUSTER}' -f $script >>$work/out_$me 2>&1");
		sleep 0.05;
	}
	POSIX::_exit(0);
}

# One more has a migration, and makes tables: with each its row, or neither.  Every third is rolled back.
sub migration
{
	my $n = 0;
	until (-e $stop)
	{
		my $script = "$work/script_migration";
		open my $out, '>', $script or die;
		print $out "SET schema_guard.migration = 'torture';\n";
		for (1 .. 50)
		{
			$n++;
			print $out $n % 3 ? "CREATE TABLE c_${n}_z (id int);\n" : "BEGIN; CREATE TABLE c_${n}_z (id int); ROLLBACK;\n", "SELECT pg_sleep(0.01);\n";
		}
		close $out;
		system("psql -Xq -o /dev/null -d 'host=" . $node->host . ' port=' . $node->port . " dbname=postgres user=$ENV{USER_OF_CLUSTER}' -f $script >>$work/out_migration 2>&1");
		sleep 0.05;
	}
	POSIX::_exit(0);
}
$ENV{USER_OF_CLUSTER} = $node->safe_psql('postgres', 'SELECT current_user');
# Whatever happens, they end.
END { if (defined $stop && !-e $stop && defined $work) { open my $end, '>', $stop } }
my @children = map { my $me = $_; my $pid = fork; client($me) if $pid == 0; $pid } 1 .. $clients;
push @children, fork // die;
migration() if $children[-1] == 0;

# Ready: connected, and the launcher there.
sub ready
{
	for (1 .. 600)
	{
		my ($status, $stdout) = $node->psql('postgres', "SELECT 1 FROM schema_guard.worker_status WHERE database IS NULL AND state = 'running'");
		return 1 if $status == 0 && $stdout eq '1';
		sleep 0.1;
	}
	return 0;
}
my $tampered = q{SELECT coalesce(string_agg(DISTINCT concat_ws(' ', finding, block, xid, detail), '; '), 'nothing') FROM schema_guard.verify_log() WHERE tampered};
my %killed;
my @verified;
for my $round (1 .. $rounds)
{
	ready() or BAIL_OUT('the server does not come back');
	push @verified, $node->safe_psql('postgres', $tampered);
	my $victim = $victims[$round % @victims];
	my $pid;
	sleep 0.5 + rand(0.5);
	if ($victim eq 'postmaster')
	{
		($pid) = split /\n/, slurp_file($node->data_dir . '/postmaster.pid');
		kill 9, $pid;
		$killed{$victim}++;
		sleep 0.3;
		# Its children end when they notice; until then the shared memory is in use.
		for (1 .. 100)
		{
			$node->{_pid} = undef;
			last if $node->start(fail_ok => 1);
			sleep 0.3;
		}
		next;
	}
	my $type = $victim eq 'session' ? 'client backend' : "schema_guard $victim";
	for (1 .. 100)
	{
		(undef, $pid) = $node->psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = '$type' AND pid <> pg_backend_pid() LIMIT 1");
		last if $pid;
		sleep 0.02;
	}
	$killed{$victim} += kill 9, $pid if $pid;
	sleep 0.2;
}
open my $out, '>', $stop or die;
close $out;
waitpid $_, 0 for @children;
ready() or BAIL_OUT('the server does not come back');
$node->poll_query_until('postgres', "SELECT waiting_bytes = 0 FROM schema_guard.worker_status WHERE database = 'postgres' UNION ALL SELECT true LIMIT 1");
for my $victim (@victims)
{
	ok($killed{$victim}, "kill -9 of $victim: " . ($killed{$victim} // 0));
}

my (%sent, %told, %unconfirmed);
for my $me (1 .. $clients)
{
	my $text = slurp_file("$work/out_$me");
	$sent{$1} = 1 while $text =~ /sent (a_\d+_\d+_z)/g;
	$told{$1} = 1 while $text =~ /CREATE TABLE "public\.(a_\d+_\d+_z)" refused/g;
}
for my $log (glob($node->logfile . '*'))
{
	my $text = slurp_file($log);
	$unconfirmed{$1} = 1 while $text =~ /"event": "unconfirmed".*?CREATE TABLE (a_\d+_\d+_z)/g;
}
my %rows;
for (split /\n/, $node->safe_psql('postgres', q{SELECT substring(objects FROM 'a_\d+_\d+_z'), count(*) FROM schema_guard.ddl_log WHERE outcome = 'refused' GROUP BY 1}))
{
	my ($name, $count) = split /\|/;
	$rows{$name} = $count;
}
my @acknowledged = grep { !$unconfirmed{$_} } keys %told;
my @lost = grep { !$rows{$_} } @acknowledged;
my @double = grep { $rows{$_} > 1 } keys %rows;
my @phantom = grep { !$sent{$_} } keys %rows;
cmp_ok(scalar @acknowledged, '>', 20 * $rounds, scalar(@acknowledged) . ' attempts acknowledged, ' . scalar(keys %unconfirmed) . " unconfirmed, in $rounds kills");
is(scalar @lost, 0, '0 lost') or diag("@lost[0 .. ($#lost > 9 ? 9 : $#lost)]");
is(scalar @double, 0, '0 double') or diag("@double[0 .. ($#double > 9 ? 9 : $#double)]");
is(scalar @phantom, 0, '0 phantom') or diag("@phantom[0 .. ($#phantom > 9 ? 9 : $#phantom)]");
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname ~ '^a_\d'}), 0, 'and nothing that was refused has happened');

# --- what was committed, and the sealed log ---
my ($tables, $unrecorded, $twice, $never) = split /\|/, $node->safe_psql('postgres', q{
	WITH made AS (SELECT relname AS name FROM pg_class WHERE relname ~ '^c_\d+_z$'),
		recorded AS (SELECT substring(statement FROM 'c_\d+_z') AS name, count(*) AS rows FROM schema_guard.statement_log
			WHERE statement LIKE 'CREATE TABLE c_%' AND outcome = 'committed' GROUP BY 1)
	SELECT count(m.name), count(*) FILTER (WHERE r.name IS NULL), count(*) FILTER (WHERE r.rows > 1), count(*) FILTER (WHERE m.name IS NULL)
	FROM made m FULL JOIN recorded r USING (name)});
cmp_ok($tables, '>', 5 * $rounds, "$tables tables were made meanwhile");
is("$unrecorded $twice $never", '0 0 0', '0 without a row, 0 with two, 0 rows without a table');
is(scalar(grep { $_ ne 'nothing' } @verified), 0, 'the log verified after each of ' . @verified . ' kills') or diag(join "\n", @verified);
ok($node->poll_query_until('postgres', q{SELECT (SELECT sum(row_count) FROM schema_guard.log_blocks) = (SELECT count(*) FROM schema_guard.statement_log)}), 'each row is in one block');
is($node->safe_psql('postgres', $tampered), 'nothing', 'as it was written');
note $node->safe_psql('postgres', q{SELECT detail FROM schema_guard.verify_log() WHERE finding = 'verified'});
unlike(slurp_file($node->logfile), qr/signal 11|signal 6|\bPANIC\b|TRAP/, 'nothing died but what was killed');
$node->stop('fast');
done_testing();
