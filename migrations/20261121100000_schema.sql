-- The extension's own schema: made here, so that it belongs to the extension and to nobody else.
CREATE SCHEMA schema_guard;
GRANT USAGE ON SCHEMA schema_guard TO PUBLIC;
