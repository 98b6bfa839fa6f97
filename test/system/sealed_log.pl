# The sealed log on whole servers: sealed while others run, killed in the middle, promoted, copied; and ten thousand changes that are all found.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

sub tampered { return $_[0]->safe_psql($_[1] // 'postgres', q{SELECT coalesce(string_agg(concat_ws(' ', finding, block, detail), '; '), 'nothing') FROM schema_guard.verify_log() WHERE tampered}) }
sub facts { return $_[0]->safe_psql($_[1] // 'postgres', q{SELECT coalesce(string_agg(DISTINCT finding, ' ' ORDER BY finding), '') FROM schema_guard.verify_log() WHERE NOT tampered AND finding <> 'unsealed'}) }
# All rows are in a block, each in one.
sub all_sealed { return $_[0]->poll_query_until($_[1] // 'postgres', q{SELECT (SELECT coalesce(sum(row_count), 0) FROM schema_guard.log_blocks) = (SELECT count(*) FROM schema_guard.statement_log)}) }
sub block_of
{
	my ($node, $name) = @_;
	return $node->safe_psql('postgres', qq{SELECT b.number FROM schema_guard.log_block b, schema_guard.statement_log s
		WHERE position(decode(lpad(to_hex(s.xid::text::bigint), 16, '0') || lpad(to_hex(s.ordinal), 8, '0'), 'hex') IN b.entries) > 0 AND s.statement LIKE 'CREATE TABLE $name %'});
}

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'schema_guard'
max_prepared_transactions = 10
max_worker_processes = 12
restart_after_crash = on
log_line_prefix = '%m [%p] %b '
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION schema_guard');

# --- about a second after the commit, and told outside ---
my $begin = time;
$node->safe_psql('postgres', 'CREATE TABLE first (id int)');
ok(all_sealed($node), 'sealed');
cmp_ok(time - $begin, '<', 10, 'soon');
is(tampered($node), 'nothing', 'and verified');
is(facts($node), 'verified', 'there is nothing else to say');
my $digest = $node->safe_psql('postgres', q{SELECT digest FROM schema_guard.log_blocks});
like(slurp_file($node->logfile), qr/schema_guard: \{"event": "sealed", "database": "postgres", "block": 1, "rows": 1, .*\Q$digest\E/, 'the server log has its digest');
my $wal = $node->safe_psql('postgres', q{SELECT pg_walfile_name(pg_current_wal_lsn())});
my ($dump) = run_command(['pg_waldump', '--rmgr=LogicalMessage', $node->data_dir . "/pg_wal/$wal"]);
my ($hex) = $dump =~ /prefix "schema_guard"; payload \(\d+ bytes\): ([0-9A-F ]+)/;
like(pack('H*', ($hex // '') =~ s/ //gr), qr/^\{"block": 1, .*"digest": "\Q$digest\E"\}$/, 'and so has WAL');

# --- transactions that end in another order than they began, and prepared ones: none keeps others from being sealed ---
my $old = $node->background_psql('postgres');
$old->query_safe('BEGIN; CREATE TABLE begun_first (id int); SELECT pg_current_xact_id()');
$node->safe_psql('postgres', q{BEGIN; CREATE TABLE prepared (id int); PREPARE TRANSACTION 'p'});
$node->safe_psql('postgres', 'CREATE TABLE begun_last (id int)');
ok(all_sealed($node), 'what is committed is sealed');
ok(block_of($node, 'begun_last'), 'though older transactions run');
$old->query_safe('COMMIT');
$old->quit;
ok(all_sealed($node), 'then the older one');
cmp_ok(block_of($node, 'begun_first'), '>', block_of($node, 'begun_last'), 'in a later block');
$node->safe_psql('postgres', q{COMMIT PREPARED 'p'});
ok(all_sealed($node), 'the prepared one');
cmp_ok(block_of($node, 'prepared'), '>', block_of($node, 'begun_first'), 'in a block that is later still');
is(tampered($node), 'nothing', 'the order of transactions is no tampering');

# --- many sessions, and a second one that seals ---
my $script = $node->basedir . '/ddl.sql';
append_to_file($script, "\\set n random(1, 1000000000)\nBEGIN;\nCREATE TABLE t_:client_id (id int);\n\\sleep :client_id ms\nDROP TABLE t_:client_id;\nCOMMIT;\n");
my $seals = $node->basedir . '/seal.sql';
append_to_file($seals, "SELECT schema_guard.seal_log();\n\\sleep 20 ms\n");
my $sealer = IPC::Run::start(['pgbench', '-n', '-T', 4, '-f', $seals, $node->connstr('postgres')], '>', \my $out, '2>', \my $err);
command_ok(['pgbench', '-n', '-c', 8, '-T', 4, '-f', $script, $node->connstr('postgres')], 'sessions with DDL');
ok($sealer->finish, 'while another seals');
ok(all_sealed($node), 'each row is in one block');
is(tampered($node), 'nothing', 'and as it was written');

# --- workers killed while they seal, which takes the server down each time: held in the middle, or at any time ---
for my $round (1 .. 4) {
	my $load = IPC::Run::start(['pgbench', '-n', '-c', 4, '-T', 20, '-f', $script, $node->connstr('postgres')], '>', \my $load_out, '2>', \my $load_err);
	my ($holder, $pid);
	if ($round % 2) {
		$holder = $node->background_psql('postgres', on_error_stop => 0);
		$holder->query('BEGIN; LOCK TABLE schema_guard.log_block IN SHARE MODE;');
		$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND wait_event_type = 'Lock' AND query = 'schema_guard: sealing the log'});
	} else {
		sleep 0.1 * $round;
	}
	$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'schema_guard worker'});
	$pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' LIMIT 1});
	ok($pid && kill('KILL', $pid), "round $round: a worker was killed");
	$load->finish;
	eval { $holder->quit } if $holder;
	$node->poll_query_until('postgres', 'SELECT true') or die 'the server is not back';
	$node->safe_psql('postgres', "CREATE TABLE after_$round (id int)");
	ok(all_sealed($node), 'all is sealed by another');
	is(tampered($node), 'nothing', 'and nothing twice');
}

# --- a standby verifies, a promoted one goes on, and what it never had is told ---
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', 'CREATE TABLE seen_by_both (id int)');
all_sealed($node);
$node->wait_for_catchup($standby);
is(tampered($standby), 'nothing', 'a standby verifies');
my $both = $node->safe_psql('postgres', 'SELECT schema_guard.log_digest()');
is($standby->safe_psql('postgres', 'SELECT schema_guard.log_digest()'), $both, 'the same digest');
my (undef, undef, $refused) = $standby->psql('postgres', 'SELECT schema_guard.seal_log()');
like($refused, qr/ERROR:/, 'and seals nothing');
$standby->promote;
$node->safe_psql('postgres', 'CREATE TABLE only_here (id int)');
all_sealed($node);
my $lost = $node->safe_psql('postgres', 'SELECT schema_guard.log_digest()');
$standby->safe_psql('postgres', 'CREATE TABLE only_there (id int)');
ok(all_sealed($standby), 'promoted, it seals');
is($standby->safe_psql('postgres', 'SELECT timeline FROM schema_guard.log_blocks ORDER BY number DESC LIMIT 1'), 2, 'on its timeline');
is(tampered($standby), 'nothing', 'and the chain goes on');
is(facts($standby), 'promoted verified', 'which is told');
sub against { return $standby->safe_psql('postgres', "SELECT coalesce(string_agg(finding, ' '), 'nothing') FROM schema_guard.verify_log(kept => '$_[0]') WHERE tampered") }
is(against($both), 'nothing', 'what was sealed before stands');
is(against("[$both, $lost]"), 'forked', 'what the other server has sealed since is another course of events');
$standby->stop;

# --- a copy, with a row that was not sealed yet ---
$node->append_conf('postgresql.conf', 'schema_guard.seal_delay = 1h');
$node->reload;
$node->safe_psql('postgres', 'CREATE TABLE not_sealed_yet (id int)');
$node->safe_psql('template1', 'CREATE DATABASE copy TEMPLATE postgres');
is(tampered($node, 'copy'), 'nothing', 'a copy verifies as it is');
$node->safe_psql('copy', 'SELECT schema_guard.seal_log(); CREATE TABLE own (id int)');
$node->safe_psql('copy', 'SELECT schema_guard.seal_log()');
is(tampered($node, 'copy'), 'nothing', 'and with blocks of its own');
is(facts($node, 'copy'), 'copied verified', 'and says that it is one');
is($node->safe_psql('copy', 'SELECT count(DISTINCT chain) FROM schema_guard.log_blocks'), 2, 'under a chain of its own');
is(tampered($node), 'nothing', 'the other is what it was');
my $forged = q{INSERT INTO schema_guard.statement_log SELECT '12345678-1234-1234-1234-123456789012', xid, ordinal, started_at, duration, command_tag, class, statement, decision, allowed_by, violations,
	migration, override_reason, session_user_name, outer_user_name, current_user_name, application_name, client_addr, client_port, backend_pid, backend_start, nesting, context, extension, outcome, sqlstate,
	intent_xid, objects, attempt_boot, attempt_number, database_name, leaf FROM schema_guard.statement_log LIMIT 1};
$node->safe_psql('copy', q{SELECT schema_guard.set_mode('off', 'rows from nowhere')});
$node->safe_psql('copy', $forged);
like(tampered($node, 'copy'), qr/^added the row is of another database/, 'a row of a chain that there is not');

# --- ten thousand changes ---
$node->safe_psql('template1', 'CREATE DATABASE target');
$node->safe_psql('target', <<'SQL');
CREATE EXTENSION schema_guard;
DO $$ BEGIN
	FOR i IN 1 .. 9 LOOP
		EXECUTE format('CREATE TABLE t%s (id integer PRIMARY KEY, v text)', i);
		EXECUTE format('ALTER TABLE t%s ADD COLUMN w integer', i);
		IF i % 3 = 0 THEN COMMIT; PERFORM schema_guard.seal_log(); COMMIT; END IF;
	END LOOP;
END $$;
CREATE TABLE last (id integer);
SELECT schema_guard.seal_log();
SELECT schema_guard.set_mode('off', 'ten thousand changes are to come');
SELECT schema_guard.seal_log();
SQL
is(tampered($node, 'target'), 'nothing', 'ten thousand changes: before');
my $mutations = <<'SQL';
CREATE FUNCTION pg_temp.mutate(times integer, seed double precision) RETURNS TABLE (missed text) LANGUAGE plpgsql AS $$
DECLARE
	kept jsonb := schema_guard.log_digest();
	blocks integer := (SELECT count(*) FROM schema_guard.log_block);
	columns text[] := (SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'schema_guard.statement_log'::regclass AND attnum > 0);
	types text[] := (SELECT array_agg(format_type(atttypid, atttypmod) ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'schema_guard.statement_log'::regclass AND attnum > 0);
	places tid[];
	changed bigint;
	at tid;
	other tid;
	block integer;
	col integer;
	kind integer;
	change text;
	found boolean;
	done integer := 0;
	i integer := 0;
BEGIN
	PERFORM setseed(seed);
	places := (SELECT array_agg(ctid ORDER BY xid, ordinal) FROM schema_guard.statement_log);
	WHILE done < times LOOP
		i := i + 1;
		kind := floor(random() * 7);
		at := places[1 + floor(random() * cardinality(places))];
		other := places[1 + floor(random() * cardinality(places))];
		block := 1 + floor(random() * blocks);
		col := 1 + floor(random() * cardinality(columns));
		WHILE at = other LOOP other := places[1 + floor(random() * cardinality(places))]; END LOOP;
		change := CASE kind
			-- a byte, or what there is of one, in any column
			WHEN 0 THEN format('UPDATE schema_guard.statement_log SET %1$I = %2$s WHERE ctid = %3$L', columns[col], CASE types[col]
				WHEN 'text' THEN format('CASE WHEN %1$I > '''' THEN overlay(%1$I PLACING CASE substr(%1$I, %2$s %% length(%1$I) + 1, 1) WHEN ''x'' THEN ''y'' ELSE ''x'' END FROM %2$s %% length(%1$I) + 1) ELSE ''x'' END', columns[col], i)
				WHEN 'integer' THEN format('coalesce(%1$I, 0) # %2$s', columns[col], 1 << (i % 20))
				WHEN 'bigint' THEN format('coalesce(%1$I, 0) # %2$s', columns[col], 1 << (i % 20))
				WHEN 'xid8' THEN format('(coalesce(%1$I::text::bigint, 0) # %2$s)::text::xid8', columns[col], 1 << (i % 20))
				WHEN 'uuid' THEN format('overlay(%1$I::text PLACING CASE substr(%1$I::text, 1, 1) WHEN ''a'' THEN ''b'' ELSE ''a'' END FROM 1)::uuid', columns[col])
				WHEN 'timestamp with time zone' THEN format('%1$I + interval ''%2$s microsecond''', columns[col], 1 << (i % 20))
				WHEN 'interval' THEN format('coalesce(%1$I, ''0'') + interval ''%2$s microsecond''', columns[col], 1 << (i % 20))
				WHEN 'inet' THEN '''10.0.0.1'''
				WHEN 'bytea' THEN format('set_byte(%1$I, %2$s %% length(%1$I), get_byte(%1$I, %2$s %% length(%1$I)) # %3$s)', columns[col], i, 1 << (i % 8))
				WHEN 'text[]' THEN format('coalesce(%1$I, ''{}'') || ''x''::text', columns[col])
				ELSE format('(SELECT array_agg((o.action, o.object_type, o.schema_name, o.object_name, o.identity || ''x'', o.old_identity, o.classid, o.objid, o.objsubid, o.cascaded)::schema_guard.object_change) FROM unnest(%1$I) o)', columns[col]) END, at)
			WHEN 1 THEN format('DELETE FROM schema_guard.statement_log WHERE ctid = %L', at)
			WHEN 2 THEN format('CREATE TEMP TABLE one ON COMMIT DROP AS SELECT * FROM schema_guard.statement_log WHERE ctid = %L; UPDATE one SET ordinal = ordinal + 100; INSERT INTO schema_guard.statement_log SELECT * FROM one', at)
			-- two rows change places
			WHEN 3 THEN format('CREATE TEMP TABLE two ON COMMIT DROP AS SELECT a.xid AS a_xid, a.ordinal AS a_ordinal, b.xid AS b_xid, b.ordinal AS b_ordinal FROM schema_guard.statement_log a, schema_guard.statement_log b WHERE a.ctid = %L AND b.ctid = %L;'
				'UPDATE schema_guard.statement_log SET ordinal = -1 FROM two WHERE xid = a_xid AND ordinal = a_ordinal; UPDATE schema_guard.statement_log SET xid = a_xid, ordinal = a_ordinal FROM two WHERE xid = b_xid AND ordinal = b_ordinal;'
				'UPDATE schema_guard.statement_log SET xid = b_xid, ordinal = b_ordinal FROM two WHERE xid = a_xid AND ordinal = -1', at, other)
			-- a byte of a list, a digest, a root
			WHEN 4 THEN format('UPDATE schema_guard.log_block SET %1$I = set_byte(%1$I, %2$s %% length(%1$I), get_byte(%1$I, %2$s %% length(%1$I)) # %3$s) WHERE number = %4$s AND length(%1$I) > 0',
				(ARRAY['entries', 'digest', 'root', 'previous'])[1 + i % 4], i, 1 << (i % 8), block)
			WHEN 5 THEN format('DELETE FROM schema_guard.log_block WHERE number = %s', block)
			-- a block rewritten under another digest, with the one after it following
			ELSE format('UPDATE schema_guard.log_block SET timeline = 7, digest = sha256(digest) WHERE number = %1$s; UPDATE schema_guard.log_block SET previous = (SELECT digest FROM schema_guard.log_block WHERE number = %1$s) WHERE number = %1$s + 1', block)
			END;
		BEGIN
			EXECUTE change;
			SELECT bool_or(v.tampered) INTO found FROM schema_guard.verify_log(kept => kept) v;
			missed := CASE WHEN found THEN 'found' ELSE change END;
			done := done + 1;
			RETURN NEXT;
			RAISE EXCEPTION 'undone';
		EXCEPTION WHEN raise_exception OR unique_violation THEN
			-- What the key refuses is no change.
		END;
	END LOOP;
END
$$;
SQL
$begin = time;
my $mutated = 0;
for my $part (1 .. 20) {
	my ($missed, $count) = split /\|/, $node->safe_psql('target', "$mutations SELECT string_agg(missed, E'\n') FILTER (WHERE missed <> 'found'), count(*) FROM pg_temp.mutate(500, $part / 20.0)");
	is($missed, '', "part $part: all are found");
	$mutated += $count;
}
is($mutated, 10000, 'ten thousand of them');
note sprintf('in %.1f s', time - $begin);
is(tampered($node, 'target'), 'nothing', 'and undone');

# --- workers by themselves: an alert, retention, samples ---
$node->append_conf('postgresql.conf', "schema_guard.worker_naptime = 1s\nschema_guard.alert_interval = 1s\nschema_guard.sample_interval = 1s\nschema_guard.seal_delay = 100ms");
$node->reload;
$node->safe_psql('target', q{DELETE FROM schema_guard.statement_log WHERE statement LIKE 'CREATE TABLE last%'});
ok($node->poll_query_until('target', q{SELECT severity = 'critical' FROM schema_guard.alerts WHERE kind = 'log_tampered' AND state = 'firing'}), 'a log that was tampered with is an alert');
ok($node->poll_query_until('target', q{SELECT count(*) > 1 FROM schema_guard.usage_sample}), 'usage is sampled');
$node->append_conf('postgresql.conf', "schema_guard.attempt_retention = 1s");
$node->psql('postgres', 'CREATE TABLE first (id int)');
$node->psql('postgres', 'CREATE TABLE first (id int)');
$node->poll_query_until('postgres', q{SELECT count(*) > 1 FROM schema_guard.statement_log WHERE outcome = 'failed'});
all_sealed($node);
sleep 1.2;
$node->reload;
ok($node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM schema_guard.statement_log WHERE outcome = 'failed'}), 'attempts that were kept long enough go');
is(tampered($node), 'nothing', 'which is no tampering');
like(facts($node), qr/purged/, 'but told');
is($node->safe_psql('postgres', q{SELECT count(*) > 0 FROM schema_guard.ddl_log WHERE command_tag = 'PURGE LOG' AND statement = '-- schema_guard.attempt_retention: 1s'}), 't', 'and on record');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM schema_guard.worker_status WHERE database = 'target' AND failures > 0 AND last_error LIKE '%not as it was sealed%'}), 'a log that was tampered with is not purged');
$node->stop('fast');
done_testing();
