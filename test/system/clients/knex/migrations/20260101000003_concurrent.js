exports.config = { transaction: false };
exports.up = (knex) => knex.raw("CREATE INDEX CONCURRENTLY customers_name_idx ON customers (name)");
exports.down = (knex) => knex.raw("DROP INDEX CONCURRENTLY customers_name_idx");
