-- What the catalogs had of each object when the snapshot was taken, as hashes: what is the same now need not be read to be
-- compared.  Null: not known, as of imported snapshots.
ALTER TABLE schema_guard.snapshot_label ADD COLUMN hashes bytea;
