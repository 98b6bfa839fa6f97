# PowerDNS: the newest schema; the upgrades from 4.1 on repeat what it has, so they are run without stopping at an error.
packages=(pdns-backend-pgsql)
tolerant=1

steps() {
	local folder=$1/pdns-backend-pgsql/usr/share/pdns-backend-pgsql/schema version
	step schema <"$folder/schema.pgsql.sql"
	for version in dnssec-3.x_to_3.4.0 3.4.0_to_4.1.0 4.1.0_to_4.2.0 4.2.0_to_4.3.0 4.3.0_to_4.7.0; do
		step "$version" <"$folder/${version}_schema.pgsql.sql"
	done
}
