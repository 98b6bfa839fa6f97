-- Naming rules belong to whoever runs the database: none are shipped, all are dumped.
CREATE TABLE schema_guard.naming_rules (
	name text PRIMARY KEY,
	object_type text NOT NULL,
	schema_pattern text NOT NULL,
	kind text NOT NULL CHECK (kind OPERATOR(pg_catalog.=) ANY ('{regex,template,builtin}'::text[])),
	pattern text NOT NULL,
	severity text NOT NULL CHECK (severity OPERATOR(pg_catalog.=) ANY ('{error,warning}'::text[])),
	message text,
	exceptions text[] NOT NULL,
	preset text
);

COMMENT ON TABLE schema_guard.naming_rules IS 'What names must be like; changed by add_naming_rule(), drop_naming_rule() and use_naming_preset()';
COMMENT ON COLUMN schema_guard.naming_rules.name IS 'name of the rule, as messages give it';
COMMENT ON COLUMN schema_guard.naming_rules.object_type IS 'kind of object the rule is for; constraint and index for all their kinds, * for all objects';
COMMENT ON COLUMN schema_guard.naming_rules.schema_pattern IS 'shell pattern of the schemas it is for';
COMMENT ON COLUMN schema_guard.naming_rules.kind IS 'regex: pattern is an ICU regular expression; template: a name with placeholders; builtin: the name of a check';
COMMENT ON COLUMN schema_guard.naming_rules.pattern IS 'what names are compared with';
COMMENT ON COLUMN schema_guard.naming_rules.severity IS 'error: refused in mode enforce; warning: reported';
COMMENT ON COLUMN schema_guard.naming_rules.message IS 'said instead of the pattern when a name is wrong';
COMMENT ON COLUMN schema_guard.naming_rules.exceptions IS 'shell patterns of names the rule does not look at: name, table.name, schema.name or schema.table.name';
COMMENT ON COLUMN schema_guard.naming_rules.preset IS 'the preset that brought the rule; null for your own';

GRANT SELECT ON schema_guard.naming_rules TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('schema_guard.naming_rules', '');
