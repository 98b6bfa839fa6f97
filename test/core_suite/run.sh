#!/usr/bin/env bash
# PostgreSQL's own test suites, with schema_guard preloaded and created in the databases they use, mode observe.
#
#     run.sh [--vanilla] [SUITE]...
#
# SUITE is one of those listed at the end; all of them run when none is named. --vanilla runs the same without the library:
# it must pass too, or else the harness is at fault and not the library.
#
# No test may differ. Where the output lists our own objects, accepted/MAJOR/SUITE/TEST.diff says line by line what
# changes; it is applied to the expected file before the run, so a difference that is not in it, and one that
# is in it and no longer occurs, both fail. (Where a test lists what has other numbers each time, the diff
# changes its input too.) TEST.alternateN.diff makes a further accepted output, TEST_N.out,
# instead of changing the one there is: for what depends on the minor release of the server. Versions that nobody can have
# seen stand in accepted/MAJOR/SUITE/versions_missed.
#
# Needs network the first time: sources are kept in build/core_suite.
. "$(dirname "$0")/../tools/common.sh"
locate_server

here=$top/test/core_suite
vanilla=
if [ "${1:-}" = --vanilla ]; then
	vanilla=yes
	shift
fi

cache=$top/build/core_suite/$major
work=$build/core_suite${vanilla:+.vanilla}
results=$work/results
libraries=$work/libraries
pgxs_test=$pgxs_src/test
server=
failed=()
report=()

say()
{
	printf '\n== %s\n' "$*"
}

# logged LOG COMMAND...
logged()
{
	local log=$1
	shift
	"$@" >>"$log" 2>&1 || { tail -n 30 "$log" >&2; die "failed: $*, see $log"; }
}

# ---- preparation -------------------------------------------------------------------------------------------------

prepare()
{
	say "PostgreSQL $major: sources, server, $([ -n "$vanilla" ] && echo 'no library' || echo 'schema_guard')"
	"$here/fetch.sh" "$major" "$cache"

	rm -rf "$work"
	mkdir -p "$work/source/src/bin" "$work/source/src/pl" "$results" "$libraries"
	logged "$work/build.log" make -C "$top" --no-print-directory all
	logged "$work/build.log" "$top/test/tools/server.sh" install
	# PostgreSQL::Test::Utils reads pg_config.h where the copy's pg_config says it is.
	local include
	include=$root$("$PG_CONFIG" --includedir)
	[ -e "$include" ] || { mkdir -p "$(dirname "$include")" && ln -s "$("$PG_CONFIG" --includedir)" "$include"; }

	cp -a "$cache/source/src/test" "$work/source/src/"
	cp -a "$cache/source/src/bin/"{pg_dump,pg_upgrade} "$work/source/src/bin/"
	cp -a "$cache/source/src/pl/plpgsql" "$work/source/src/pl/"
	cp -a "$cache/source/contrib" "$work/source/"
	accept_differences
	# A test that sets its own preload (027_stream_regress from 17 on) would leave ours out.
	[ -n "$vanilla" ] ||
		sed -i "s/shared_preload_libraries = 'pg_stat_statements'/shared_preload_libraries = 'pg_stat_statements, schema_guard'/" \
			"$work"/source/src/test/{recovery,subscription}/t/*.pl
	build_test_libraries
	give_pg_regress_its_psql

	{
		[ -n "$vanilla" ] || echo "shared_preload_libraries = 'schema_guard'"
		echo "dynamic_shared_memory_type = mmap"
	} >"$work/server.conf"
	chmod -R a+rX "$work"
	[ "$(id -u)" != 0 ] || chown -R nobody:nogroup "$work/source" "$results"
}

# accepted/15/regress/event_trigger.diff changes src/test/regress/expected/event_trigger.out.
accept_differences()
{
	local diff suite directory test alternate
	for diff in "$here/accepted/$major"/*/*.diff; do
		[ -e "$diff" ] || continue
		suite=$(basename "$(dirname "$diff")")
		directory=$work/source/$(suite_directory "$suite")
		test=$(basename "$diff" .diff)
		if [[ $test = *.alternate[1-9] ]]; then
			alternate=$directory/expected/${test%.alternate?}_${test##*.alternate}.out
			[ ! -e "$alternate" ] || die "$alternate is PostgreSQL's own"
			cp "$directory/expected/${test%.alternate?}.out" "$alternate"
			patch --quiet --fuzz=0 "$alternate" "$diff"
		elif [ -z "$vanilla" ]; then
			patch --quiet --fuzz=0 --strip=1 --directory="$directory" --input="$diff"
		fi
	done
}

suite_directory()
{
	case $1 in
		regress | isolation | recovery) echo "src/test/$1" ;;
		plpgsql) echo src/pl/plpgsql/src ;;
		contrib.*) echo "contrib/${1#contrib.}" ;;
		*) echo "src/test/modules/$1" ;;
	esac
}

