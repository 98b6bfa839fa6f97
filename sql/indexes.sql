-- Advice about indexes from the catalogs alone: which are redundant, which are broken.
-- Catalogs are compared, not texts; sizes and definitions are read only of what is reported, and of nothing that is locked
-- exclusively: reading them would wait.

CREATE VIEW schema_guard.index_facts AS
SELECT i.indexrelid, i.indrelid, n.nspname AS schema_name, t.relname AS table_name, x.relname AS index_name,
	pg_catalog.format('%I.%I', n.nspname, t.relname) AS table_identity, pg_catalog.format('%I.%I', n.nspname, x.relname) AS identity,
	t.relkind AS table_kind, x.relkind, x.relam, x.relispartition, x.relpages, x.reltablespace, x.relfilenode,
	i.indnatts, i.indnkeyatts, i.indkey::smallint[] AS columns, i.indkey, i.indclass, i.indcollation, i.indoption, i.indpred, i.indexprs,
	i.indisunique, i.indimmediate, i.indnullsnotdistinct, i.indisprimary, i.indisexclusion, i.indisreplident, i.indisclustered,
	i.indisvalid AND i.indisready AND i.indislive AS usable,
	k.oid AS constraint_oid, k.conname, k.contype,
	i.indexrelid IN (SELECT f.conindid FROM pg_catalog.pg_constraint f WHERE f.contype = 'f') AS fk_target,
	i.indexrelid IN (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
			AND d.deptype = 'e' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
		OR i.indrelid IN (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
			AND d.deptype = 'e' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) AS of_extension,
	i.indexrelid IN (SELECT d.objoid FROM pg_catalog.pg_description d WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
			AND d.objsubid = 0 AND d.description LIKE '%schema_guard: keep%') AS pinned
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype = ANY ('{p,u,x}')
WHERE x.relpersistence <> 't' AND n.nspname <> ALL ('{pg_catalog,information_schema}');
COMMENT ON VIEW schema_guard.index_facts IS 'what the catalogs say of each index; for the reports on indexes';

-- Whose size and definition cannot be read without waiting.
CREATE VIEW schema_guard.locked_relations AS
SELECT COALESCE(pg_catalog.array_agg(DISTINCT l.relation), '{}') AS relations
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid();
COMMENT ON VIEW schema_guard.locked_relations IS 'what others have locked exclusively, or wait to; for the reports on indexes';

-- Without opening the relation: that costs more than all else these reports do, and waits where it is locked exclusively.
CREATE FUNCTION schema_guard.file_size(filenode oid, tablespace oid) RETURNS bigint
AS 'MODULE_PATHNAME', 'schema_guard_file_size' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION schema_guard.file_size(oid, oid) IS 'the size of a relation of this database by its file, as pg_relation_size() has it; 0 when it has gone';

CREATE FUNCTION schema_guard.partitioned_index_size(index oid) RETURNS bigint LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT pg_catalog.sum(schema_guard.file_size(p.relfilenode, p.reltablespace))::bigint
	FROM pg_catalog.pg_partition_tree(index) m JOIN pg_catalog.pg_class p ON p.oid = m.relid
	WHERE m.isleaf AND p.relkind = 'i';
END;
COMMENT ON FUNCTION schema_guard.partitioned_index_size(oid) IS 'the size of all partitions of an index; part of index_size()';

-- Simple enough for the planner to take it apart: nothing is called for a row.
CREATE FUNCTION schema_guard.index_size(index oid, kind "char", filenode oid, tablespace oid) RETURNS bigint LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT CASE WHEN kind = 'I' THEN COALESCE(schema_guard.partitioned_index_size(index), 0) ELSE schema_guard.file_size(filenode, tablespace) END;
END;
COMMENT ON FUNCTION schema_guard.index_size(oid, "char", oid, oid) IS 'the size of an index, with all its partitions';

-- A partitioned index cannot be dropped concurrently, and neither can a constraint: better to give up than to hold up all others.
CREATE FUNCTION schema_guard.index_drop_sql(kind "char", table_identity text, index_identity text, conname name) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN conname IS NOT NULL
			THEN pg_catalog.format('SET lock_timeout = ''5s''; ALTER TABLE %s DROP CONSTRAINT %I; RESET lock_timeout;', table_identity, conname)
		WHEN kind = 'I' THEN pg_catalog.format('SET lock_timeout = ''5s''; DROP INDEX %s; RESET lock_timeout;', index_identity)
		ELSE pg_catalog.format('DROP INDEX CONCURRENTLY %s;', index_identity) END;
END;
COMMENT ON FUNCTION schema_guard.index_drop_sql("char", text, text, name) IS 'the statement that drops an index or its constraint';

-- The server writes a partitioned index with ONLY, which leaves out the partitions.
CREATE FUNCTION schema_guard.index_create_sql(index oid, locked oid[]) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN s.spcname IS NOT NULL THEN pg_catalog.format('SET default_tablespace = %L; ', s.spcname) ELSE '' END ||
		CASE WHEN k.oid IS NOT NULL
			THEN pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s;', n.nspname, t.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
			ELSE pg_catalog.format('CREATE %sINDEX %s%I ON %s;', h.uniqueness, CASE WHEN x.relkind = 'i' THEN 'CONCURRENTLY ' END, x.relname,
				pg_catalog.substr(h.definition, pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s', h.uniqueness, x.relname,
					CASE WHEN x.relkind = 'I' THEN 'ONLY ' END)) + 1)) END ||
		CASE WHEN s.spcname IS NOT NULL THEN ' RESET default_tablespace;' ELSE '' END
	FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
	JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
	LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = x.reltablespace
	LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype = ANY ('{p,u,x}')
	CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, CASE WHEN i.indisunique THEN 'UNIQUE ' END AS uniqueness OFFSET 0) h
	WHERE i.indexrelid = index AND i.indrelid <> ALL (locked);
