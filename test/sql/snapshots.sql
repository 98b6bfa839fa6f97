-- Labelled moments, and what can be asked of them.
CREATE EXTENSION schema_guard;
CREATE TABLE orders (id bigint CONSTRAINT orders_key UNIQUE, note text DEFAULT 'none');
COMMENT ON TABLE orders IS 'what was bought';
SELECT schema_guard.snapshot('v1', 'before the columns');
ALTER TABLE orders ADD COLUMN total numeric;
CREATE INDEX orders_total ON orders (total);
SELECT schema_guard.snapshot('v2');
SELECT label, comment, taken_by, imported FROM schema_guard.snapshots ORDER BY taken_at;
SELECT schema_guard.snapshot('v1');
SELECT schema_guard.snapshot('');
SELECT schema_guard.drop_snapshot('v0');
SELECT schema_guard.export_snapshot('v0');

-- A snapshot is what the schema was, and what it is when nothing has changed since.
SELECT schema_guard.fingerprint('snapshot:v1') = schema_guard.fingerprint() AS v1, schema_guard.fingerprint('snapshot:v2') = schema_guard.fingerprint() AS v2;
SELECT object_type, identity, action FROM schema_guard.diff('snapshot:v1', 'snapshot:v2');
SELECT object_type, identity, action FROM schema_guard.diff('snapshot:v2', 'live');
DROP INDEX orders_total;
ALTER TABLE orders DROP COLUMN total;
SELECT schema_guard.fingerprint('snapshot:v1') = schema_guard.fingerprint() AS back_at_v1;

-- In a transaction of changes: what was done so far.
BEGIN;
CREATE TABLE first (x int);
SELECT schema_guard.snapshot('between');
CREATE TABLE second (x int);
COMMIT;
SELECT identity FROM schema_guard.fingerprints('snapshot:between') WHERE kind = 'table' ORDER BY 1;
SELECT kind, identity, ordinal FROM schema_guard.object_versions WHERE identity ~ 'first|second' ORDER BY 1, 2;
BEGIN;
SELECT schema_guard.snapshot('rolled back');
ROLLBACK;
SELECT label FROM schema_guard.snapshots ORDER BY 1;

-- Out and in again.
SELECT schema_guard.export_snapshot('v1') AS v1 \gset
SELECT jsonb_object_keys(:'v1') ORDER BY 1;
SELECT o FROM jsonb_array_elements(:'v1'::jsonb -> 'objects') o WHERE o ->> 'kind' IN ('schema', 'table') ORDER BY o ->> 'kind';
SELECT :'v1' ~ '(oid|16[0-9]{3})' AS has_an_oid;
SELECT schema_guard.import_snapshot(:'v1');
SELECT schema_guard.import_snapshot(:'v1', 'v1 elsewhere');
SELECT schema_guard.fingerprint('snapshot:v1 elsewhere') = schema_guard.fingerprint('snapshot:v1') AS same;
SELECT schema_guard.fingerprint('json:' || :'v1') = schema_guard.fingerprint('snapshot:v1') AS same;
SELECT count(*) FROM schema_guard.diff('snapshot:v1 elsewhere', 'snapshot:v1');
SELECT (schema_guard.export_snapshot('v1 elsewhere') - 'label') = (:'v1'::jsonb - 'label') AS same;
SELECT label, comment, imported FROM schema_guard.snapshots ORDER BY 1;
SELECT schema_guard.drop_snapshot('v1 elsewhere');

-- What cannot be imported says why.
SELECT schema_guard.import_snapshot('{}', 'x');
SELECT schema_guard.import_snapshot('[1, 2]', 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{format}', '99'), 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{format}', '"1"'), 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{count}', '3'), 'x');
SELECT schema_guard.import_snapshot(:'v1'::jsonb #- '{objects,0}', 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1'::jsonb #- '{objects,0}', '{count}', to_jsonb((:'v1'::jsonb ->> 'count')::int - 1)), 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{objects,0,kind}', '"starship"'), 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{objects,0,properties,warp}', '"9"'), 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{objects,0,number}', '2'), 'x');
SELECT schema_guard.import_snapshot(jsonb_set(:'v1', '{objects,0,identity}', '["a", "b", "c", "d", "e"]'), 'x');
SELECT schema_guard.import_snapshot(NULL);

-- Definitions over time.
SELECT clock_timestamp() AS before \gset
ALTER TABLE orders ADD COLUMN vat numeric;
ALTER TABLE orders RENAME TO purchases;
SELECT schema_guard.definition_at('public.orders', :'before');
SELECT schema_guard.definition_at('public.purchases');
SELECT schema_guard.definition_at('purchases') = schema_guard.definition_at('table public.purchases') AS same;
SELECT schema_guard.definition_at('public.orders');
SELECT schema_guard.definition_at('public.orders', '2000-01-01');
DROP TABLE purchases;
SELECT schema_guard.definition_at('public.orders', :'before') <> '' AS still_known;
SELECT command_tag, action, object_type, identity, version, changed, definition FROM schema_guard.history('public.orders');
