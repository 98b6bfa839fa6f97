# Icinga 2 IDO: the package has the newest schema and every upgrade since 2.0.2.  The first step after the
# schema takes back what the upgrades bring, so that each of them meets what it was written for.
packages=(icinga2-ido-pgsql)

steps() {
	local folder=$1/icinga2-ido-pgsql/usr/share/icinga2-ido-pgsql/schema version
	step schema <"$folder/pgsql.sql"
	{
		sed -n '/^ALTER TABLE/,/;$/p' "$folder/upgrade/2.6.0.sql" | sed -E 's/ TYPE timestamp\b/ TYPE timestamp with time zone/'
		cat "$folder"/upgrade/*.sql | sed -nE \
			-e 's/^CREATE INDEX (\w+).*/DROP INDEX IF EXISTS \1;/ip' \
			-e 's/^CREATE TABLE +(\w+).*/DROP TABLE \1;/ip' \
			-e 's/^(ALTER TABLE \w+) ADD (COLUMN +)?(\w+).*/\1 DROP COLUMN IF EXISTS \3;/ip'
		sed -nE 's/^CREATE INDEX idx_(\w+) ON (\w+)(\(.*\));/ALTER TABLE \2 ADD CONSTRAINT uq_\1 UNIQUE \3;/p' "$folder/upgrade/2.3.0.sql"
	} | sed -E 's/^ALTER TABLE (icinga_zones|icinga_zonestatus) DROP/ALTER TABLE IF EXISTS \1 DROP/' | step before_2_0_2
	for version in $(cd "$folder/upgrade" && ls | sort -V); do
		step "${version%.sql}" <"$folder/upgrade/$version"
	done
}
