# Kea: schema 1.0 as the head of the create script, then every upgrade script up to today's.
packages=(kea-admin)

steps() {
	local folder=$1/kea-admin/usr/share/kea/scripts/pgsql script
	{
		sed '/^-- Schema 2.0 specification starts here/,$d' "$folder/dhcpdb_create.pgsql"
		echo 'COMMIT;'
	} | step create
	for script in "$folder"/upgrade_*.sh; do
		from_shell "$script" | step "$(basename "$script" .sh)"
	done
}

# The SQL stands in here-documents with shell quoting: run the script with a psql that prints, and with
# a helper that says the database has the version the script asks for.
from_shell() {
	local wanted
	wanted=$(sed -nE 's/.*"\$\{?VERSION\}?" (!=|=) "([0-9.]+)".*/\2/p' "$1" | head -n 1)
	{
		echo "psql() { cat >&3; }; pgsql_version() { echo '$wanted'; }"
		sed -E 's/^ *\. .*admin-utils.*/:/' "$1"
	} | sh -s -- -d kea 3>&1 >/dev/null
}
