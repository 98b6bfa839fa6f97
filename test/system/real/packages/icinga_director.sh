# Icinga Director: 120 tables, 20 enums, 90 checks in one file.
packages=(icingaweb2-module-director)

steps() {
	step schema <"$1/icingaweb2-module-director/usr/share/icingaweb2/modules/director/schema/pgsql.sql"
}
