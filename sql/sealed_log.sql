-- The sealed log: its blocks, whether it is as it was sealed, and what goes of it.

CREATE VIEW schema_guard.log_blocks AS
SELECT b.number, b.sealed_at, b.row_count, b.first_at, b.last_at, b.number <= p.purged AS purged, b.number <= p.attempts_purged AS attempts_purged,
	b.chain, b.system_identifier, b.database, b.timeline, pg_catalog.encode(b.root, 'hex') AS root,
	pg_catalog.encode(b.previous, 'hex') AS previous, pg_catalog.encode(b.digest, 'hex') AS digest, b.format
FROM schema_guard.log_block b,
	(SELECT COALESCE(pg_catalog.max(a.purged), 0) AS purged, COALESCE(pg_catalog.max(a.attempts_purged), 0) AS attempts_purged FROM schema_guard.log_block a) p;
COMMENT ON VIEW schema_guard.log_blocks IS 'the blocks of the sealed log, each following from the one before: a row each';
COMMENT ON COLUMN schema_guard.log_blocks.first_at IS 'when the first of its statements began';
COMMENT ON COLUMN schema_guard.log_blocks.last_at IS 'when the last of its statements began';
COMMENT ON COLUMN schema_guard.log_blocks.purged IS 'its rows are gone by purge_log(), and the list of them';
COMMENT ON COLUMN schema_guard.log_blocks.attempts_purged IS 'its rows about what was refused, failed or rolled back are gone by purge_log()';
COMMENT ON COLUMN schema_guard.log_blocks.chain IS 'of its rows, see ddl_log';
COMMENT ON COLUMN schema_guard.log_blocks.system_identifier IS 'of the cluster that sealed it, as pg_control_system() gives it';
COMMENT ON COLUMN schema_guard.log_blocks.database IS 'that sealed it, by its address in that cluster';
COMMENT ON COLUMN schema_guard.log_blocks.timeline IS 'of the server that sealed it: another one after each promotion';
COMMENT ON COLUMN schema_guard.log_blocks.root IS 'of the Merkle tree of its rows';
COMMENT ON COLUMN schema_guard.log_blocks.previous IS 'the digest of the block before';
COMMENT ON COLUMN schema_guard.log_blocks.digest IS 'SHA-256 of all of these, and of which transactions had ended';

CREATE FUNCTION schema_guard.log_digest() RETURNS jsonb LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_build_object('block', b.number, 'chain', b.chain, 'system_identifier', b.system_identifier::text,
		'database', pg_catalog.current_database(), 'database_oid', b.database::bigint, 'timeline', b.timeline, 'sealed_at', b.sealed_at,
		'format', b.format, 'digest', b.digest)
	FROM schema_guard.log_blocks b ORDER BY b.number DESC LIMIT 1;
END;
COMMENT ON FUNCTION schema_guard.log_digest() IS 'what to keep outside of this server: the digest of the last block, from which all before follow; for verify_log()';

CREATE FUNCTION schema_guard.verify_log("from" timestamp with time zone DEFAULT NULL, "to" timestamp with time zone DEFAULT NULL, kept jsonb DEFAULT NULL)
RETURNS TABLE (finding text, tampered boolean, block bigint, chain uuid, xid xid8, ordinal integer, detail text)
AS 'MODULE_PATHNAME', 'schema_guard_verify_log' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.verify_log(timestamp with time zone, timestamp with time zone, jsonb) IS
'what of the log is not as it was sealed: a row each where tampered is true, others to know, the last one how much was read';

CREATE FUNCTION schema_guard.verify_recent_log(rows bigint, OUT finding text, OUT tampered boolean, OUT block bigint, OUT chain uuid, OUT xid xid8,
	OUT ordinal integer, OUT detail text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'schema_guard_verify_recent_log' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.verify_recent_log(bigint) IS 'as verify_log(), of the newest blocks with so many rows; part of check_alerts()';

CREATE FUNCTION schema_guard.seal_log() RETURNS bigint
AS 'MODULE_PATHNAME', 'schema_guard_seal_log' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.seal_log() IS 'seals what is committed and in no block yet, as the worker does by itself; returns the rows';

CREATE FUNCTION schema_guard.purge_log(before timestamp with time zone, what text DEFAULT 'all', even_if_tampered boolean DEFAULT false) RETURNS bigint
AS 'MODULE_PATHNAME', 'schema_guard_purge_log' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.purge_log(timestamp with time zone, text, boolean) IS
'deletes the blocks of the log that are older, or of all of them the attempts, and keeps their digests; returns the rows';

REVOKE EXECUTE ON FUNCTION schema_guard.log_digest(), schema_guard.verify_log(timestamp with time zone, timestamp with time zone, jsonb),
	schema_guard.verify_recent_log(bigint), schema_guard.seal_log(), schema_guard.purge_log(timestamp with time zone, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.log_digest(), schema_guard.verify_log(timestamp with time zone, timestamp with time zone, jsonb) TO pg_monitor;
GRANT SELECT ON schema_guard.log_blocks TO pg_monitor;