pgxs_make()
{
	make -s -C "$1" USE_PGXS=1 PG_CONFIG="$PG_CONFIG" with_llvm=no "${@:2}"
}

# What the tests load: of their own, which no package has, and of contrib.
build_test_libraries()
{
	local module log=$work/test_libraries.log
	rm "$work/source/src/test/regress/GNUmakefile"
	printf '%s\n' 'MODULES = regress' 'PGXS := $(shell $(PG_CONFIG) --pgxs)' 'include $(PGXS)' >"$work/source/src/test/regress/Makefile"
	logged "$log" pgxs_make "$work/source/src/test/regress" all
	mv "$work/source/src/test/regress/regress.so" "$libraries/"
	cp "$pkglibdir/autoinc.so" "$pkglibdir/refint.so" "$libraries/"
	for module in $modules; do
		logged "$log" pgxs_make "$work/source/src/test/modules/$module" all install DESTDIR="$root"
	done
}

# Only for the tests' own scripts: pg_upgrade, for one, insists on a psql of the server's version.
give_pg_regress_its_psql()
{
	local program
	for program in regress/pg_regress isolation/pg_isolation_regress; do
		cat >"$work/$(basename "$program")" <<-SCRIPT
			#!/bin/sh
			PATH='$cache/client/usr/lib/postgresql/$major/bin':\$PATH exec '$pgxs_test/$program' "\$@" --bindir=
		SCRIPT
		chmod 755 "$work/$(basename "$program")"
	done
}

# ---- the server --------------------------------------------------------------------------------------------------

# start_server SUITE: with settings as pg_regress has them for a server of its own, and what contrib's tests ask for.
start_server()
{
	server=core_suite_$1${vanilla:+_vanilla}
	"$top/test/tools/server.sh" start "$server" "log_lock_waits = on" "log_temp_files = 128kB" \
		"wal_level = logical" "max_replication_slots = 10" "$(cat "$work/server.conf")"
	eval "$("$top/test/tools/server.sh" env "$server")"
}

stop_server()
{
	"$top/test/tools/server.sh" stop "$server"
	sound "${server#core_suite_}" "$build/servers/$server/log"
	server=
}
trap '[ -z "$server" ] || "$top/test/tools/server.sh" stop "$server"' EXIT

# What the tests' output cannot show: a fault of ours that was survived, a statement that went unrecorded, a crash.
sound()
{
	local suite=$1 found
	shift
	found=$(grep -hE 'schema_guard: \{"event": "(fault|unrecorded)"|\(PID [0-9]+\) was terminated by signal [^9]|TRAP:|PANIC:' "$@" || true)
	[ -n "$found" ] || return 0
	failed+=("$suite (server log)")
	head -n 20 <<<"$found"
}

