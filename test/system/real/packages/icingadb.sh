# Icinga DB: domains, enums, functions and comments.
packages=(icingadb)

steps() {
	step schema <"$1/icingadb/usr/share/icingadb/schema/pgsql/schema.sql"
}
