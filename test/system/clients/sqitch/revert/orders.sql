-- Revert shop:orders from pg
DROP INDEX CONCURRENTLY orders_customer_id_idx;
BEGIN;
DROP VIEW order_counts;
DROP TABLE orders;
COMMIT;
