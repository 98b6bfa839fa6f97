const { PGHOST: host, PGDATABASE: database, PGUSER: user, MIGRATION } = process.env;
const options = MIGRATION && { options: `-c schema_guard.migration=${MIGRATION}` };
module.exports = { client: "pg", connection: { host, database, user, ...options } };
