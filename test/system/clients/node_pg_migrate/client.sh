# node-pg-migrate: all migrations in one transaction each, an advisory lock around them.
npm=1

npm_migrate() { DATABASE_URL="socket:$PGHOST?db=$PGDATABASE&user=$PGUSER" "$bin/node-pg-migrate" "$@"; }
up() { npm_migrate up; }
down() { npm_migrate down 100; }
