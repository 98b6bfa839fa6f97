ALTER TABLE schema_guard.snapshot_label DROP COLUMN hashes;
