# Bacula: tables, roles and grants, and everything dropped again, from the shell scripts that send it to psql.
packages=(bacula-director-pgsql)

steps() {
	local folder=$1/bacula-director-pgsql/usr/share/bacula-director
	from_shell "$folder/make_postgresql_tables" | step tables
	from_shell "$folder/grant_postgresql_privileges" | step privileges
	from_shell "$folder/drop_postgresql_tables" | step drop_tables
}

from_shell() {
	{
		echo "psql() { cat >&3; }; db_name=bacula db_user=bacula db_password=bacula"
		grep -vE '^(bindir|PATH)=' "$1" | sed 's#[^ ]*/psql#psql#'
	} | sh -s 3>&1 >/dev/null
}
