-- Naming: rules, presets, and what the live schema violates.

CREATE FUNCTION schema_guard.add_naming_rule(name text, object_type text, pattern text, kind text DEFAULT 'regex',
		severity text DEFAULT 'error', message text DEFAULT NULL, schema_pattern text DEFAULT '*', exceptions text[] DEFAULT '{}')
	RETURNS void
	AS 'MODULE_PATHNAME', 'schema_guard_add_naming_rule'
	LANGUAGE C VOLATILE;
COMMENT ON FUNCTION schema_guard.add_naming_rule(text, text, text, text, text, text, text, text[]) IS
	'adds a naming rule; kind is regex, template or builtin';
REVOKE EXECUTE ON FUNCTION schema_guard.add_naming_rule(text, text, text, text, text, text, text, text[]) FROM PUBLIC;

CREATE FUNCTION schema_guard.drop_naming_rule(name text)
	RETURNS void
	AS 'MODULE_PATHNAME', 'schema_guard_drop_naming_rule'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.drop_naming_rule(text) IS 'drops a naming rule';
REVOKE EXECUTE ON FUNCTION schema_guard.drop_naming_rule(text) FROM PUBLIC;

CREATE FUNCTION schema_guard.use_naming_preset(preset text, severity text DEFAULT 'error', schema_pattern text DEFAULT '*')
	RETURNS void
	AS 'MODULE_PATHNAME', 'schema_guard_use_naming_preset'
	LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION schema_guard.use_naming_preset(text, text, text) IS
	'puts the rules of a preset (postgresql, snake_case, prefixed, django, rails, prisma or none) in the place of those an earlier preset brought for the same schemas';
REVOKE EXECUTE ON FUNCTION schema_guard.use_naming_preset(text, text, text) FROM PUBLIC;

CREATE FUNCTION schema_guard.check_names(schema_pattern text DEFAULT '*', type text DEFAULT '*')
	RETURNS TABLE (object_type text, identity text, rule text, severity text, problem text, suggested_name text, rename_sql text)
	AS 'MODULE_PATHNAME', 'schema_guard_check_names'
	LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION schema_guard.check_names(text, text) IS
	'lists what the names of the live schema violate, with a better name and the statement that renames';

CREATE FUNCTION schema_guard.suggest_name(type text, name text)
	RETURNS text
	AS 'MODULE_PATHNAME', 'schema_guard_suggest_name'
	LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION schema_guard.suggest_name(text, text) IS
	'a plain snake_case name for an object of this type: OrderItems is order_items';
