-- Verify shop:orders on pg
SELECT id, customer_id FROM orders WHERE false;
