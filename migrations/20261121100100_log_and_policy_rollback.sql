DROP TABLE schema_guard.exemptions;
DROP TABLE schema_guard.protections;
DROP TABLE schema_guard.freezes;
DROP TABLE schema_guard.guard_mode;
DROP TABLE schema_guard.statement_log;
DROP TYPE schema_guard.object_change;
