DROP TABLE schema_guard.usage_day;
DROP TABLE schema_guard.usage_counter;
DROP TABLE schema_guard.usage_object;
DROP TABLE schema_guard.usage_sample;
DROP TABLE schema_guard.usage_node;
