# dbmate: each migration one query of many statements.
npm=1
own_setting=1

dbmate_do() {
	local options=${MIGRATION:+&options=-c%20schema_guard.migration%3D$MIGRATION}
	"$bin/dbmate" --url "postgres://$PGUSER@/$PGDATABASE?socket=$PGHOST&sslmode=disable$options" --no-dump-schema -d migrations "$@"
}
up() { dbmate_do migrate; }
down() {
	local count
	for count in 1 2; do
		dbmate_do rollback || return
	done
}
