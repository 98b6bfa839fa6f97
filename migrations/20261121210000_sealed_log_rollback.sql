DROP TABLE schema_guard.log_block;
ALTER TABLE schema_guard.statement_log DROP COLUMN leaf;
