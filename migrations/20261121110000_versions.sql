-- The address of an object, as in pg_depend.
CREATE TYPE schema_guard.object_address AS (
	classid oid,
	objid oid,
	objsubid integer
);
COMMENT ON TYPE schema_guard.object_address IS 'where PostgreSQL keeps an object, as in pg_depend';

-- What each object was, and since when: a row for each version, written by the library alone and never changed.  The
-- end of an object is a row, too, without properties.  So nothing is updated when an object changes, no writer waits
-- for another, and the schema as of any moment is the last row of each object before it.
CREATE TABLE schema_guard.version_log (
	classid oid NOT NULL,
	objid oid NOT NULL,
	objsubid integer NOT NULL,
	version integer NOT NULL,
	parent_classid oid,
	parent_objid oid,
	chain uuid NOT NULL,
	xid xid8 NOT NULL,
	ordinal integer,
	begun_at timestamp with time zone NOT NULL,
	kind text NOT NULL,
	identity text[] NOT NULL,
	properties jsonb,
	depends_on schema_guard.object_address[]
);

-- Not unique: two sessions that change one object at a time may both write what they saw.
CREATE INDEX version_log_object ON schema_guard.version_log (objid, classid, objsubid, version);
CREATE INDEX version_log_parent ON schema_guard.version_log (parent_objid) WHERE parent_objid IS NOT NULL;

-- A moment of version_log, as the transaction that labelled it saw it; or a snapshot from elsewhere, whole.
CREATE TABLE schema_guard.snapshot_label (
	label text NOT NULL,
	comment text,
	taken_at timestamp with time zone NOT NULL,
	taken_by text NOT NULL,
	xid xid8,
	visible pg_snapshot,
	document jsonb,
	CONSTRAINT snapshot_label_pkey PRIMARY KEY (label),
	CONSTRAINT snapshot_label_content_check CHECK ((visible IS NULL) OPERATOR(pg_catalog.<>) (document IS NULL))
);

-- Versions are not dumped, as the log is not: their addresses mean something in this database only.  Imported
-- snapshots have none, so they are.
SELECT pg_catalog.pg_extension_config_dump('schema_guard.snapshot_label', 'WHERE document IS NOT NULL');

COMMENT ON TABLE schema_guard.version_log IS 'what schema_guard.object_versions shows; written by the library alone';
COMMENT ON TABLE schema_guard.snapshot_label IS 'what schema_guard.snapshots shows; written by snapshot(), import_snapshot() and drop_snapshot()';
