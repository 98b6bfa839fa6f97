DROP SCHEMA schema_guard;
