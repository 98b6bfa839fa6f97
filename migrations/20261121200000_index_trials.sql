-- Indexes that the planner does not see, to find out whether they would be missed.  Not dumped: a restored copy has all its indexes.
CREATE TABLE schema_guard.index_trial (
	indexrelid oid NOT NULL,
	indrelid oid NOT NULL,
	schema_name text NOT NULL,
	table_name text NOT NULL,
	index_name name NOT NULL,
	reason text,
	started_at timestamp with time zone NOT NULL,
	started_by text NOT NULL,
	statements jsonb,
	CONSTRAINT index_trial_pkey PRIMARY KEY (indexrelid)
);

COMMENT ON TABLE schema_guard.index_trial IS 'what schema_guard.index_trials shows; written by trial_drop() and end_trial()';
