const { PGHOST: host, PGPORT: port, PGDATABASE: database, PGUSER: username, MIGRATION } = process.env;
const dialectOptions = MIGRATION && { options: `-c schema_guard.migration=${MIGRATION}` };
module.exports = { development: { dialect: "postgres", host, port, database, username, dialectOptions, logging: false } };
