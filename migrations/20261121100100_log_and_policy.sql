-- What happened to one object of a statement.  Addresses are PostgreSQL's own: class, object, sub-object.
CREATE TYPE schema_guard.object_change AS (
	action text,
	object_type text,
	schema_name text,
	object_name text,
	identity text,
	old_identity text,
	classid oid,
	objid oid,
	objsubid integer,
	cascaded boolean
);
COMMENT ON TYPE schema_guard.object_change IS 'what happened to one object of a statement';

-- One row for each statement that changed schema or access, written by the library alone.
-- No sequence and one index: a row must cost the user's transaction next to nothing.
CREATE TABLE schema_guard.statement_log (
	chain uuid NOT NULL,
	xid xid8 NOT NULL,
	ordinal integer NOT NULL,
	started_at timestamp with time zone NOT NULL,
	duration interval,
	command_tag text NOT NULL,
	class text NOT NULL,
	statement text,
	decision text NOT NULL,
	allowed_by text,
	violations text[],
	migration text,
	override_reason text,
	session_user_name text NOT NULL,
	outer_user_name text NOT NULL,
	current_user_name text NOT NULL,
	application_name text,
	client_addr inet,
	client_port integer,
	backend_pid integer NOT NULL,
	backend_start timestamp with time zone NOT NULL,
	nesting integer NOT NULL,
	context text,
	extension text,
	outcome text NOT NULL,
	sqlstate text,
	intent_xid xid8,
	objects schema_guard.object_change[] NOT NULL,
	CONSTRAINT statement_log_pkey PRIMARY KEY (chain, xid, ordinal)
);

-- The mode of this database.  Not dumped, and bound to the database's OID: a restored or copied database
-- starts in observe, while pg_upgrade, a standby and a physical restore keep it.
CREATE TABLE schema_guard.guard_mode (
	database oid NOT NULL,
	mode text NOT NULL,
	reason text NOT NULL,
	set_at timestamp with time zone NOT NULL,
	set_by text NOT NULL,
	CONSTRAINT guard_mode_pkey PRIMARY KEY (database),
	CONSTRAINT guard_mode_mode_check CHECK (mode OPERATOR(pg_catalog.=) ANY (ARRAY['off', 'observe', 'warn', 'enforce']))
);

CREATE TABLE schema_guard.freezes (
	starts_at timestamp with time zone NOT NULL,
	ends_at timestamp with time zone NOT NULL,
	reason text NOT NULL,
	set_at timestamp with time zone NOT NULL,
	set_by text NOT NULL,
	CONSTRAINT freezes_pkey PRIMARY KEY (starts_at, ends_at),
	CONSTRAINT freezes_ends_at_check CHECK (ends_at OPERATOR(pg_catalog.>) starts_at)
);

-- Objects by name, as pg_identify_object_as_address() gives them, so that a dump carries them; the library
-- follows renames.
CREATE TABLE schema_guard.protections (
	object_type text NOT NULL,
	object_names text[] NOT NULL,
	object_args text[] NOT NULL,
	identity text NOT NULL,
	reason text NOT NULL,
	set_at timestamp with time zone NOT NULL,
	set_by text NOT NULL,
	CONSTRAINT protections_pkey PRIMARY KEY (object_type, object_names, object_args)
);

CREATE TABLE schema_guard.exemptions (
	role text NOT NULL,
	schema_pattern text NOT NULL,
	tags text[] NOT NULL,
	reason text NOT NULL,
	until timestamp with time zone NOT NULL,
	set_at timestamp with time zone NOT NULL,
	set_by text NOT NULL,
	CONSTRAINT exemptions_pkey PRIMARY KEY (role, schema_pattern, tags)
);

SELECT pg_catalog.pg_extension_config_dump('schema_guard.freezes', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.protections', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.exemptions', '');

COMMENT ON TABLE schema_guard.statement_log IS 'what schema_guard.ddl_log and schema_guard.ddl_objects show; written by the library alone';
COMMENT ON TABLE schema_guard.guard_mode IS 'the mode of this database, see schema_guard.mode; set by schema_guard.set_mode()';
COMMENT ON TABLE schema_guard.freezes IS 'when nobody but an override may change the schema; set by schema_guard.freeze()';
COMMENT ON TABLE schema_guard.protections IS 'objects that nobody but an override may destroy; set by schema_guard.protect()';
COMMENT ON TABLE schema_guard.exemptions IS 'roles that need no migration in some schemas; set by schema_guard.exempt()';
