#!/usr/bin/env bash
# Schemas of this machine's PostgreSQL and of other majors compared, both ways: majors.sh [NAME ...], as test/system/diff/majors
# has it.
#
#   MAJORS='17 18'    which; in the Debian roots of matrix.sh, which are made when there are none (root, network)
. "$(dirname "$0")/common.sh"

[ "$(id -u)" = 0 ] || die "makes and enters Debian roots: needs root"
locate_server
roots=${ROOTS:-$top/build/roots}
declare -A suite=([15]=bookworm [17]=trixie [18]=sid)
tool=$top/test/tools/server.sh
settings=("shared_preload_libraries = 'schema_guard, label_test'" "wal_level = logical" "max_replication_slots = 10"
	"allow_in_place_tablespaces = on" "autovacuum = off")
failed=0
other=
links=

# inside COMMAND...: in the root of the other major, which sees this machine's sockets
inside() {
	"$top/test/tools/in_root.sh" -b "$top:/schema_guard" -b "$top/build/matrix/$other:/schema_guard/build" -b "$links:/sockets" \
		"$roots/${suite[$other]}" env TEST_FAULTS="${TEST_FAULTS:-}" COPT="${COPT:-}" "$@" </dev/null
}

finish() {
	local status=$?
	[ -z "$other" ] || inside /schema_guard/test/tools/server.sh stop majors || true
	"$tool" stop majors || true
	[ -z "$links" ] || rm -rf "$links"
	exit $status
}
trap finish EXIT

# The socket of the server "majors" of the environment that `env` was asked in.
socket() {
	sed -n "s/^export PGHOST='\([^']*\)'.*/\1/p"
}

make -C "$top" -j"$(nproc)" --no-print-directory server >/dev/null
links=$(mktemp -d /tmp/schema_guard.XXXXXX)
chmod 755 "$links"
"$tool" start majors "${settings[@]}"
here=$("$tool" env majors | socket)
psql=$bindir/psql
"$psql" -Xqh "$here" -U postgres -d postgres -f "$top/test/system/diff/server.sql"
# Listens a second time, where the roots look.
"$psql" -Xqh "$here" -U postgres -d postgres -c "ALTER SYSTEM SET unix_socket_directories = '$here', '$links'"
chown nobody:nogroup "$links"
"$tool" restart majors

for other in ${MAJORS:-17 18}; do
	root=$roots/${suite[$other]:?no Debian suite known that has PostgreSQL $other}
	mkdir -p "$top/build/matrix/$other"
	"$top/test/tools/make_root.sh" "${suite[$other]}" "$root"
	inside make -C /schema_guard -j"$(nproc)" server >"$top/build/matrix/$other/majors.log" 2>&1 ||
		die "make server failed, see build/matrix/$other/majors.log"
	inside /schema_guard/test/tools/server.sh start majors "${settings[@]}"
	there=$(inside /schema_guard/test/tools/server.sh env majors | socket)
	# A socket's path has at most 107 bytes.
	ln -sfn "$root$there" "$links/$other"
	"$psql" -Xqh "$links/$other" -U postgres -d postgres -f "$top/test/system/diff/server.sql"
	"$top/test/system/diff/majors" "$links/$other" "$@" || failed=1
	inside /schema_guard/test/system/diff/majors /sockets "$@" || failed=1
	inside /schema_guard/test/tools/server.sh stop majors
	other=
done
exit $failed
