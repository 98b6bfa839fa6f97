DROP TABLE schema_guard.snapshot_label;
DROP TABLE schema_guard.version_log;
DROP TYPE schema_guard.object_address;
