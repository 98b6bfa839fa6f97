DROP POLICY customers_all ON shop.customers;
DROP MATERIALIZED VIEW shop.sales;
DROP TRIGGER orders_touch ON shop.orders;
ALTER TABLE shop.customers DROP COLUMN name;
DROP TABLE shop.orders CASCADE;
DROP SCHEMA shop CASCADE;
