-- What the log says since the last look of what was done (attempts come by themselves, see attempts.sql); made before the extension, so that it is in no log itself.
SET client_min_messages = warning;
CREATE FUNCTION fresh() RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
	seen timestamptz := coalesce(nullif(current_setting('test.seen', true), ''), '-infinity');
BEGIN
	RETURN QUERY EXECUTE 'SELECT to_jsonb(l) FROM schema_guard.ddl_log l WHERE started_at > $1 AND outcome IN (''committed'', ''unfinished'') ORDER BY started_at, xid, ordinal' USING seen;
	EXECUTE 'SELECT max(started_at) FROM schema_guard.ddl_log' INTO seen;
	PERFORM set_config('test.seen', seen::text, false);
END $$;
-- NOT NULL is a constraint with a name since PostgreSQL 18.
CREATE FUNCTION known(objects text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(objects, ', (create|alter|drop) table constraint [^, ]*_not_null on [^, ]*', '', 'g')
$$;
CREATE FUNCTION news(OUT tag text, OUT class text, OUT objects text, OUT statement text, OUT decision text) RETURNS SETOF record
LANGUAGE sql AS $$
	SELECT l->>'command_tag', l->>'class', known(l->>'objects'), l->>'statement',
		concat_ws(' ', l->>'decision', CASE WHEN l->>'allowed_by' IS NOT NULL THEN 'by ' || (l->>'allowed_by') END, l->>'violations')
	FROM fresh() l
$$;
-- The SQLSTATE and every part of the message a statement ends with.
CREATE FUNCTION told(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; detail text; hint text;
BEGIN
	EXECUTE query;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(E'\n', state || ' ' || message, nullif(detail, ''), nullif(hint, ''));
END $$;
RESET client_min_messages;