END;
COMMENT ON FUNCTION schema_guard.index_create_sql(oid, oid[]) IS
'the statement that makes an index or its constraint again; null while its table is locked exclusively';

-- The statement that created it; of a constraint's index, the constraint.  The log has its address, the versions find the log's row by it.
CREATE FUNCTION schema_guard.index_origin(index oid, constraint_oid oid, OUT created_by text, OUT created_at timestamp with time zone,
	OUT statement text) RETURNS SETOF record LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT l.session_user_name, l.started_at, l.statement
	FROM schema_guard.version_log v
	JOIN schema_guard.statement_origins l ON l.chain = v.chain AND l.xid = v.xid AND l.ordinal = v.ordinal
		AND EXISTS (SELECT FROM pg_catalog.unnest(l.objects) c WHERE c.objid = v.objid AND c.action = 'create')
	WHERE v.version = 1 AND v.objsubid = 0 AND (v.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND v.objid = index
		OR v.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND v.objid = constraint_oid)
	ORDER BY v.begun_at DESC LIMIT 1;
END;
COMMENT ON FUNCTION schema_guard.index_origin(oid, oid) IS 'who created an index, when, by which statement, as far as the log knows';

-- Rows written to a table, its partitions included, since its counters were reset: each cost each of its indexes an entry.
CREATE FUNCTION schema_guard.table_writes(relation oid) RETURNS bigint LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
	SELECT pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(m.relid) + pg_catalog.pg_stat_get_tuples_updated(m.relid)
		- pg_catalog.pg_stat_get_tuples_hot_updated(m.relid))::bigint
	FROM (SELECT relation AS relid UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(relation) p WHERE p.isleaf) m;
END;
COMMENT ON FUNCTION schema_guard.table_writes(oid) IS 'rows inserted and updated otherwise than in place, since the counters were reset';

CREATE FUNCTION schema_guard.redundant_indexes(schemas text[] DEFAULT '{}')
	RETURNS TABLE (table_name text, index_name text, kept_index text, kind text, confidence text, reason text, cautions text[],
		size_bytes bigint, kept_size_bytes bigint, writes bigint, created_by text, created_at timestamp with time zone, statement text,
		drop_sql text, create_sql text)
	LANGUAGE sql STABLE SET jit = off
