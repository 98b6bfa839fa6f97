-- What a row of the log holds, hashed when it was written: the format of the hash, and the hash.
ALTER TABLE schema_guard.statement_log ADD COLUMN leaf bytea;

-- The sealed log: blocks that list its rows, with the hash of each, and follow each from the one before.  Written by the library
-- alone, and never changed, but for the lists of what was purged.  Not dumped, as the log is not.
CREATE TABLE schema_guard.log_block (
	number bigint NOT NULL,
	format smallint NOT NULL,
	chain uuid NOT NULL,
	system_identifier bigint NOT NULL,
	database oid NOT NULL,
	timeline bigint NOT NULL,
	sealed_at timestamp with time zone NOT NULL,
	row_count bigint NOT NULL,
	first_at timestamp with time zone,
	last_at timestamp with time zone,
	moment pg_snapshot NOT NULL,
	root bytea NOT NULL,
	purged bigint NOT NULL,
	attempts_purged bigint NOT NULL,
	previous bytea NOT NULL,
	digest bytea NOT NULL,
	entries bytea,
	CONSTRAINT log_block_pkey PRIMARY KEY (number)
);

COMMENT ON TABLE schema_guard.log_block IS 'what schema_guard.log_blocks shows; written by the worker, seal_log() and purge_log()';