query()
{
	psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

# ---- suites ------------------------------------------------------------------------------------------------------

# A suite has passed when its program says so by its exit status and names the tests it ran.
outcome()
{
	local suite=$1 status=$2 log=$3 counts
	counts=$(grep -E '^(# | )?(All [0-9]+|[0-9]+ of [0-9]+) tests|^Files=|^Result:' "$log" | tr -s '\n ' ' ' || true)
	grep -qE '^# All [0-9]+ tests passed|^ All [0-9]+ tests passed|^Result: PASS' "$log" || status=1
	if [ "$status" != 0 ]; then
		failed+=("$suite")
		grep -E '^not ok|^(test )?.*(FAILED|Failed)' "$log" | grep -v '^ok' | head -40 || true
	fi
	report+=("$(printf '%-24s %s %s' "$suite" "$([ "$status" = 0 ] && echo passed || echo FAILED)" "$counts")")
	echo "${report[-1]}"
}

# regress SUITE PROGRAM DATABASE ARGUMENT...
regress()
{
	local suite=$1 program=$2 database=$3 status=0
	shift 3
	mkdir -p "$results/$suite"
	[ "$(id -u)" != 0 ] || chown nobody:nogroup "$results/$suite"
	unprivileged env -C "$work/source/$(suite_directory "$suite")" LC_ALL=C "$work/$program" \
		--dlpath="$libraries" --inputdir=. --outputdir="$results/$suite" --dbname="$database" --encoding=UTF8 --no-locale \
		$([ -n "$vanilla" ] || echo --load-extension=schema_guard) "$@" >"$results/$suite.log" 2>&1 || status=$?
	outcome "$suite" "$status" "$results/$suite.log"
	[ -n "$vanilla" ] || recorded "$suite" "$database"
}

# A library that records nothing would pass every suite. So the databases must be in mode observe, the log must hold
# what the suite did and verify, and the versions of objects must be what there is now.
recorded()
{
	local suite=$1 database=$2 mode rows missed accepted
	mode=$(query "$database" 'SELECT mode FROM schema_guard.mode') || mode='no mode'
	rows=$(query "$database" 'SELECT count(*) FROM schema_guard.ddl_log') || rows=0
	echo "    mode $mode, $rows statements recorded"
	if [ "$mode" != observe ] || [ "$rows" -lt "$(least_recorded "$suite")" ]; then
		failed+=("$suite (recording)")
	fi
	missed=$(query "$database" "SELECT object_type, action, identity, attribute FROM schema_guard.diff('at:now', 'live')") ||
		missed='no comparison'
	accepted=$(grep -v '^#' "$here/accepted/$major/$suite/versions_missed" 2>/dev/null || true)
	if [ "$missed" != "$accepted" ]; then
		printf '    versions missed: %s\n' "${missed:-none, but $accepted was expected}"
		failed+=("$suite (versions)")
	fi
	sealed "$suite" "$database"
}

# Workers have sealed the log meanwhile; what they have not come to yet is sealed now. All of it is as it was written.
sealed()
{
	local suite=$1 database=$2 blocks found
	query "$database" 'SELECT schema_guard.seal_log()' >/dev/null || true
	blocks=$(query "$database" 'SELECT count(*) FROM schema_guard.log_blocks') || blocks=0
	found=$(query "$database" "SELECT finding, block, detail FROM schema_guard.verify_log() WHERE tampered OR finding = 'unsealed' LIMIT 10") ||
		found='not verified'
	echo "    $blocks blocks"
	if [ "$blocks" = 0 ] || [ -n "$found" ]; then
		printf '    sealed log: %s\n' "$found"
		failed+=("$suite (sealed log)")
	fi
}

least_recorded()
{
	case $1 in
		regress) echo 9000 ;;
		*) echo 1 ;;
	esac
}

test_regress()
{
	start_server regress
	regress regress pg_regress regression --schedule=parallel_schedule
	stop_server
}

test_isolation()
{
	start_server isolation
	regress isolation pg_isolation_regress isolation_regression --schedule=isolation_schedule
	stop_server
}

