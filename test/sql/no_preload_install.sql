-- The extension comes whole and goes whole.
CREATE EXTENSION schema_guard;
SELECT extname, extversion, nspname, extrelocatable
FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
WHERE extname = 'schema_guard';

-- Its objects all lie in its own schema, which belongs to it.
SELECT DISTINCT (pg_identify_object(classid, objid, objsubid)).schema
FROM pg_depend WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'schema_guard')
AND (pg_identify_object(classid, objid, objsubid)).schema <> 'schema_guard';
SELECT pg_describe_object(refclassid, refobjid, 0)
FROM pg_depend WHERE deptype = 'e' AND classid = 'pg_namespace'::regclass AND objid = 'schema_guard'::regnamespace;
