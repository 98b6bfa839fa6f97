-- The snapshot that says how a database should be.  Bound to the database's OID, as the mode is, and not dumped: labels
-- are moments of this database.
CREATE TABLE schema_guard.baseline (
	database oid NOT NULL,
	snapshot text NOT NULL,
	set_at timestamp with time zone NOT NULL,
	set_by text NOT NULL,
	CONSTRAINT baseline_pkey PRIMARY KEY (database)
);

COMMENT ON TABLE schema_guard.baseline IS 'the snapshot that drift(''baseline'') holds this database against; set by schema_guard.set_baseline()';
