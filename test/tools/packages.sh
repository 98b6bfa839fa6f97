#!/usr/bin/env bash
# Installs the Debian packages the build, the tests and the demo need, when they are missing; as root only.
#   packages.sh [demo | bench]     demo: no test tools; bench: the tools of the benchmark
. "$(dirname "$0")/common.sh"

# The server's major version: PG_CONFIG's where there is one, else the release's own.
if [ -x "$PG_CONFIG" ]; then
	major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
elif ! command -v apt-get >/dev/null; then
	die "no $PG_CONFIG, and this is no Debian: install PostgreSQL 15 to 18 with its development files, g++, ICU"
fi

wanted() {
	echo "postgresql-${1} postgresql-server-dev-${1} g++ make libicu-dev"
	[ "${mode:-}" = demo ] ||
		echo "postgresql-${1}-pgtap postgresql-${1}-hypopg libtap-parser-sourcehandler-pgtap-perl libipc-run-perl cmake libgtest-dev clang clang-tools python3 prometheus"
	[ "${mode:-}" != bench ] || echo "postgresql-${1}-pgaudit valgrind"
}

missing() {
	local package
	for package in $(wanted "$1"); do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

mode=${1:-}
command -v dpkg-query >/dev/null || exit 0
need=$([ -z "${major:-}" ] || missing "$major")
[ -n "$need" ] || [ -z "${major:-}" ] || exit 0

[ "$(id -u)" = 0 ] || die "missing packages, install them as root: apt-get install ${need:-postgresql postgresql-server-dev-all}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
major=${major:-$(apt-cache depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -n 1)}
[ -n "$major" ] || die "this release has no PostgreSQL package"

# A machine that had no PostgreSQL, or no Prometheus, shall not get a running one from us.
no_cluster=/etc/postgresql-common/createcluster.d/schema_guard.conf
no_service=/usr/sbin/policy-rc.d
made=()
trap 'rm -f "${made[@]}"' EXIT
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	mkdir -p "$(dirname "$no_cluster")"
	made+=("$no_cluster")
	echo 'create_main_cluster = false' >"$no_cluster"
fi
if [ ! -e "$no_service" ]; then
	made+=("$no_service")
	printf '#!/bin/sh\nexit 101\n' >"$no_service"
	chmod 755 "$no_service"
fi
apt-get install -q -y --no-install-recommends $(missing "$major")
