-- One of each that a shop's first migration has; the second half changes what the first made.
CREATE SCHEMA shop;
CREATE TYPE shop.order_state AS ENUM ('new', 'paid', 'sent');
CREATE DOMAIN shop.amount AS numeric(12, 2) CONSTRAINT amount_check CHECK (VALUE >= 0);
CREATE TABLE shop.customers (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL UNIQUE
);
CREATE TABLE shop.orders (
	id bigserial PRIMARY KEY,
	customer_id bigint NOT NULL REFERENCES shop.customers,
	state shop.order_state NOT NULL DEFAULT 'new',
	total shop.amount,
	placed_at timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (id);
CREATE TABLE shop.orders_1 PARTITION OF shop.orders FOR VALUES FROM (1) TO (1000000);
CREATE INDEX orders_customer_id_idx ON shop.orders (customer_id);
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.placed_at := now();
	RETURN NEW;
END
$$;
CREATE TRIGGER orders_touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE VIEW shop.open_orders AS SELECT id, customer_id, total FROM shop.orders WHERE state <> 'sent';
CREATE MATERIALIZED VIEW shop.sales AS SELECT customer_id, sum(total) AS total FROM shop.orders GROUP BY customer_id;
COMMENT ON TABLE shop.orders IS 'what was ordered';
INSERT INTO shop.customers (email) VALUES ('a@example.org'), ('b@example.org');
INSERT INTO shop.orders (customer_id, total) SELECT id, 10 FROM shop.customers;

ALTER TABLE shop.customers ADD COLUMN name text, ADD COLUMN nickname text DEFAULT 'none', ALTER COLUMN email TYPE varchar(320);
ALTER TABLE shop.customers RENAME COLUMN nickname TO alias;
ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY customers_all ON shop.customers USING (true);
GRANT SELECT ON shop.customers TO pg_monitor;
ALTER INDEX shop.orders_customer_id_idx RENAME TO orders_customer_idx;
CREATE RULE open_orders_ro AS ON DELETE TO shop.open_orders DO INSTEAD NOTHING;
CREATE STATISTICS shop.orders_stats ON customer_id, state FROM shop.orders;
DO $$ BEGIN EXECUTE 'CREATE INDEX ' || quote_ident('orders_placed_idx') || ' ON shop.orders (placed_at)'; END $$;
REFRESH MATERIALIZED VIEW shop.sales;
TRUNCATE shop.orders;
