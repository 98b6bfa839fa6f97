-- Deploy shop:orders to pg
-- requires: customers
BEGIN;

CREATE TABLE orders (
	id bigserial PRIMARY KEY,
	customer_id bigint NOT NULL REFERENCES customers
);
CREATE VIEW order_counts AS SELECT customer_id, count(*) FROM orders GROUP BY customer_id;

COMMIT;

CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
