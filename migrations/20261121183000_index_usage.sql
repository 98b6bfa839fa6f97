-- What was read and written, by server and day: differences of the server's counters, which by themselves do not survive crashes,
-- resets and promotions.  Tables and indexes alike; of an index the last four columns are zero.

-- The servers that have reported: this one, and those whose usage was imported.
CREATE TABLE schema_guard.usage_node (
	node text NOT NULL,
	is_local boolean NOT NULL,
	first_sample timestamp with time zone,
	last_sample timestamp with time zone,
	timeline bigint,
	in_recovery boolean,
	epoch timestamp with time zone,
	counters_since timestamp with time zone,
	CONSTRAINT usage_node_pkey PRIMARY KEY (node)
);

-- When was counted, and since when without a gap: from the sample before, unless the counters began anew in between.
CREATE TABLE schema_guard.usage_sample (
	node text NOT NULL,
	sampled_at timestamp with time zone NOT NULL,
	covered_from timestamp with time zone NOT NULL,
	CONSTRAINT usage_sample_pkey PRIMARY KEY (node, sampled_at)
);

-- A relation as long as it stays the same: REINDEX CONCURRENTLY gives an index a new address, a renaming another name.
CREATE TABLE schema_guard.usage_object (
	id uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
	relid oid NOT NULL,
	schema_name text NOT NULL,
	table_name text NOT NULL,
	index_name text,
	definition text,
	first_seen timestamp with time zone NOT NULL,
	CONSTRAINT usage_object_pkey PRIMARY KEY (id),
	CONSTRAINT usage_object_relid_key UNIQUE (relid)
);

-- The counters as they were last seen.
CREATE TABLE schema_guard.usage_counter (
	node text NOT NULL,
	object uuid NOT NULL,
	scans bigint NOT NULL,
	tup_read bigint NOT NULL,
	tup_fetch bigint NOT NULL,
	inserted bigint NOT NULL,
	updated bigint NOT NULL,
	hot_updated bigint NOT NULL,
	deleted bigint NOT NULL,
	CONSTRAINT usage_counter_pkey PRIMARY KEY (object, node)
);

CREATE TABLE schema_guard.usage_day (
	node text NOT NULL,
	object uuid NOT NULL,
	day date NOT NULL,
	scans bigint NOT NULL,
	tup_read bigint NOT NULL,
	tup_fetch bigint NOT NULL,
	inserted bigint NOT NULL,
	updated bigint NOT NULL,
	hot_updated bigint NOT NULL,
	deleted bigint NOT NULL,
	CONSTRAINT usage_day_pkey PRIMARY KEY (object, node, day)
);
CREATE INDEX usage_day_day ON schema_guard.usage_day (day);

COMMENT ON TABLE schema_guard.usage_node IS 'what schema_guard.usage_nodes shows; written by sample_index_usage() and import_usage()';
COMMENT ON TABLE schema_guard.usage_sample IS 'when each server was sampled; written by sample_index_usage() and import_usage()';
COMMENT ON TABLE schema_guard.usage_object IS 'the tables and indexes of usage_day; written by sample_index_usage() and import_usage()';
COMMENT ON TABLE schema_guard.usage_counter IS 'the counters of each server when it was last sampled; written by sample_index_usage() and import_usage()';
COMMENT ON TABLE schema_guard.usage_day IS 'what schema_guard.index_usage and schema_guard.table_usage show; written by sample_index_usage() and import_usage()';
