-- The usual logger out of many blogs: two event triggers in plpgsql that write to a table.
CREATE SCHEMA logger;
CREATE TABLE logger.ddl_history (
	id bigserial PRIMARY KEY,
	logged_at timestamptz NOT NULL DEFAULT now(),
	user_name text NOT NULL DEFAULT session_user,
	tag text,
	object_type text,
	schema_name text,
	object_identity text,
	query text
);

CREATE FUNCTION logger.on_ddl_command_end() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
		INSERT INTO logger.ddl_history (tag, object_type, schema_name, object_identity, query)
		VALUES (r.command_tag, r.object_type, r.schema_name, r.object_identity, current_query());
	END LOOP;
END;
$$;

CREATE FUNCTION logger.on_sql_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM pg_event_trigger_dropped_objects() WHERE original LOOP
		INSERT INTO logger.ddl_history (tag, object_type, schema_name, object_identity, query)
		VALUES (tg_tag, r.object_type, r.schema_name, r.object_identity, current_query());
	END LOOP;
END;
$$;

CREATE EVENT TRIGGER logger_ddl ON ddl_command_end EXECUTE FUNCTION logger.on_ddl_command_end();
CREATE EVENT TRIGGER logger_drop ON sql_drop EXECUTE FUNCTION logger.on_sql_drop();
