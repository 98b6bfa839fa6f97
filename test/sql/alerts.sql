-- check_alerts(): each condition made, seen, raised, acknowledged, and over.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
CREATE ROLE regress_watcher IN ROLE pg_monitor;
CREATE SEQUENCE up MAXVALUE 101;
CREATE SEQUENCE down INCREMENT -1 MINVALUE -101 MAXVALUE -1;
CREATE SEQUENCE round MAXVALUE 101 CYCLE;
CREATE TABLE wide (id serial PRIMARY KEY, n smallint);
CREATE SEQUENCE feeds;
CREATE TABLE narrow (id integer DEFAULT nextval('feeds'), v integer);
CREATE INDEX narrow_v ON narrow (v);
CREATE TEMPORARY SEQUENCE passing MAXVALUE 3;
SELECT setval('passing', 3), setval('round', 101);
SELECT * FROM schema_guard.check_alerts();
SELECT count(*) FROM schema_guard.alerts;

-- sequences: at a threshold, over it, and renewed
SELECT setval('up', 75), setval('down', -76), setval('feeds', 1800000000);
SELECT * FROM schema_guard.check_alerts();
SELECT setval('up', 76);
SELECT * FROM schema_guard.check_alerts();
SELECT * FROM schema_guard.check_alerts();
SELECT id, state, count, first_seen < last_seen AS seen_again, resolved_at FROM schema_guard.alerts ORDER BY id;
SELECT schema_guard.acknowledge(3, 'we have a new range on Monday') \g (tuples_only)
SELECT schema_guard.acknowledge(1, 'it is too short') \g (tuples_only)
SELECT schema_guard.acknowledge(1, 'no') ;
SELECT schema_guard.acknowledge(4711, 'this one there is not');
SELECT setval('up', 96), setval('down', -2);
SELECT * FROM schema_guard.check_alerts();
SELECT id, kind, severity, state, object, acknowledged_by = current_user AS by_me, acknowledged_because, resolved_at IS NOT NULL AS over FROM schema_guard.alerts ORDER BY id;
SELECT schema_guard.acknowledge(2, 'this one is over already');
-- it comes again: another alert, the same fingerprint
SELECT setval('down', -90);
SELECT * FROM schema_guard.check_alerts();
SELECT count(*), count(DISTINCT fingerprint) FROM schema_guard.alerts WHERE object = 'public.down';
ALTER SEQUENCE up MAXVALUE 1000;
ALTER SEQUENCE down MINVALUE -1000;
ALTER SEQUENCE feeds RESTART;
SELECT id, event, object FROM schema_guard.check_alerts();

-- the guard's own
SELECT schema_guard.set_mode('off', 'nobody looks at night') \g (tuples_only)
CREATE TABLE unseen (id integer);
SELECT event, kind, severity, object, message FROM schema_guard.check_alerts() ORDER BY id;
SELECT schema_guard.set_mode('enforce', 'the day has come') \g (tuples_only)
SELECT event, kind, object FROM schema_guard.check_alerts() ORDER BY id;
SET schema_guard.override = 'to put things right';
DROP TABLE unseen;
ALTER EVENT TRIGGER schema_guard_sql_drop DISABLE;
SELECT event, kind, severity, object, regexp_replace(message, '^' || session_user, 'somebody') AS message FROM schema_guard.check_alerts() WHERE kind <> 'drift' ORDER BY id;
ALTER EVENT TRIGGER schema_guard_sql_drop ENABLE ALWAYS;
SELECT event, kind, severity, object FROM schema_guard.check_alerts() WHERE kind <> 'override_used' ORDER BY id;

-- indexes and constraints
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'narrow_v'::regclass;
ALTER TABLE narrow ADD CONSTRAINT positive CHECK (v > 0) NOT VALID;
SELECT event, kind, object, message FROM schema_guard.check_alerts() WHERE kind <> 'override_used' ORDER BY id;
SELECT schema_guard.set_threshold('constraint_not_valid', 0, NULL) \g (tuples_only)
SELECT event, kind, severity, object FROM schema_guard.check_alerts() WHERE kind <> 'override_used' ORDER BY id;
REINDEX INDEX narrow_v;
SELECT schema_guard.set_threshold('constraint_not_valid', NULL, NULL) \g (tuples_only)
SELECT schema_guard.set_threshold('drift', NULL, NULL) \g (tuples_only)
SELECT event, kind, severity, object FROM schema_guard.check_alerts() WHERE kind <> 'override_used' ORDER BY id;
SELECT kind, warning, critical FROM schema_guard.alert_kinds WHERE kind IN ('constraint_not_valid', 'drift', 'guard') ORDER BY kind;
SELECT schema_guard.set_threshold('weather', 1, 2);
SELECT schema_guard.set_threshold(NULL, 1, 2);
SELECT command_tag, statement FROM schema_guard.ddl_log WHERE command_tag = 'SET THRESHOLD' ORDER BY started_at LIMIT 1;

-- what is over for long is forgotten; the rows are the guard's
SET schema_guard.override = 'moving the clock';
UPDATE schema_guard.alert_log SET resolved_at = now() - interval '91 days' WHERE id = 2;
SELECT count(*) FROM schema_guard.check_alerts() WHERE kind <> 'override_used';
SELECT count(*) FROM schema_guard.alerts WHERE id = 2;
RESET schema_guard.override;
DELETE FROM schema_guard.alert_log;
DELETE FROM schema_guard.alert_thresholds;

-- who may
SET ROLE regress_watcher;
SELECT count(*) > 0 AS reads FROM schema_guard.alerts;
SELECT count(*) > 0 AS reads FROM schema_guard.alert_kinds;
SELECT count(*) AS waiting FROM schema_guard.lock_queues;
SELECT * FROM schema_guard.check_alerts();
SELECT schema_guard.acknowledge(1, 'I may not do that');
SELECT schema_guard.set_threshold('drift', 1, 1);
RESET ROLE;
SET schema_guard.override = 'end of the test';
DROP EXTENSION schema_guard;
DROP ROLE regress_watcher;
