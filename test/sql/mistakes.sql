-- A statement that names what the server cannot make out fails in the server's own words in every mode.
\set ECHO none
\getenv source SOURCE
\i :source/test/sql/include/news.sql
\set ECHO all
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION schema_guard;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION twice(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA locked;
CREATE ROLE schema_guard_mistaken;
CREATE TEMP TABLE mistakes (ordinal int, statement text);
INSERT INTO mistakes VALUES
	(1, 'DROP FUNCTION twice'),
	(2, 'DROP FUNCTION IF EXISTS twice'),
	(3, 'ALTER PROCEDURE twice(int) RENAME TO once'),
	(4, 'DROP AGGREGATE twice(int)'),
	(5, 'ALTER TABLE far.too.many.dots ADD COLUMN c int'),
	(6, 'ALTER TABLE elsewhere.public.t ADD COLUMN c int'),
	(7, 'DROP TYPE pg_catalog.int4[3]');
SELECT statement, told(statement) FROM mistakes ORDER BY ordinal;
SELECT schema_guard.set_mode('enforce', 'mistakes are tested');
SELECT statement, told(statement) FROM mistakes ORDER BY ordinal;
SET schema_guard.migration = '20261121120000_mistakes';
SELECT statement, told(statement) FROM mistakes ORDER BY ordinal;

-- What a user may not look into is not told by the guard either.
GRANT SET ON PARAMETER schema_guard.migration TO schema_guard_mistaken;
SET ROLE schema_guard_mistaken;
SELECT told('DROP FUNCTION locked.f()');
RESET schema_guard.migration;
SELECT told('DROP FUNCTION locked.f()');
RESET ROLE;

SET schema_guard.migration = '20261121120000_mistakes';
DROP OWNED BY schema_guard_mistaken;
DROP ROLE schema_guard_mistaken;
SELECT schema_guard.set_mode('off', 'the test is over');
