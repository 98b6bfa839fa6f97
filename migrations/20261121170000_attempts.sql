-- What was refused, failed or was rolled back: rows that the worker writes, told from all others by these columns.
-- Together boot and number are the attempt: a worker that died after its commit does not write it twice.
ALTER TABLE schema_guard.statement_log ADD COLUMN attempt_boot bigint;
ALTER TABLE schema_guard.statement_log ADD COLUMN attempt_number bigint;
-- Where it was run, when that was not here: what is done to the cluster from a database without the extension.
ALTER TABLE schema_guard.statement_log ADD COLUMN database_name text;
CREATE UNIQUE INDEX statement_log_attempt_key ON schema_guard.statement_log (attempt_boot, attempt_number)
	WHERE attempt_boot IS NOT NULL;
