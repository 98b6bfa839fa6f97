-- status() says what holds in this session.
BEGIN;
CREATE EXTENSION schema_guard;
SELECT plan(4);

SELECT results_eq($$SELECT value, detail FROM schema_guard.status() WHERE item = 'override'$$,
	$$VALUES ('', 'none declared by this session')$$, 'no override');

SET LOCAL schema_guard.override = 'a reason that is long enough';
SELECT results_eq($$SELECT value, detail FROM schema_guard.status() WHERE item = 'override'$$,
	$$VALUES ('a reason that is long enough', 'ends 900 seconds after it was set')$$, 'an override');

SET LOCAL schema_guard.migration = '20261121120000_status';
SELECT results_eq($$SELECT value, detail FROM schema_guard.status() WHERE item = 'migration'$$,
	$$VALUES ('20261121120000_status', 'declared by this session')$$, 'a migration');

SELECT results_eq($$SELECT value FROM schema_guard.status() WHERE item IN ('mode', 'preloaded', 'enabled') ORDER BY item$$,
	$$VALUES ('on'), ('observe'), ('yes')$$, 'as installed');

SELECT * FROM finish();
ROLLBACK;
