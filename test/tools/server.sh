#!/usr/bin/env bash
# Private servers for tests and the demo: a copy of the machine's PostgreSQL under build/pgNN/FLAVOUR/root with
# the extension installed in it.  The machine's own cluster and files are never touched.
#
#   server.sh install                   copy the server when needed, install the extension (and the test module) in it
#   server.sh start NAME [LINE ...]     a fresh cluster, started; each LINE goes to its postgresql.conf
#   server.sh restart NAME [LINE ...]   the same cluster again, LINEs added
#   server.sh stop NAME                 stop it; its folder build/pgNN/FLAVOUR/servers/NAME (log, data) stays until the
#                                       next start, or until check.sh has seen a suite pass
#   server.sh env NAME                  shell lines that point psql and all other clients at it: eval "$(server.sh env NAME)"
#
# Superuser postgres, trust, a unix socket in a short folder of its own under /tmp, no TCP.  As root, the server
# runs as nobody.  Needs no PostgreSQL cluster on the machine; PG_CONFIG says which server, TEST_FAULTS=1 and
# SANITIZE=1 which build, as for make.
. "$(dirname "$0")/common.sh"
locate_server

command=${1:-}
name=${2:-}
home=$build/servers/$name
data=$home/data

pg_ctl() {
	unprivileged "$bindir/pg_ctl" --silent -D "$data" "$@"
}

# The copy is made again when the machine's server changes: an upgrade, or one more package of extensions.
copy_server() {
	local stamp=$build/root.stamp folder
	local now
	now=$(stat -c '%n %Y' "$("$PG_CONFIG" --bindir)/postgres" "$("$PG_CONFIG" --sharedir)/extension" "$("$PG_CONFIG" --pkglibdir)")

	[ "$now" = "$(cat "$stamp" 2>/dev/null)" ] && return
	rm -rf "$root"
	for folder in "$bindir" "$pkglibdir" "$sharedir"; do
		mkdir -p "$folder"
		cp -a "${folder#"$root"}/." "$folder/"
	done
	[ "$FLAVOUR" != asan ] || sanitize_server
	echo "$now" >"$stamp"
}

# Under AddressSanitizer `postgres` becomes a wrapper, so that whoever starts it (pg_ctl, initdb, a TAP test,
# pg_upgrade) gets the preloaded runtime, and nothing else does.
sanitize_server() {
	gcc -shared -fPIC -Wl,-z,initfirst -o "$build/asan_first.so" "$top/test/tools/asan_first.c"
	mv "$bindir/postgres" "$bindir/postgres.real"
	server_folder "$build/sanitizer"
	cat >"$bindir/postgres" <<-SCRIPT
		#!/bin/bash
		export LD_PRELOAD="$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so):$build/asan_first.so"
		export ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:allocator_may_return_null=1:log_path=$build/sanitizer/asan
		export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$build/sanitizer/ubsan
		# Under its own name: pg_ctl restart runs what postmaster.opts says the server was started as.
		exec -a "$bindir/postgres" "$bindir/postgres.real" "\$@"
	SCRIPT
	chmod 755 "$bindir/postgres"
}

install_extension() {
	copy_server
	make -C "$top" --no-print-directory --silent install DESTDIR="$root" >"$build/install.log" ||
		die "make install failed, see $build/install.log"
	# An update script of a release that this library is too old for; test/system/upgrade.pl runs it.
	local version
	version=$(sed -nE "s/^default_version *= *'(.*)'/\1/p" "$sharedir/extension/schema_guard.control")
	echo "SELECT schema_guard.require_library('99.0'); CREATE TABLE schema_guard.too_new ();" >"$sharedir/extension/schema_guard--$version--99.0.sql"
	local library
	for library in "$build"/*_test.so; do
		[ ! -e "$library" ] || install -m 755 "$library" "$pkglibdir/"
	done
}

start() {
	stop
	rm -rf "$home"
	mkdir -p "$build/servers"
	server_folder "$home"
	unprivileged "$bindir/initdb" -D "$data" -U postgres -A trust --no-sync --no-instructions \
		--encoding=UTF8 --locale=C.UTF-8 >"$home/initdb.log" || die "initdb failed, see $home/initdb.log"
	cat >>"$data/postgresql.conf" <<-CONF
		listen_addresses = ''
		fsync = off
		max_wal_size = 256MB
		max_prepared_transactions = 10
		log_line_prefix = '%m [%p] %q%a '
	CONF
	restart "$@"
}

# A socket's path has at most 107 bytes, wherever the clone lies; stop takes it away.
make_socket() {
	local socket
	socket=$(mktemp -d /tmp/schema_guard.XXXXXX)
	server_folder "$socket"
	echo "$socket" >"$home/socket"
	echo "unix_socket_directories = '$socket'" >>"$data/postgresql.conf"
}

restart() {
	local line
	[ -e "$home/socket" ] || make_socket
	for line in "$@"; do
		echo "$line" >>"$data/postgresql.conf"
	done
	[ ! -e "$data/postmaster.pid" ] || pg_ctl stop -m fast
	# Not inside this folder: the server's user may have no way to it.
	(cd / && pg_ctl start -w -l "$home/log") || {
		tail -n 20 "$home/log" >&2
		die "server $name did not start, see $home/log"
	}
}

stop() {
	[ ! -e "$data/postmaster.pid" ] || pg_ctl stop -m fast || pg_ctl stop -m immediate || true
	[ ! -e "$home/socket" ] || rm -rf "$(cat "$home/socket")"
	rm -f "$home/socket"
}

case $command in
install) install_extension ;;
start | restart | stop | env)
	[ -n "$name" ] || die "$command: which server?"
	shift 2
	;;&
start) start "$@" ;;
restart) restart "$@" ;;
stop) stop ;;
env)
	[ -e "$home/socket" ] || die "server $name is not running"
	cat <<-ENV
		export PGHOST='$(cat "$home/socket")' PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
		export PATH='$bindir':"\$PATH" PG_CONFIG='$PG_CONFIG'
		unset PGOPTIONS PGSERVICE PGSSLMODE PGCLIENTENCODING
	ENV
	;;
*) die "usage: server.sh install | start NAME [LINE ...] | restart NAME [LINE ...] | stop NAME | env NAME" ;;
esac
