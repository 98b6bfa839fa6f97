ALTER TABLE schema_guard.usage_node DROP COLUMN plans_since;
ALTER TABLE schema_guard.usage_sample DROP COLUMN plans_from;
ALTER TABLE schema_guard.usage_day DROP COLUMN plan_uses;
ALTER TABLE schema_guard.usage_counter DROP COLUMN plan_uses;
