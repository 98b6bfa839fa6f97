# Kamailio: a file for each of its modules.
packages=(kamailio-postgres-modules)

steps() {
	local folder=$1/kamailio-postgres-modules/usr/share/kamailio/postgres file
	step standard <"$folder/standard-create.sql"
	for file in "$folder"/*-create.sql; do
		[ "$file" = "$folder/standard-create.sql" ] || step "$(basename "$file" -create.sql)" <"$file"
	done
}
