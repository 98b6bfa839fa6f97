DROP TABLE schema_guard.table_size;
