# Roundcube: the newest schema.  The upgrades in the package go back to 2008 and need the schema of that time,
# so they follow without stopping at an error, in a second schema's place: what fails, fails with and without the guard.
packages=(roundcube-core)
tolerant=1

steps() {
	local folder=$1/roundcube-core/usr/share/roundcube/SQL file
	step initial <"$folder/postgres.initial.sql"
	for file in "$folder"/postgres/*.sql; do
		step "$(basename "$file" .sql)" <"$file"
	done
}
