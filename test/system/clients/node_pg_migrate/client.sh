# node-pg-migrate: all migrations in one transaction each, an advisory lock around them.
npm=1
own_setting=1

npm_migrate() {
	local options=${MIGRATION:+&options=-c%20schema_guard.migration%3D$MIGRATION}
	DATABASE_URL="postgres://$PGUSER@/$PGDATABASE?host=$PGHOST$options" "$bin/node-pg-migrate" "$@"
}
up() { npm_migrate up; }
down() { npm_migrate down 100; }
