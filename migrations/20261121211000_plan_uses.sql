-- Plans that use an index, beside scans of it: the planner scans indexes, too.
ALTER TABLE schema_guard.usage_counter ADD COLUMN plan_uses bigint NOT NULL DEFAULT 0;
ALTER TABLE schema_guard.usage_day ADD COLUMN plan_uses bigint NOT NULL DEFAULT 0;
-- Since when plans were looked at without a gap; null where they are not.
ALTER TABLE schema_guard.usage_sample ADD COLUMN plans_from timestamp with time zone;
ALTER TABLE schema_guard.usage_node ADD COLUMN plans_since timestamp with time zone;
