-- What needs somebody's attention: a row from when it is first seen until it is over.
CREATE TABLE schema_guard.alert_log (
	id bigint NOT NULL,
	kind text NOT NULL,
	severity text NOT NULL,
	object text NOT NULL,
	message text NOT NULL,
	value double precision NOT NULL,
	fingerprint text NOT NULL,
	state text NOT NULL,
	count bigint NOT NULL,
	first_seen timestamp with time zone NOT NULL,
	last_seen timestamp with time zone NOT NULL,
	resolved_at timestamp with time zone,
	acknowledged_at timestamp with time zone,
	acknowledged_by text,
	acknowledged_because text,
	CONSTRAINT alert_log_pkey PRIMARY KEY (id),
	CONSTRAINT alert_log_severity_check CHECK (severity OPERATOR(pg_catalog.=) ANY (ARRAY['warning', 'critical'])),
	CONSTRAINT alert_log_state_check CHECK (state OPERATOR(pg_catalog.=) ANY (ARRAY['firing', 'acknowledged', 'resolved']))
);

-- One open alert for one thing.
CREATE UNIQUE INDEX alert_log_open ON schema_guard.alert_log (fingerprint) WHERE (state OPERATOR(pg_catalog.<>) 'resolved');

-- Only what differs from the defaults, which are in schema_guard.alert_kinds.
CREATE TABLE schema_guard.alert_thresholds (
	kind text NOT NULL,
	warning double precision,
	critical double precision,
	set_at timestamp with time zone NOT NULL,
	set_by text NOT NULL,
	CONSTRAINT alert_thresholds_pkey PRIMARY KEY (kind)
);

SELECT pg_catalog.pg_extension_config_dump('schema_guard.alert_thresholds', '');

-- For what was done of late.  Of all indexes one that costs a row of the log next to nothing: rows come in the order of time.
CREATE INDEX statement_log_started_at ON schema_guard.statement_log USING brin (started_at) WITH (pages_per_range = 4);

COMMENT ON TABLE schema_guard.alert_log IS 'what schema_guard.alerts shows; written by check_alerts() and acknowledge()';
COMMENT ON TABLE schema_guard.alert_thresholds IS 'from when on there are alerts, where set_threshold() has changed the defaults of schema_guard.alert_kinds';
