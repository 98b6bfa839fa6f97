-- The sealed log: sealed, verified, changed in every way, purged.  The worker of this server comes once an hour.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
SELECT * FROM schema_guard.verify_log();
SELECT schema_guard.log_digest() IS NULL AS nothing_sealed;
CREATE TABLE one (id integer);
CREATE TABLE two (id integer);
BEGIN;
ALTER TABLE one ADD COLUMN two integer;
ALTER TABLE two ADD COLUMN one integer, ADD CHECK (one > 0);
COMMIT;
SELECT finding, tampered, detail FROM schema_guard.verify_log();
SELECT schema_guard.seal_log();
SELECT schema_guard.seal_log();
SELECT number, row_count, purged, attempts_purged, previous ~ '^0{64}$' AS first, database = (SELECT oid FROM pg_database WHERE datname = current_database()) AS here,
	system_identifier = (SELECT system_identifier FROM pg_control_system()) AS this_cluster, chain = (SELECT min(chain::text)::uuid FROM schema_guard.ddl_log) AS of_the_log,
	first_at = (SELECT min(started_at) FROM schema_guard.ddl_log) AS since_the_first, format FROM schema_guard.log_blocks;
SELECT finding, tampered, detail FROM schema_guard.verify_log();
-- the same by hand: a block of one row has that row's hash as its root
DROP TABLE two;
SELECT schema_guard.seal_log();
SELECT b.root = encode(sha256('\x00'::bytea || decode(lpad(to_hex(s.xid::text::bigint), 16, '0') || lpad(to_hex(s.ordinal), 8, '0'), 'hex') || substr(s.leaf, 1, 1) || '\x00'::bytea || substr(s.leaf, 2)), 'hex') AS root_is_of_the_row,
	b.previous = (SELECT digest FROM schema_guard.log_blocks WHERE number = 1) AS follows
FROM schema_guard.log_blocks b, schema_guard.statement_log s WHERE b.number = 2 AND s.command_tag = 'DROP TABLE';
-- what is kept elsewhere
SELECT schema_guard.log_digest() AS kept \gset
SELECT :'kept'::jsonb - 'chain' - 'digest' - 'sealed_at' - 'system_identifier' - 'database_oid' AS kept;
SELECT finding, tampered, detail FROM schema_guard.verify_log(kept => :'kept');
SELECT finding, tampered, detail FROM schema_guard.verify_log(kept => '{"block": 1}');
SELECT finding, tampered, detail FROM schema_guard.verify_log(kept => jsonb_build_array(:'kept'::jsonb, :'kept'::jsonb || '{"block": 7}'));
SELECT finding, tampered, block, detail FROM schema_guard.verify_log(kept => jsonb_set(:'kept', '{digest}', to_jsonb(repeat('0', 64))));
SELECT finding, tampered, block, regexp_replace(detail, '[-0-9a-f]{36}', '*', 'g') AS detail FROM schema_guard.verify_log(kept => :'kept'::jsonb || '{"digest": "0000000000000000000000000000000000000000000000000000000000000000", "timeline": 9}');
-- a part of it
SELECT finding, detail FROM schema_guard.verify_log("from" => (SELECT started_at FROM schema_guard.ddl_log WHERE command_tag = 'DROP TABLE'));
SELECT finding, detail FROM schema_guard.verify_log("to" => (SELECT min(started_at) FROM schema_guard.ddl_log));
SELECT finding, detail FROM schema_guard.verify_log('infinity');

-- nobody writes but the guard
DELETE FROM schema_guard.log_block;
SELECT schema_guard.set_mode('enforce', 'as it should be') \g (tuples_only)
DELETE FROM schema_guard.log_block;
UPDATE schema_guard.log_block SET purged = 1;
SET schema_guard.override = 'even with an override';
TRUNCATE schema_guard.log_block;
ALTER TABLE schema_guard.log_block ADD COLUMN mine integer;
RESET schema_guard.override;
SELECT schema_guard.set_mode('off', 'the guard sleeps') \g (tuples_only)
-- the worker writes what was refused
DO $$
BEGIN
	FOR i IN 1..200 LOOP
		EXIT WHEN (SELECT count(*) FROM schema_guard.ddl_log WHERE outcome = 'refused') >= 5;
		COMMIT;
		PERFORM pg_sleep(0.05);
	END LOOP;
END $$;
SELECT schema_guard.seal_log();

