-- case: new
-- setup
CREATE TABLE t (a int, b int);
-- new
CREATE POLICY p ON t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;

-- case: using
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE POLICY p ON t USING (a > 0);
-- new
CREATE POLICY p ON t USING (a > 1);

-- case: using_dropped
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE POLICY p ON t USING (a > 0) WITH CHECK (b > 0);
-- new
CREATE POLICY p ON t WITH CHECK (b > 0);

-- case: check
-- setup
CREATE TABLE t (a int, b int);
CREATE POLICY p ON t USING (a > 0);
-- new
ALTER POLICY p ON t USING (a > 0) WITH CHECK (b = 1);

-- case: command
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE POLICY p ON t FOR ALL USING (a > 0);
CREATE POLICY q ON t FOR INSERT WITH CHECK (a > 0);
-- new
CREATE POLICY p ON t FOR SELECT USING (a > 0);
CREATE POLICY q ON t FOR UPDATE WITH CHECK (a > 0);

-- case: command_delete
-- setup
CREATE TABLE t (a int, b int);
-- new
CREATE POLICY p ON t FOR DELETE USING (a > 0);

-- case: restrictive
-- setup
CREATE TABLE t (a int, b int);
-- old
CREATE POLICY p ON t AS PERMISSIVE USING (a > 0);
-- new
CREATE POLICY p ON t AS RESTRICTIVE USING (a > 0);

-- case: roles
-- setup
CREATE TABLE t (a int, b int);
CREATE POLICY p ON t TO PUBLIC USING (a > 0);
-- new
ALTER POLICY p ON t TO bob, alice;

-- case: subselect
-- setup
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int);
-- new
CREATE POLICY p ON t USING (EXISTS (SELECT FROM u WHERE u.a = t.a) AND current_user = 'bob');

-- case: comment
-- setup
CREATE TABLE t (a int, b int);
CREATE POLICY p ON t;
-- new
COMMENT ON POLICY p ON t IS 'x';

-- case: to_whoever
-- setup
CREATE TABLE t (a int, b int);
-- new
CREATE POLICY p ON t TO SESSION_USER, "Role ""q""";
