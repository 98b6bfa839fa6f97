module.exports = { client: "pg", connection: { host: process.env.PGHOST, database: process.env.PGDATABASE, user: process.env.PGUSER } };
