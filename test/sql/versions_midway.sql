-- What a statement has done when it commits by itself for the first time stands, whatever becomes of the rest: it is in the log
-- as unfinished, with its objects, and in the versions.  Once the statement has ended, it is one statement.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE TABLE doubles (id int, n int);
INSERT INTO doubles VALUES (1, 1), (1, 2);
CREATE FUNCTION last(pattern text) RETURNS TABLE (outcome text, objects text) LANGUAGE sql AS $$
	SELECT l.outcome, l.objects FROM schema_guard.ddl_log l WHERE l.statement ~ pattern AND l.outcome <> 'failed'
	ORDER BY l.started_at, l.xid
$$;

-- Left behind: an invalid index.
CREATE UNIQUE INDEX CONCURRENTLY doubles_id ON doubles (id);
SELECT * FROM last('INDEX CONCURRENTLY doubles_id');
SELECT kind, identity, version, properties ->> 'invalid' AS invalid FROM schema_guard.object_versions WHERE identity ~ 'doubles_id';
SELECT command_tag, action, identity, version FROM schema_guard.history('doubles_id');
SELECT count(*) FROM schema_guard.diff('at:now', 'live');
SELECT created_by = session_user AS created_by, statement FROM schema_guard.index_origin('doubles_id'::regclass, 0);

-- Left behind by REINDEX: the new one under a name of PostgreSQL's.
REINDEX INDEX CONCURRENTLY doubles_id;
SELECT * FROM last('REINDEX');
SELECT identity, version FROM schema_guard.object_versions WHERE identity ~ 'doubles_id' AND ended_at IS NULL ORDER BY identity;
SELECT count(*) FROM schema_guard.diff('at:now', 'live');

-- Ended: one row each, and no trace of what was midway.
DROP INDEX CONCURRENTLY doubles_id_ccnew;
DELETE FROM doubles WHERE n = 2;
REINDEX INDEX CONCURRENTLY doubles_id;
SELECT * FROM last('REINDEX');
DROP INDEX CONCURRENTLY doubles_id;
CREATE INDEX CONCURRENTLY doubles_n ON doubles (n);
SELECT * FROM last('(DROP|CREATE) INDEX CONCURRENTLY doubles_[in]d?_?');
SELECT command_tag, action, identity, version FROM schema_guard.history('doubles_n');
SELECT action, object_type, identity, changed_by = session_user AS changed_by, statement
FROM schema_guard.diff('empty', 'live') WHERE identity = 'public.doubles_n';
SELECT count(*), count(DISTINCT objid) FROM schema_guard.ddl_objects WHERE identity = 'public.doubles_n';
SELECT created_by = session_user AS created_by, statement FROM schema_guard.index_origin('doubles_n'::regclass, 0);
SELECT count(*) FROM schema_guard.diff('at:now', 'live');
SELECT schema_guard.take_stock();

-- Partitions.
CREATE TABLE whole (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10);
CREATE TABLE high PARTITION OF whole FOR VALUES FROM (10) TO (20);
ALTER TABLE whole DETACH PARTITION low CONCURRENTLY;
SELECT * FROM last('DETACH');
REINDEX TABLE whole;
SELECT count(*) FROM schema_guard.diff('at:now', 'live');
SELECT schema_guard.take_stock();
