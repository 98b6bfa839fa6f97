-- Settings of the server: the classes that are guarded, how long an override lasts, what the switch does.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\i :source/test/sql/include/setting.sql
\set ECHO all
\pset format unaligned
CREATE EXTENSION schema_guard;
CREATE TABLE t (id int PRIMARY KEY);
SELECT schema_guard.set_mode('enforce', 'rules are in force now');
SELECT count(*) > 0 FROM fresh();

-- Classes.
CALL setting('schema_guard.guarded_classes = ''maintenance''');
SHOW schema_guard.guarded_classes;
CREATE TABLE structure1 (id int);
GRANT SELECT ON t TO pg_monitor;
TRUNCATE t;
SELECT told('REINDEX TABLE t');
SELECT told('CLUSTER t USING t_pkey');
CALL setting('schema_guard.guarded_classes = ''access, data''');
CREATE TABLE structure2 (id int);
SELECT told('REVOKE SELECT ON t FROM pg_monitor');
SELECT told('TRUNCATE t');
REINDEX TABLE t;
SELECT tag, class, objects, decision FROM news();
CALL setting('schema_guard.guarded_classes = ''structure, nonsense''');
SHOW schema_guard.guarded_classes;
CALL setting('schema_guard.guarded_classes = ''structure, access, data''');
SHOW schema_guard.guarded_classes;
SELECT told('CREATE TABLE structure3 (id int)');

-- An override ends.
CALL setting('schema_guard.override_timeout = 1');
SET schema_guard.override = 'INC-4711 one second of grace';
CREATE TABLE in_time (id int);
SELECT pg_sleep(1.1);
SELECT told('CREATE TABLE too_late (id int)');
SELECT value, detail FROM schema_guard.status() WHERE item = 'override';
SET schema_guard.override = 'INC-4711 another second';
CREATE TABLE again (id int);
-- A setting taken back by a rollback was never made: the first one, over by now, is back.
BEGIN;
SET schema_guard.override = 'INC-4711 in a block';
ROLLBACK;
SELECT pg_sleep(1.1);
SELECT told('CREATE TABLE too_late (id int)');
RESET schema_guard.override;
SELECT told('CREATE TABLE too_late (id int)');
CALL setting('schema_guard.override_timeout = 900');
SELECT tag, objects, decision FROM news();

-- The emergency switch: nothing is guarded, nothing recorded, and what happened meanwhile is not known.
CALL setting('schema_guard.enabled = off');
CREATE TABLE unguarded (id int);
DROP TABLE t;
SELECT value FROM schema_guard.status() WHERE item = 'enabled';
SELECT * FROM news();
CALL setting('schema_guard.enabled = on');
SELECT told('CREATE TABLE guarded_again (id int)');
SET schema_guard.override = 'INC-4712 the extension has to go';
DROP EXTENSION schema_guard;
RESET schema_guard.override;
CREATE TABLE free (id int);
