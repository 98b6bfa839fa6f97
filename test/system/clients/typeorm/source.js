require("reflect-metadata");
const { DataSource } = require("typeorm");
const { PGHOST: host, PGDATABASE: database, PGUSER: username, MIGRATION } = process.env;
const extra = MIGRATION && { options: `-c schema_guard.migration=${MIGRATION}` };

module.exports = new DataSource({ type: "postgres", host, database, username, extra, migrations: [__dirname + "/migrations/*.js"] });
