# Sourced by the tools beside it: where things are, and who runs what.
set -euo pipefail

# Called by make or not, the makes below are their own; what matters comes in the environment.
unset MAKEFLAGS MFLAGS MAKELEVEL

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PG_CONFIG=${PG_CONFIG:-pg_config}
# Once and for all: PATH will lead to the copied server.
PG_CONFIG=$(command -v "$PG_CONFIG" || echo "$PG_CONFIG")
export PG_CONFIG

# Flavour of the build, by the same variables as make.
FLAVOUR=plain
[ -z "${TEST_FAULTS:-}" ] || FLAVOUR=faults
[ -z "${SANITIZE:-}" ] || FLAVOUR=asan

die() {
	echo "$(basename "$0"): $*" >&2
	exit 1
}

# Everything below needs a pg_config; packages.sh runs before there is one.
locate_server() {
	local version
	version=$("$PG_CONFIG" --version) || die "$PG_CONFIG does not run: install the server's development package or set PG_CONFIG"
	major=$(sed -E 's/^[^0-9]*([0-9]+).*/\1/' <<<"$version")
	build=$top/build/pg$major/$FLAVOUR
	# The server finds its files relative to its binary, so a copy of the tree under root/ is a server of its own.
	root=$build/root
	bindir=$root$("$PG_CONFIG" --bindir)
	pkglibdir=$root$("$PG_CONFIG" --pkglibdir)
	sharedir=$root$("$PG_CONFIG" --sharedir)
	pgxs_src=$(dirname "$(dirname "$("$PG_CONFIG" --pgxs)")")
}

# Runs a command as a user that may run a server: PostgreSQL refuses root.  "nobody" rather than
# "postgres", so that nothing here could ever reach the machine's own cluster.
unprivileged() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
		return
	fi
	local drop=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	# A clone under /root is closed to others: let the server through.  The securebit makes access() see it so, too.
	if ! "${drop[@]}" test -r "$top/Makefile" -a -x "$build"; then
		drop+=(--inh-caps=+dac_override --ambient-caps=+dac_override --securebits=+no_setuid_fixup)
	fi
	"${drop[@]}" env HOME=/nonexistent USER=nobody LOGNAME=nobody "$@"
}

# Makes a folder the server's user may write to.
server_folder() {
	mkdir -p "$1"
	[ "$(id -u)" != 0 ] || chown nobody:nogroup "$1"
}
