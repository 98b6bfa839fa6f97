require("reflect-metadata");
const { DataSource } = require("typeorm");
const { PGHOST: host, PGDATABASE: database, PGUSER: username } = process.env;

module.exports = new DataSource({ type: "postgres", host, database, username, migrations: [__dirname + "/migrations/*.js"] });
