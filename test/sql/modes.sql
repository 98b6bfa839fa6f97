-- What each mode says and does about the same statement.
CREATE EXTENSION schema_guard;

CREATE TABLE in_observe (id int);
SELECT schema_guard.set_mode('warn', 'to see what enforce would refuse');
CREATE TABLE in_warn (id int);
SELECT schema_guard.protect('in_warn', 'to see two warnings at once');
DROP TABLE in_warn;
SELECT schema_guard.set_mode('enforce', 'to see what enforce refuses');
CREATE TABLE in_enforce (id int);
SELECT schema_guard.set_mode('off', 'to see nothing at all');
CREATE TABLE in_off (id int);

SELECT command_tag, objects, decision, allowed_by, violations FROM schema_guard.ddl_log WHERE outcome = 'committed' ORDER BY started_at, xid, ordinal;
