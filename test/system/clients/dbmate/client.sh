# dbmate: each migration one query of many statements.
npm=1

dbmate_do() { "$bin/dbmate" --url "postgres://$PGUSER@/$PGDATABASE?socket=$PGHOST&sslmode=disable" --no-dump-schema -d migrations "$@"; }
up() { dbmate_do migrate; }
down() {
	local count
	for count in 1 2; do
		dbmate_do rollback || return
	done
}
