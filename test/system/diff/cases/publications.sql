-- case: empty
-- new
CREATE PUBLICATION @case;

-- case: all_tables
-- old
CREATE PUBLICATION @case;
-- new
CREATE PUBLICATION @case FOR ALL TABLES;

-- case: tables
-- setup
CREATE TABLE t (a int PRIMARY KEY);
CREATE TABLE u (a int PRIMARY KEY);
CREATE TABLE v (a int PRIMARY KEY);
CREATE PUBLICATION @case FOR TABLE t, ONLY u;
-- new
ALTER PUBLICATION @case SET TABLE u, v;

-- case: table_added
-- setup
CREATE TABLE t (a int PRIMARY KEY);
CREATE PUBLICATION @case;
-- new
ALTER PUBLICATION @case ADD TABLE t;

-- case: table_dropped
-- setup
CREATE TABLE t (a int PRIMARY KEY);
CREATE PUBLICATION @case FOR TABLE t;
-- new
ALTER PUBLICATION @case DROP TABLE t;

-- case: columns
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int, c int);
CREATE PUBLICATION @case FOR TABLE t (a, b);
-- new
ALTER PUBLICATION @case SET TABLE t (a, c);

-- case: filter
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int, c int);
CREATE PUBLICATION @case FOR TABLE t;
-- new
ALTER PUBLICATION @case SET TABLE t WHERE (a > 5);

-- case: filter_and_columns
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int, c int);
-- old
CREATE PUBLICATION @case FOR TABLE t (a) WHERE (a > 5);
-- new
CREATE PUBLICATION @case FOR TABLE t (a, b) WHERE (a > 6);

-- case: schemas
-- setup
CREATE PUBLICATION @case;
-- new
ALTER PUBLICATION @case ADD TABLES IN SCHEMA @case;

-- case: schemas_current
-- new
CREATE PUBLICATION @case FOR TABLES IN SCHEMA CURRENT_SCHEMA;

-- case: schemas_set
-- setup
CREATE SCHEMA @case__b;
CREATE PUBLICATION @case FOR TABLES IN SCHEMA @case;
-- new
ALTER PUBLICATION @case SET TABLES IN SCHEMA @case__b;

-- case: schemas_dropped
-- setup
CREATE PUBLICATION @case FOR TABLES IN SCHEMA @case;
-- new
ALTER PUBLICATION @case DROP TABLES IN SCHEMA @case;

-- case: publish
-- setup
CREATE PUBLICATION @case WITH (publish = 'insert, update');
-- new
ALTER PUBLICATION @case SET (publish = 'insert, delete, truncate');

-- case: publish_nothing
-- new
CREATE PUBLICATION @case WITH (publish = '');

-- case: publish_via_partition_root
-- setup
CREATE PUBLICATION @case;
-- new
ALTER PUBLICATION @case SET (publish_via_partition_root = true);

-- case: publish_generated_columns
-- version: 18
-- setup
CREATE PUBLICATION @case;
-- new
ALTER PUBLICATION @case SET (publish_generated_columns = stored);

-- case: owner_comment
-- setup
CREATE PUBLICATION @case;
-- new
ALTER PUBLICATION @case OWNER TO dave;
COMMENT ON PUBLICATION @case IS 'x';

-- case: column_type_under_it
-- setup
CREATE TABLE t (a int PRIMARY KEY, b int);
-- old
CREATE PUBLICATION @case FOR TABLE t (a, b) WHERE (b > 5);
ALTER TABLE t REPLICA IDENTITY FULL;
-- new
ALTER TABLE t ALTER b TYPE bigint;
CREATE PUBLICATION @case FOR TABLE t (a, b) WHERE (b > 5);
ALTER TABLE t REPLICA IDENTITY FULL;

-- case: subscription
-- new
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere dbname=x' PUBLICATION a, "B c" WITH (connect = false);

-- case: subscription_publications
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere dbname=x' PUBLICATION a, b WITH (connect = false);
-- new
ALTER SUBSCRIPTION @case SET PUBLICATION b, c WITH (refresh = false);

-- case: subscription_publication_added
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere dbname=x' PUBLICATION a WITH (connect = false);
-- new
ALTER SUBSCRIPTION @case ADD PUBLICATION b WITH (refresh = false);

-- case: subscription_publication_dropped
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere dbname=x' PUBLICATION a, b WITH (connect = false);
-- new
ALTER SUBSCRIPTION @case DROP PUBLICATION b WITH (refresh = false);

-- case: subscription_connection
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere dbname=x' PUBLICATION a WITH (connect = false);
-- new
ALTER SUBSCRIPTION @case CONNECTION 'host=nowhere dbname=y';

-- case: subscription_options
-- version: 15 to 17
-- old
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false);
-- new
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false, slot_name = 'slot', binary = true, streaming = true, two_phase = true,
	disable_on_error = true, synchronous_commit = 'off');

-- case: subscription_options_set
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false, slot_name = NONE, enabled = false, create_slot = false);
-- new
ALTER SUBSCRIPTION @case SET (slot_name = 'other', binary = true, streaming = true, disable_on_error = true, synchronous_commit = 'local');

-- case: subscription_options_16
-- version: 16
-- old
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false);
-- new
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false, streaming = parallel, password_required = false, run_as_owner = true, origin = none);

-- case: subscription_options_17
-- version: 17
-- new
CREATE SUBSCRIPTION @case CONNECTION 'host=nowhere' PUBLICATION a WITH (connect = false, failover = true, two_phase = true, slot_name = 'slot');

-- case: subscription_enabled
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=/nowhere' PUBLICATION a WITH (connect = false);
-- new
COMMENT ON SUBSCRIPTION @case IS 'x';
ALTER SUBSCRIPTION @case OWNER TO dave;

-- case: subscription_disabled
-- alone
-- setup
CREATE SUBSCRIPTION @case CONNECTION 'host=/nowhere' PUBLICATION a WITH (connect = false, slot_name = 'x');
-- new
ALTER SUBSCRIPTION @case ENABLE;
ALTER SUBSCRIPTION @case DISABLE;
ALTER SUBSCRIPTION @case SET (slot_name = 'y');
