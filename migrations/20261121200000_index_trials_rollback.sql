DROP TABLE schema_guard.index_trial;
