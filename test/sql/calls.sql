-- Each call that changes the guard is recorded so that it can be run again, and then says the same.
CREATE EXTENSION schema_guard;
CREATE TABLE orders (id int, total numeric);
CREATE FUNCTION order_total(int) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';

\set QUIET on
\pset tuples_only on
SELECT schema_guard.set_mode('warn', 'it''s a test of the log');
SELECT schema_guard.freeze('2100-01-01 00:00+00', '2100-02-01 00:00+00', 'a freeze that is far away');
SELECT schema_guard.protect('orders', 'the books depend on it');
SELECT schema_guard.protect('column', 'orders.total', 'the books depend on it');
SELECT schema_guard.protect('function', 'order_total(int)', 'the books depend on it');
SELECT schema_guard.protect('schema', 'public', 'the books depend on it');
SELECT schema_guard.exempt('*', 'etl_*', '{"CREATE TABLE","* INDEX"}', 'nightly staging tables');
SELECT schema_guard.add_naming_rule('no digits', 'table', '^\D*$', exceptions => ARRAY['a"b', 'c''d']);
SELECT schema_guard.unprotect('function', 'order_total(int)', 'no book depends on it');
SELECT schema_guard.unprotect('column', 'orders.total', 'no book depends on it');
SELECT schema_guard.end_exemption('*', 'etl_*', 'no staging tables any more');
SELECT schema_guard.unfreeze('there is no freeze any more');
SELECT schema_guard.drop_naming_rule('no digits');

SELECT count(*) AS calls, max(started_at) AS called FROM schema_guard.ddl_log WHERE class = 'guard' \gset
SELECT statement FROM schema_guard.ddl_log WHERE class = 'guard' ORDER BY started_at \gexec
SELECT count(*), :calls FROM schema_guard.ddl_log WHERE class = 'guard' AND started_at > :'called';
(SELECT ordered.statement FROM (SELECT statement, row_number() OVER (ORDER BY started_at) n FROM schema_guard.ddl_log
	WHERE class = 'guard' AND started_at <= :'called') ordered
JOIN (SELECT statement, row_number() OVER (ORDER BY started_at) n FROM schema_guard.ddl_log
	WHERE class = 'guard' AND started_at > :'called') again USING (n) WHERE ordered.statement <> again.statement);
