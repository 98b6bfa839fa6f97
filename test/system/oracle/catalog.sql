-- What PostgreSQL itself knows of a schema, a line per catalog row: the yardstick that ddl_objects is measured with.
--
-- address  the object as DDL addresses it (null: the row is only a part of another object)
-- unit     the object whose ALTER covers the row: a column's table, an enum label's type
-- own      a statement that makes or drops this object has to name it, its unit is not enough
-- holder   the table of an index or constraint: ALTER TABLE replaces these by ones of the same name when a column's type changes
-- content  the row as it is stored, where names are OIDs: renaming a table does not change its index; version: what any write of the row changes
WITH
shown AS MATERIALIZED
(
	SELECT c.oid
	FROM pg_class c
	JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.oid >= 16384 AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname <> 'schema_guard'
),
line (address, unit, own, content, version) AS
(
	SELECT ARRAY['pg_class'::regclass::oid::int8, oid::int8, 0], CASE WHEN relkind = 'c' THEN ARRAY['pg_type'::regclass::oid::int8, reltype::int8, 0] END, relkind <> 'c',
		   to_jsonb(c) - '{relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,relhasindex,relhastriggers,
							relhasrules,relhassubclass,relchecks,relfilenode,reltoastrelid}'::text[],
		   c.xmin::text || ':' || c.relfilenode
	FROM pg_class c WHERE oid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT CASE WHEN relkind NOT IN ('i', 'I', 'S') THEN ARRAY['pg_class'::regclass::oid::int8, attrelid::int8, attnum] END,
		   CASE WHEN relkind = 'c' THEN ARRAY['pg_type'::regclass::oid::int8, reltype::int8, 0] ELSE ARRAY['pg_class'::regclass::oid::int8, attrelid::int8, 0] END, false,
		   to_jsonb(a) - '{attmissingval,atthasmissing}'::text[], a.xmin::text
	FROM pg_attribute a
	JOIN pg_class c ON c.oid = attrelid
	WHERE attrelid IN (SELECT oid FROM shown) AND attnum > 0 AND NOT attisdropped
  UNION ALL
	SELECT ARRAY['pg_attrdef'::regclass::oid::int8, oid::int8, 0], ARRAY['pg_class'::regclass::oid::int8, adrelid::int8, 0], false,
		   to_jsonb(d), d.xmin::text
	FROM pg_attrdef d WHERE adrelid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT ARRAY['pg_constraint'::regclass::oid::int8, oid::int8, 0],
		   CASE WHEN conrelid <> 0 THEN ARRAY['pg_class'::regclass::oid::int8, conrelid::int8, 0] ELSE ARRAY['pg_type'::regclass::oid::int8, contypid::int8, 0] END,
		   false, to_jsonb(c), c.xmin::text
	FROM pg_constraint c WHERE conrelid IN (SELECT oid FROM shown) OR (contypid >= 16384 AND connamespace::regnamespace::text <> 'schema_guard')
  UNION ALL
	-- The triggers behind a foreign key belong to the table that has the key, the one on the other table too.
	SELECT ARRAY['pg_trigger'::regclass::oid::int8, t.oid::int8, 0],
		   ARRAY['pg_class'::regclass::oid::int8, (CASE WHEN tgisinternal THEN coalesce(c.conrelid, tgrelid) ELSE tgrelid END)::int8, 0], NOT tgisinternal,
		   to_jsonb(t), t.xmin::text
	FROM pg_trigger t
	LEFT JOIN pg_constraint c ON c.oid = tgconstraint
	WHERE tgrelid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT ARRAY['pg_rewrite'::regclass::oid::int8, r.oid::int8, 0], ARRAY['pg_class'::regclass::oid::int8, ev_class::int8, 0], rulename <> '_RETURN',
		   to_jsonb(r), r.xmin::text
	FROM pg_rewrite r WHERE ev_class IN (SELECT oid FROM shown)
  UNION ALL
	SELECT ARRAY['pg_policy'::regclass::oid::int8, oid::int8, 0], ARRAY['pg_class'::regclass::oid::int8, polrelid::int8, 0], true,
		   to_jsonb(p), p.xmin::text
	FROM pg_policy p WHERE polrelid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT ARRAY['pg_proc'::regclass::oid::int8, oid::int8, 0], NULL, true,
		   to_jsonb(p), p.xmin::text
	FROM pg_proc p WHERE oid >= 16384 AND pronamespace::regnamespace::text <> 'schema_guard'
  UNION ALL
	-- Row types and array types come and go with their relation or element.
	SELECT ARRAY['pg_type'::regclass::oid::int8, t.oid::int8, 0],
		   CASE WHEN coalesce(c.relkind, 'c') <> 'c' THEN ARRAY['pg_class'::regclass::oid::int8, c.oid::int8, 0]
				WHEN e.oid IS NOT NULL THEN ARRAY['pg_type'::regclass::oid::int8, e.oid::int8, 0] END,
		   coalesce(c.relkind, 'c') = 'c' AND e.oid IS NULL AND t.typtype <> 'm',
		   to_jsonb(t), t.xmin::text
	FROM pg_type t
	LEFT JOIN pg_type e ON e.typarray = t.oid
	LEFT JOIN pg_class c ON c.oid = coalesce(e.typrelid, t.typrelid) AND c.oid <> 0
	WHERE t.oid >= 16384 AND t.typnamespace::regnamespace::text <> 'schema_guard' AND t.typnamespace::regnamespace::text !~ '^pg_(toast|temp)'
  UNION ALL
	SELECT NULL, ARRAY['pg_type'::regclass::oid::int8, enumtypid::int8, 0], false, to_jsonb(e), e.xmin::text
	FROM pg_enum e WHERE enumtypid::regtype::text !~ '^schema_guard\.'
  UNION ALL
	SELECT NULL, ARRAY['pg_class'::regclass::oid::int8, indexrelid::int8, 0], false,
		   to_jsonb(i) - 'indcheckxmin', i.xmin::text
	FROM pg_index i WHERE indexrelid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT NULL, ARRAY['pg_class'::regclass::oid::int8, seqrelid::int8, 0], false, to_jsonb(s), s.xmin::text
	FROM pg_sequence s WHERE seqrelid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT NULL, ARRAY['pg_class'::regclass::oid::int8, inhrelid::int8, 0], false, to_jsonb(i), i.xmin::text
	FROM pg_inherits i WHERE inhrelid IN (SELECT oid FROM shown)
  UNION ALL
	SELECT ARRAY['pg_namespace'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(n), n.xmin::text
	FROM pg_namespace n WHERE nspname !~ '^pg_(toast|temp)' AND nspname <> 'schema_guard'
  UNION ALL
	SELECT ARRAY['pg_extension'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(e), e.xmin::text
	FROM pg_extension e WHERE extname <> 'schema_guard'
  UNION ALL
	SELECT ARRAY['pg_cast'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(c), c.xmin::text FROM pg_cast c WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_operator'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(o), o.xmin::text FROM pg_operator o WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_opclass'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(o), o.xmin::text FROM pg_opclass o WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_opfamily'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(o), o.xmin::text FROM pg_opfamily o WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_collation'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(c), c.xmin::text FROM pg_collation c WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_ts_config'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(c), c.xmin::text FROM pg_ts_config c WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_ts_dict'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(d), d.xmin::text FROM pg_ts_dict d WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_language'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(l), l.xmin::text FROM pg_language l WHERE oid >= 16384
  UNION ALL
	SELECT ARRAY['pg_statistic_ext'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(s), s.xmin::text
	FROM pg_statistic_ext s
  UNION ALL
	SELECT ARRAY['pg_publication'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(p), p.xmin::text FROM pg_publication p
  UNION ALL
	SELECT ARRAY['pg_foreign_server'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(s), s.xmin::text FROM pg_foreign_server s
  UNION ALL
	SELECT ARRAY['pg_authid'::regclass::oid::int8, oid::int8, 0], NULL, true, to_jsonb(r) - '{rolpassword}'::text[], r.xmin::text
	FROM pg_authid r WHERE oid >= 16384
  UNION ALL
	SELECT NULL, ARRAY['pg_authid'::regclass::oid::int8, roleid::int8, 0], false, to_jsonb(m), m.xmin::text
	FROM pg_auth_members m WHERE roleid >= 16384
  UNION ALL
	-- A comment is part of what it describes, a column's comment of the table.
	SELECT NULL, ARRAY[classoid::int8, objoid::int8, 0], false, to_jsonb(d), d.xmin::text
	FROM pg_description d
	WHERE objoid >= 16384 AND (classoid <> 'pg_class'::regclass OR objoid IN (SELECT oid FROM shown))
		  AND classoid <> 'pg_extension'::regclass AND coalesce((pg_identify_object(classoid, objoid, 0)).schema, '') <> 'schema_guard'
		  AND (pg_identify_object(classoid, objoid, 0)).identity !~ '^schema_guard'
)
SELECT coalesce(json_agg(json_build_object('address', address, 'unit', coalesce(unit, address), 'own', own,
		   'holder', CASE WHEN address[1] = 'pg_constraint'::regclass::oid THEN unit
						  WHEN address[1] = 'pg_class'::regclass::oid
						  THEN (SELECT ARRAY['pg_class'::regclass::oid::int8, indrelid::int8, 0] FROM pg_index WHERE indexrelid = address[2]::oid) END,
		   'type', i.type, 'identity', i.identity, 'content', md5(content::text), 'version', version)), '[]')
FROM line
LEFT JOIN LATERAL pg_identify_object(address[1]::oid, address[2]::oid, address[3]::int) i ON address IS NOT NULL;
