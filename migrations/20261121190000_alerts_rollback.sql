DROP INDEX schema_guard.statement_log_started_at;
DROP TABLE schema_guard.alert_thresholds;
DROP TABLE schema_guard.alert_log;
