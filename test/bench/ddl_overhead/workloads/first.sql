-- The first statement of a session, as of a migration tool that connects for each step; undone so that all begin alike.
CREATE TABLE bench_first (id integer PRIMARY KEY, name text NOT NULL DEFAULT '');
DROP TABLE bench_first;
