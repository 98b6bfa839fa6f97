-- Last of all, so that they do not fire for our own script.

CREATE FUNCTION schema_guard.on_ddl_command_start() RETURNS event_trigger AS 'MODULE_PATHNAME', 'schema_guard_on_ddl_command_start' LANGUAGE C;
COMMENT ON FUNCTION schema_guard.on_ddl_command_start() IS 'judges a statement where the library is not preloaded';
CREATE FUNCTION schema_guard.on_ddl_command_end() RETURNS event_trigger AS 'MODULE_PATHNAME', 'schema_guard_on_ddl_command_end' LANGUAGE C;
COMMENT ON FUNCTION schema_guard.on_ddl_command_end() IS 'records a statement where the library is not preloaded';
CREATE FUNCTION schema_guard.on_sql_drop() RETURNS event_trigger AS 'MODULE_PATHNAME', 'schema_guard_on_sql_drop' LANGUAGE C;
COMMENT ON FUNCTION schema_guard.on_sql_drop() IS 'reports what a statement drops, and what goes by CASCADE';
CREATE FUNCTION schema_guard.on_table_rewrite() RETURNS event_trigger AS 'MODULE_PATHNAME', 'schema_guard_on_table_rewrite' LANGUAGE C;
COMMENT ON FUNCTION schema_guard.on_table_rewrite() IS 'reports which table a statement rewrites';

CREATE EVENT TRIGGER schema_guard_ddl_command_start ON ddl_command_start EXECUTE FUNCTION schema_guard.on_ddl_command_start();
CREATE EVENT TRIGGER schema_guard_ddl_command_end ON ddl_command_end EXECUTE FUNCTION schema_guard.on_ddl_command_end();
CREATE EVENT TRIGGER schema_guard_sql_drop ON sql_drop EXECUTE FUNCTION schema_guard.on_sql_drop();
CREATE EVENT TRIGGER schema_guard_table_rewrite ON table_rewrite EXECUTE FUNCTION schema_guard.on_table_rewrite();
COMMENT ON EVENT TRIGGER schema_guard_ddl_command_start IS 'judges a statement where the library is not preloaded';
COMMENT ON EVENT TRIGGER schema_guard_ddl_command_end IS 'records a statement where the library is not preloaded';
COMMENT ON EVENT TRIGGER schema_guard_sql_drop IS 'reports what a statement drops, and what goes by CASCADE';
COMMENT ON EVENT TRIGGER schema_guard_table_rewrite IS 'reports which table a statement rewrites';

-- Also with session_replication_role = replica.
ALTER EVENT TRIGGER schema_guard_ddl_command_start ENABLE ALWAYS;
ALTER EVENT TRIGGER schema_guard_ddl_command_end ENABLE ALWAYS;
ALTER EVENT TRIGGER schema_guard_sql_drop ENABLE ALWAYS;
ALTER EVENT TRIGGER schema_guard_table_rewrite ENABLE ALWAYS;
