-- Deploy shop:customers to pg
BEGIN;

CREATE TABLE customers (
	id bigserial PRIMARY KEY,
	email text NOT NULL UNIQUE
);
COMMENT ON TABLE customers IS 'who orders';

COMMIT;
