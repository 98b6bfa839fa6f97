-- Structure as a migration changes it, each statement a transaction of its own: the dearest case for a record.
CREATE TABLE bench_customers (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE bench_orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id integer NOT NULL REFERENCES bench_customers, placed_at timestamptz NOT NULL DEFAULT now(), total numeric NOT NULL CHECK (total >= 0));
CREATE INDEX bench_orders_customer_id_idx ON bench_orders (customer_id);
ALTER TABLE bench_orders ADD COLUMN note text;
ALTER TABLE bench_orders ALTER COLUMN note SET DEFAULT '';
COMMENT ON TABLE bench_orders IS 'What customers have ordered';
CREATE VIEW bench_totals AS SELECT customer_id, sum(total) AS total FROM bench_orders GROUP BY customer_id;
DROP VIEW bench_totals;
DROP TABLE bench_orders;
DROP TABLE bench_customers;
