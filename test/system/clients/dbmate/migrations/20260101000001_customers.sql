-- migrate:up
CREATE TABLE customers (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers);
CREATE TYPE order_state AS ENUM ('new', 'paid');
ALTER TABLE orders ADD COLUMN state order_state NOT NULL DEFAULT 'new';
COMMENT ON COLUMN orders.state IS 'how far it is';

-- migrate:down
DROP TABLE orders;
DROP TYPE order_state;
DROP TABLE customers;
