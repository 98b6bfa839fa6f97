DELETE FROM schema_guard.statement_log WHERE attempt_boot IS NOT NULL;
DROP INDEX schema_guard.statement_log_attempt_key;
ALTER TABLE schema_guard.statement_log DROP COLUMN database_name;
ALTER TABLE schema_guard.statement_log DROP COLUMN attempt_number;
ALTER TABLE schema_guard.statement_log DROP COLUMN attempt_boot;
