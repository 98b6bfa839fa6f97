-- Versions of objects, snapshots and fingerprints.

CREATE FUNCTION schema_guard.take_stock() RETURNS bigint
AS 'MODULE_PATHNAME', 'schema_guard_take_stock' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.take_stock() IS
'reads the whole schema and records what had changed unseen, with the guard off or at fault; returns how many objects that were';

REVOKE EXECUTE ON FUNCTION schema_guard.take_stock() FROM PUBLIC;

-- What is here already has its first version now.
SELECT schema_guard.take_stock();
