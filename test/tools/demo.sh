#!/usr/bin/env bash
# `make demo`: schema_guard at work, on a private server and a real product's schema.  Nothing outside build/ is touched.
. "$(dirname "$0")/common.sh"
cd "$top"
make --no-print-directory server >/dev/null
locate_server
trap 'test/tools/server.sh stop demo' EXIT
test/tools/server.sh start demo "shared_preload_libraries = 'schema_guard'"
eval "$(test/tools/server.sh env demo)"
export PGOPTIONS='-c client_min_messages=warning' PGDATABASE=shop

bold= plain=
if [ -t 1 ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi
say() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}
# as ROLE SQL...: a session of that role; shows what is typed, and what comes back
as() {
	local role=$1 statement
	shift
	for statement in "$@"; do
		statement=$(tr -s '\n\t' ' ' <<<"$statement" | sed 's/ $//')
		printf "\\\\echo '%s=> %s;'\n%s;\n" "$role" "${statement//\'/\'\'}" "$statement"
	done | psql -XU "$role" 2>&1
}

psql -Xq -d postgres -c 'CREATE ROLE deployer LOGIN' -c 'CREATE ROLE alice LOGIN SUPERUSER' -c 'CREATE DATABASE shop OWNER deployer'

say '1. Production gets a guard: only migrations may change the schema, and only deployer may say it runs one.'
as postgres 'CREATE EXTENSION schema_guard' \
	'GRANT SET ON PARAMETER schema_guard.migration TO deployer' \
	"SELECT schema_guard.set_mode('enforce', 'this is production')"

say '2. A real schema: Kea, the DHCP server, from its Debian package: its first version and every upgrade since.'
test/system/real/steps.sh "$build/demo" kea
number=20261101000000
for step in "$build/demo/steps/kea"/*.sql; do
	migration=$((number += 1))_kea_$(basename "$step" .sql | cut -c 5-)
	echo "PGOPTIONS='-c schema_guard.migration=$migration' psql -f $(basename "$step")"
	PGOPTIONS="$PGOPTIONS -c schema_guard.migration=$migration" psql -XqU deployer -v ON_ERROR_STOP=1 -f "$step" >>"$build/demo/psql.log" 2>&1
done
as alice "SELECT migration, count(DISTINCT (xid, ordinal)) AS statements, count(*) AS objects
	FROM schema_guard.ddl_log JOIN schema_guard.ddl_objects USING (chain, xid, ordinal)
	GROUP BY migration ORDER BY migration DESC LIMIT 5"

say '3. Somebody types DDL by hand. Alice is a superuser; it does not matter.'
as alice 'DROP TABLE hosts CASCADE' 'CREATE TABLE hosts_backup AS SELECT * FROM hosts' 'SELECT count(*) FROM hosts'

say '4. The same wish as a migration.'
as deployer "SET schema_guard.migration = '20261121120000_host_notes'" 'ALTER TABLE hosts ADD COLUMN note text' \
	'COMMENT ON COLUMN hosts.note IS '\''for the people on call'\'

say '5. An emergency: allowed with a reason, timed, and on record.'
as alice "SET schema_guard.override = 'INC-4711: lookup by note times out'" 'CREATE INDEX hosts_note_idx ON hosts (note)'

say '6. What must never go is protected, from migrations too.'
as alice "SELECT schema_guard.protect('lease4', 'leases cannot be made again')"
as deployer "SET schema_guard.migration = '20261121130000_cleanup'" 'DROP TABLE lease4 CASCADE'

say '7. Who did what?'
as alice "SELECT started_at::time(0) AS at, session_user_name AS who, command_tag, allowed_by,
	coalesce(migration, override_reason) AS why, objects FROM schema_guard.ddl_log ORDER BY started_at DESC, ordinal DESC LIMIT 5" \
	"SELECT started_at::time(0) AS at, command_tag, action, object_type, identity, xid
	FROM schema_guard.history('hosts') WHERE object_type = 'table' OR cascaded LIMIT 6"

test/tools/server.sh stop demo
trap - EXIT
say 'The demo is over and its server stopped.'
cat <<EOT
  database and log   $build/servers/demo
  the schema's steps $build/demo/steps/kea
  this script        test/tools/demo.sh
  look yourself      test/tools/server.sh start mine "shared_preload_libraries = 'schema_guard'"
                     eval "\$(test/tools/server.sh env mine)"; psql; test/tools/server.sh stop mine
EOT
