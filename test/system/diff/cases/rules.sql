-- case: new
-- setup
CREATE TABLE t (a int, b int);
CREATE TABLE l (a int, b int);
-- new
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO l VALUES (NEW.a, NEW.b);

-- case: event
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING;
-- new
CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING;

-- case: also_instead
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
-- new
CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING;

-- case: condition
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
-- new
CREATE RULE r AS ON DELETE TO t WHERE OLD.a > 3 DO INSTEAD NOTHING;

-- case: commands
-- setup
CREATE TABLE t (a int, b int);
CREATE TABLE l (a int, b int);
-- old
CREATE RULE r AS ON UPDATE TO t DO INSERT INTO l VALUES (OLD.a, NEW.b);
-- new
CREATE RULE r AS ON UPDATE TO t DO (INSERT INTO l VALUES (OLD.a, NEW.b); DELETE FROM l WHERE a = 0);

-- case: disabled
-- setup
CREATE TABLE t (a int, b int);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
-- new
ALTER TABLE t DISABLE RULE r;

-- case: enabled
-- setup
CREATE TABLE t (a int, b int);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
ALTER TABLE t DISABLE RULE r;
-- new
ALTER TABLE t ENABLE RULE r;

-- case: replica
-- setup
CREATE TABLE t (a int, b int);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
-- new
ALTER TABLE t ENABLE REPLICA RULE r;

-- case: always
-- setup
CREATE TABLE t (a int, b int);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
-- new
ALTER TABLE t ENABLE ALWAYS RULE r;

-- case: on_view
-- setup
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
-- new
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (NEW.a) RETURNING a;

-- case: comment
-- setup
CREATE TABLE t (a int, b int);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
-- new
COMMENT ON RULE r ON t IS 'x';