BEGIN ATOMIC
	WITH fact AS MATERIALIZED (
		SELECT f.*, f.relam = 403 AS is_btree
		FROM schema_guard.index_facts f
		WHERE f.usable AND f.schema_name <> 'pg_toast'
			AND (pg_catalog.cardinality(schemas) = 0 OR f.schema_name = ANY (schemas))
	), candidate AS MATERIALIZED (
		-- All that can be said without expressions and without names of operator classes.
		SELECT r.indexrelid AS r, k.indexrelid AS k
		FROM fact r JOIN fact k ON k.indrelid = r.indrelid AND k.relam = r.relam AND k.indkey[0] = r.indkey[0] AND k.indexrelid <> r.indexrelid
		WHERE NOT (r.relispartition OR r.indisprimary OR r.indisexclusion OR r.indisreplident OR r.fk_target OR r.of_extension OR r.pinned)
			AND (r.constraint_oid IS NULL OR k.contype = ANY ('{p,u}'))
			AND CASE WHEN r.is_btree THEN r.indnkeyatts <= k.indnkeyatts ELSE r.indnkeyatts = k.indnkeyatts END
			AND r.columns <@ k.columns
			AND (NOT r.indisunique OR k.indisunique AND k.indimmediate >= r.indimmediate AND k.indnkeyatts = r.indnkeyatts
				AND k.indnullsnotdistinct = r.indnullsnotdistinct)
			AND (r.indpred IS NULL) = (k.indpred IS NULL)
	), described AS MATERIALIZED (
		SELECT f.indexrelid,
			pg_catalog.array_agg(pg_catalog.concat_ws(' ', CASE f.indkey[n - 1] WHEN 0 THEN pg_catalog.pg_get_indexdef(f.indexrelid, n, true)
				ELSE f.indkey[n - 1]::text END, c.opcfamily, c.opcintype, f.indcollation[n - 1], a.attoptions::text) ORDER BY n) AS keys,
			pg_catalog.array_agg(f.indoption[n - 1] ORDER BY n) AS options,
			CASE WHEN f.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(f.indpred, f.indrelid) ELSE '' END AS predicate
		FROM (SELECT candidate.r FROM candidate UNION SELECT candidate.k FROM candidate) involved (oid)
		JOIN fact f ON f.indexrelid = involved.oid
		CROSS JOIN LATERAL pg_catalog.generate_series(1, f.indnkeyatts) n
		JOIN pg_catalog.pg_opclass c ON c.oid = f.indclass[n - 1]
		LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = f.indexrelid AND a.attnum = n
		GROUP BY f.indexrelid, f.indrelid, f.indpred
	), pair AS MATERIALIZED (
		SELECT p.r, p.k, rd.options <> kd.options[1:pg_catalog.cardinality(rd.options)] AS backwards
		FROM candidate p JOIN described rd ON rd.indexrelid = p.r JOIN described kd ON kd.indexrelid = p.k
		JOIN fact r ON r.indexrelid = p.r
		WHERE rd.keys = kd.keys[1:pg_catalog.cardinality(rd.keys)] AND rd.predicate = kd.predicate
			AND (rd.options = kd.options[1:pg_catalog.cardinality(rd.options)]
				-- Read from its end, a b-tree has each column in the other direction and its nulls at the other end.
				OR r.is_btree AND NOT EXISTS (SELECT FROM ROWS FROM (pg_catalog.unnest(rd.options), pg_catalog.unnest(kd.options)) o (r, k)
					WHERE o.r IS NOT NULL AND o.r <> (o.k # 3::smallint)))
	), ranked AS MATERIALIZED (
		-- Of two that could stand for each other one stays, the same one in all pairs.
		SELECT f.indexrelid, pg_catalog.row_number() OVER (ORDER BY f.indisprimary DESC, f.constraint_oid IS NOT NULL DESC, f.indisreplident DESC,
			f.fk_target DESC, f.indisclustered DESC, f.indisunique DESC, f.indimmediate DESC, f.pinned DESC, f.relpages, f.indexrelid) AS rank
		FROM fact f WHERE f.indexrelid IN (SELECT pair.r FROM pair UNION ALL SELECT pair.k FROM pair)
	), directed AS MATERIALIZED (
		SELECT p.*, kr.rank
		FROM pair p JOIN ranked rr ON rr.indexrelid = p.r JOIN ranked kr ON kr.indexrelid = p.k
		WHERE kr.rank < rr.rank OR NOT EXISTS (SELECT FROM pair q WHERE q.r = p.k AND q.k = p.r)
	), chosen AS MATERIALIZED (
		-- What is kept must not be proposed itself.
		SELECT DISTINCT ON (d.r) d.r, d.k, d.backwards
		FROM directed d JOIN fact r ON r.indexrelid = d.r JOIN fact k ON k.indexrelid = d.k
		WHERE d.k NOT IN (SELECT e.r FROM directed e)
		ORDER BY d.r, k.indnkeyatts = r.indnkeyatts DESC, k.indnatts = r.indnatts DESC, d.rank
	), sized AS MATERIALIZED (
		SELECT d.*, l.relations AS locked, schema_guard.index_size(d.r, r.relkind, r.relfilenode, r.reltablespace) AS size,
			schema_guard.index_size(d.k, k.relkind, k.relfilenode, k.reltablespace) AS kept_size
		FROM chosen d JOIN fact r ON r.indexrelid = d.r JOIN fact k ON k.indexrelid = d.k, schema_guard.locked_relations l
	)
	SELECT r.table_identity, r.identity, k.identity, w.kind,
		CASE WHEN w.kind IN ('prefix', 'equivalent') AND d.kept_size > 3 * d.size AND d.kept_size > 1024 * 1024 THEN 'low'
			WHEN w.kind = 'prefix' THEN 'medium' ELSE 'high' END,
		CASE w.kind WHEN 'duplicate' THEN 'the same columns in the same order'
			WHEN 'duplicate constraint' THEN 'both constraints ask the same'
			WHEN 'prefix' THEN 'its columns are the first of the kept index'
			ELSE 'the kept index has the same key' END ||
			CASE WHEN d.backwards THEN ', read backwards' ELSE '' END ||
			CASE WHEN k.indnatts > k.indnkeyatts AND r.indnatts < k.indnatts AND w.kind <> 'prefix' THEN ' and carries more columns' ELSE '' END ||
			CASE WHEN k.indisunique AND NOT r.indisunique AND k.indnkeyatts = r.indnkeyatts THEN ' and is unique' ELSE '' END ||
			CASE WHEN d.kept_size > 3 * d.size AND d.kept_size > 1024 * 1024
				THEN pg_catalog.format('; but it is %s times as large', pg_catalog.round(d.kept_size::numeric / d.size, 1)) ELSE '' END,
		pg_catalog.array_remove(ARRAY[
			CASE WHEN r.indisclustered THEN pg_catalog.format('the table is clustered on it: ALTER TABLE %s CLUSTER ON %I first', r.table_identity, k.index_name) END,
			CASE WHEN r.constraint_oid IS NOT NULL THEN 'INSERT ... ON CONFLICT ON CONSTRAINT may name it' END,
			CASE WHEN r.reltablespace <> k.reltablespace THEN 'the two lie in different tablespaces' END], NULL),
		d.size, d.kept_size, schema_guard.table_writes(r.indrelid), o.created_by, o.created_at, o.statement,
		schema_guard.index_drop_sql(r.relkind, r.table_identity, r.identity, r.conname),
		schema_guard.index_create_sql(r.indexrelid, d.locked)
	FROM sized d JOIN fact r ON r.indexrelid = d.r JOIN fact k ON k.indexrelid = d.k
	CROSS JOIN LATERAL (SELECT CASE WHEN r.constraint_oid IS NOT NULL THEN 'duplicate constraint'
			WHEN r.indnkeyatts < k.indnkeyatts THEN 'prefix'
			WHEN r.indisunique = k.indisunique AND r.indnatts = k.indnatts AND NOT d.backwards THEN 'duplicate'
			ELSE 'equivalent' END AS kind) w
	LEFT JOIN LATERAL schema_guard.index_origin(r.indexrelid, r.constraint_oid) o ON true
	ORDER BY 8 DESC, 1, 2;
END;
COMMENT ON FUNCTION schema_guard.redundant_indexes(text[]) IS
'indexes that another index of the same table can stand for in all they do, each with the one to keep and why; never both of a pair';

CREATE FUNCTION schema_guard.invalid_indexes(schemas text[] DEFAULT '{}')
	RETURNS TABLE (table_name text, index_name text, reason text, maintained boolean, size_bytes bigint, created_by text,
		created_at timestamp with time zone, statement text, drop_sql text, repair_sql text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT f.table_identity, f.identity,
		CASE WHEN f.relkind = 'I' THEN 'partitions without a valid one attached: '
				|| (SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', s.nspname, c.relname), ', ' ORDER BY s.nspname, c.relname)
					FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
					JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
					WHERE h.inhparent = f.indrelid AND NOT EXISTS (
						SELECT FROM pg_catalog.pg_inherits a JOIN pg_catalog.pg_index b ON b.indexrelid = a.inhrelid
						WHERE a.inhparent = f.indexrelid AND b.indrelid = h.inhrelid AND b.indisvalid))
			WHEN f.index_name ~ '_ccnew\d*$' THEN 'left over from a REINDEX CONCURRENTLY that failed'
			WHEN f.index_name ~ '_ccold\d*$' THEN 'left over from a REINDEX CONCURRENTLY that did not finish: the new index is in use'
			WHEN NOT i.indislive THEN 'left over from a DROP INDEX CONCURRENTLY that did not finish'
			WHEN NOT i.indisready THEN 'its CREATE INDEX CONCURRENTLY failed before it was built'
			ELSE 'its CREATE INDEX CONCURRENTLY failed when it was checked' || CASE WHEN i.indisunique
				THEN ': it refuses duplicates, and no query uses it' ELSE '' END END,
		i.indisready, schema_guard.index_size(f.indexrelid, f.relkind, f.relfilenode, f.reltablespace), o.created_by, o.created_at, o.statement,
		schema_guard.index_drop_sql(f.relkind, f.table_identity, f.identity, f.conname),
		CASE WHEN f.relkind = 'i' AND f.index_name !~ '_cc(new|old)\d*$' AND i.indislive
			THEN pg_catalog.format('REINDEX INDEX CONCURRENTLY %s;', f.identity) END
	FROM schema_guard.locked_relations l, schema_guard.index_facts f JOIN pg_catalog.pg_index i ON i.indexrelid = f.indexrelid
	LEFT JOIN LATERAL schema_guard.index_origin(f.indexrelid, f.constraint_oid) o ON true
	WHERE NOT f.usable AND (pg_catalog.cardinality(schemas) = 0 OR f.schema_name = ANY (schemas))
		-- Those being built or dropped right now.
		AND f.indrelid NOT IN (SELECT p.relid FROM pg_catalog.pg_stat_progress_create_index p WHERE p.relid IS NOT NULL)
		AND f.indexrelid NOT IN (SELECT l.relation FROM pg_catalog.pg_locks l
			WHERE l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' AND l.relation IS NOT NULL)
	ORDER BY 1, 2;
END;
COMMENT ON FUNCTION schema_guard.invalid_indexes(text[]) IS
'indexes that no query uses because building or dropping them failed, and what to do with each; not those being built';

REVOKE EXECUTE ON FUNCTION schema_guard.redundant_indexes(text[]), schema_guard.invalid_indexes(text[]),
	schema_guard.file_size(oid, oid), schema_guard.partitioned_index_size(oid), schema_guard.index_size(oid, "char", oid, oid),
	schema_guard.index_drop_sql("char", text, text, name), schema_guard.index_create_sql(oid, oid[]), schema_guard.index_origin(oid, oid),
	schema_guard.table_writes(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.redundant_indexes(text[]), schema_guard.invalid_indexes(text[]),
	schema_guard.file_size(oid, oid), schema_guard.partitioned_index_size(oid), schema_guard.index_size(oid, "char", oid, oid),
	schema_guard.index_drop_sql("char", text, text, name), schema_guard.index_create_sql(oid, oid[]), schema_guard.index_origin(oid, oid),
	schema_guard.table_writes(oid) TO pg_monitor;
GRANT SELECT ON schema_guard.index_facts, schema_guard.locked_relations TO pg_monitor;
