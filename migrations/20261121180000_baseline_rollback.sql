DROP TABLE schema_guard.baseline;
