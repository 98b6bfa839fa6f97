-- How large tables were, a row where a day's size differs from the one before; those below a megabyte are left out.
CREATE TABLE schema_guard.table_size (
	relid oid NOT NULL,
	day date NOT NULL,
	bytes bigint NOT NULL,
	CONSTRAINT table_size_pkey PRIMARY KEY (relid, day)
);

COMMENT ON TABLE schema_guard.table_size IS 'what schema_guard.table_growth is computed from; written by sample_index_usage(), once a day';
