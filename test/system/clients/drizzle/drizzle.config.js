const { PGHOST: host, PGDATABASE: database, PGUSER: user } = process.env;
module.exports = { dialect: "postgresql", out: "./migrations", dbCredentials: { host, database, user, ssl: false } };