-- what is told of each change; transactions have other numbers each time
CREATE FUNCTION told(change text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	found text[];
BEGIN
	BEGIN
		EXECUTE change;
		SELECT array_agg(concat_ws(' ', v.finding, 'in block ' || v.block, '(*, ' || v.ordinal || ')', regexp_replace(v.detail, '\(\d+, (\d+)\)', '(*, \1)')))
		INTO found FROM schema_guard.verify_log() v WHERE v.tampered;
		RAISE EXCEPTION 'undone';
	EXCEPTION WHEN raise_exception THEN
	END;
	RETURN QUERY SELECT unnest(COALESCE(found, '{nothing}'));
END
$$;
SELECT told('SELECT');
SELECT told($$UPDATE schema_guard.statement_log SET session_user_name = 'mallory' WHERE command_tag = 'DROP TABLE'$$);
SELECT told($$UPDATE schema_guard.statement_log SET leaf = NULL WHERE command_tag = 'DROP TABLE'$$);
SELECT told($$UPDATE schema_guard.statement_log SET leaf = '\x01' WHERE command_tag = 'DROP TABLE'$$);
SELECT told($$DELETE FROM schema_guard.statement_log WHERE command_tag = 'DROP TABLE'$$);
SELECT told($$INSERT INTO schema_guard.statement_log (chain, xid, ordinal, started_at, command_tag, class, decision, session_user_name, outer_user_name, current_user_name, backend_pid, backend_start, nesting, outcome, objects)
	SELECT chain, xid, 7, started_at, command_tag, class, decision, session_user_name, outer_user_name, current_user_name, backend_pid, backend_start, nesting, outcome, objects
	FROM schema_guard.statement_log WHERE command_tag = 'DROP TABLE'$$);
SELECT told($$UPDATE schema_guard.statement_log SET ordinal = 3 - ordinal + 10 WHERE command_tag = 'ALTER TABLE'; UPDATE schema_guard.statement_log SET ordinal = ordinal - 10 WHERE ordinal > 10$$);
SELECT told($$UPDATE schema_guard.statement_log SET xid = '9999999999' WHERE command_tag = 'DROP TABLE'$$);
SELECT told($$UPDATE schema_guard.statement_log SET chain = gen_random_uuid() WHERE command_tag = 'DROP TABLE'$$) LIMIT 1;
SELECT told('UPDATE schema_guard.log_block SET purged = 1 WHERE number = 2');
SELECT told('UPDATE schema_guard.log_block SET entries = NULL WHERE number = 2');
SELECT told('UPDATE schema_guard.log_block SET entries = overlay(entries PLACING ''\x77'' FROM 20) WHERE number = 2');
SELECT told('DELETE FROM schema_guard.log_block WHERE number = 2');
SELECT told('UPDATE schema_guard.log_block SET moment = ''10:20:'' WHERE number = 2');
-- all of it is gone: what was kept elsewhere tells
SELECT told('DELETE FROM schema_guard.log_block');
SELECT event, kind, severity, object, message FROM schema_guard.check_alerts() WHERE kind = 'log_tampered';
BEGIN;
DELETE FROM schema_guard.statement_log WHERE command_tag = 'DROP TABLE';
SELECT event, kind, severity, object, message FROM schema_guard.check_alerts() WHERE kind = 'log_tampered';
SELECT schema_guard.purge_log('infinity');
ROLLBACK;
-- not sealed yet, and changed already
SELECT schema_guard.set_mode('observe', 'one row more') \g (tuples_only)
CREATE TABLE three (id integer);
SELECT schema_guard.set_mode('off', 'the guard sleeps') \g (tuples_only)
SELECT told($$UPDATE schema_guard.statement_log SET session_user_name = 'mallory' WHERE statement LIKE '%three%'$$);
-- sealed as it was written, whatever it is now
BEGIN;
UPDATE schema_guard.statement_log SET session_user_name = 'mallory' WHERE statement LIKE '%three%';
SELECT schema_guard.seal_log() > 0 AS sealed;
SELECT finding, detail FROM schema_guard.verify_log();
ROLLBACK;

-- rows of before there were hashes are hashed when they are sealed
BEGIN;
UPDATE schema_guard.statement_log SET leaf = NULL WHERE statement LIKE '%three%';
SELECT schema_guard.seal_log() > 0 AS sealed;
SELECT finding, detail FROM schema_guard.verify_log();
UPDATE schema_guard.statement_log SET session_user_name = 'mallory' WHERE statement LIKE '%three%';
SELECT finding, detail FROM schema_guard.verify_log();
ROLLBACK;

-- purging: the chain stays, and what is gone may be gone
SELECT schema_guard.seal_log();
SELECT schema_guard.log_digest() AS kept \gset
SELECT schema_guard.purge_log(NULL);
SELECT schema_guard.purge_log(now(), 'everything');
SELECT schema_guard.purge_log('-infinity');
SELECT schema_guard.purge_log((SELECT started_at FROM schema_guard.ddl_log WHERE command_tag = 'DROP TABLE'));
SELECT number, row_count, purged, (SELECT count(*) FROM schema_guard.log_block b WHERE b.number = v.number AND entries IS NULL) AS lists_gone FROM schema_guard.log_blocks v ORDER BY number;
SELECT finding, tampered, block, detail FROM schema_guard.verify_log(kept => :'kept');
SELECT statement ~ '^SELECT schema_guard.purge_log\(''.*'', ''all''\)$' AS on_record FROM schema_guard.ddl_log WHERE command_tag = 'PURGE LOG';
SELECT schema_guard.purge_log((SELECT started_at FROM schema_guard.ddl_log WHERE command_tag = 'DROP TABLE'));
SELECT told('UPDATE schema_guard.log_block SET purged = 0 WHERE purged > 0');
BEGIN;
DELETE FROM schema_guard.statement_log WHERE statement LIKE '%three%';
SELECT schema_guard.purge_log('infinity', even_if_tampered => true) > 0 AS purged;
SELECT finding, tampered FROM schema_guard.verify_log();
ROLLBACK;