test_plpgsql()
{
	start_server plpgsql
	regress plpgsql pg_regress pl_regression $(cd "$work/source/src/pl/plpgsql/src/sql" && ls | sed 's/\.sql$//')
	stop_server
}

modules='test_ddl_deparse test_extensions test_pg_dump test_rls_hooks'

test_modules()
{
	local module
	start_server modules
	for module in $modules; do
		regress "$module" pg_regress "regression_$module" $(pgxs_variable "src/test/modules/$module" REGRESS)
	done
	stop_server
}

# Contrib's own tests, as far as they run on a server that others use too. Not pgcrypto's: they need OpenSSL's legacy
# ciphers, which Debian's default configuration does not load.
test_contrib()
{
	local makefile extension
	start_server contrib
	# Once more, now that PGHOST is known: dblink and postgres_fdw connect to the server they run in.
	"$top/test/tools/server.sh" restart "$server"
	for makefile in "$work"/source/contrib/*/Makefile; do
		extension=$(basename "$(dirname "$makefile")")
		[ -n "$(pgxs_variable "contrib/$extension" REGRESS)" ] || continue
		[ -z "$(pgxs_variable "contrib/$extension" NO_INSTALLCHECK)" ] || continue
		[ -e "$pkglibdir/$extension.so" ] && [ "$extension" != pgcrypto ] || continue
		regress "contrib.$extension" pg_regress "contrib_$extension" $(pgxs_variable "contrib/$extension" REGRESS)
	done
	stop_server
}

pgxs_variable()
{
	pgxs_make "$work/source/$1" --eval 'print-variable: ; @echo $($(VARIABLE))' VARIABLE="$2" print-variable
}

# tap SUITE DIRECTORY: the preload goes into every server that the tests make.
tap()
{
	local suite=$1 directory=$work/source/$2 status=0
	unprivileged env -C "$directory" LC_ALL=C PATH="$bindir:$PATH" TESTDIR="$directory" TESTDATADIR="$directory/tmp_check" \
		TESTLOGDIR="$directory/tmp_check/log" PGPORT=65432 top_builddir="$work/source" PG_REGRESS="$work/pg_regress" \
		REGRESS_SHLIB="$libraries/regress.so" TEMP_CONFIG="$work/server.conf" \
		EXTRA_REGRESS_OPTS="$([ -n "$vanilla" ] || echo --load-extension=schema_guard)" \
		with_icu=yes GZIP_PROGRAM=gzip TAR=tar enable_injection_points=no PG_TEST_EXTRA=regress_dump_restore \
		share_contrib_dir="$sharedir/extension" PG_TEST_TIMEOUT_DEFAULT=180 \
		prove -I "$work/source/src/test/perl" -j2 --ext=.pl t >"$results/$suite.log" 2>&1 || status=$?
	outcome "$suite" "$status" "$results/$suite.log"
	sound "$suite" "$directory"/tmp_check/log/*.log
}

test_pg_dump()
{
	tap pg_dump src/bin/pg_dump
}

test_pg_upgrade()
{
	tap pg_upgrade src/bin/pg_upgrade
}

test_recovery()
{
	tap recovery src/test/recovery
}

test_subscription()
{
	tap subscription src/test/subscription
}

# ------------------------------------------------------------------------------------------------------------------

suites='regress isolation plpgsql modules contrib pg_dump pg_upgrade recovery subscription'
for suite in ${@:-$suites}; do
	[[ " $suites " = *" $suite "* ]] || die "no suite \"$suite\", there are: $suites"
done

prepare
for suite in ${@:-$suites}; do
	say "$suite"
	"test_$suite"
done

say "PostgreSQL $major, psql $(cat "$cache/version")"
printf '%s\n' "${report[@]}"
if [ ${#failed[@]} != 0 ]; then
	printf 'FAILED: %s\n' "${failed[@]}"
	echo "see $results"
	exit 1
fi
