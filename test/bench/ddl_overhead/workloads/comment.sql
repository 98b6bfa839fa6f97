-- The cheapest statement there is, so the dearest in proportion.
COMMENT ON TABLE pgbench_branches IS 'one';
COMMENT ON TABLE pgbench_branches IS 'two';
