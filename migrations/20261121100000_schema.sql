-- The extension's own schema: made here, so that it belongs to the extension and to nobody else.
CREATE SCHEMA schema_guard;
COMMENT ON SCHEMA schema_guard IS 'the log of schema changes and the rules for them';
GRANT USAGE ON SCHEMA schema_guard TO PUBLIC;
