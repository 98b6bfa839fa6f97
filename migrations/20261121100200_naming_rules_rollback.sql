DROP TABLE schema_guard.naming_rules;
