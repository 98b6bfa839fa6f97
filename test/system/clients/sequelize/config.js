const { PGHOST: host, PGPORT: port, PGDATABASE: database, PGUSER: username } = process.env;
module.exports = { development: { dialect: "postgres", host, port, database, username, logging: false } };
