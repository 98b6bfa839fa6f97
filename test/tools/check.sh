#!/usr/bin/env bash
# Runs one suite of tests; a test belongs to a suite by where its file lies, there is no list to edit.
#
#   check.sh regress     test/sql/*.sql against expected/*.out, library in shared_preload_libraries
#                        test/sql/no_preload_*.sql the same without it: event triggers only
#   check.sh faults      test/sql/fault_*.sql: builds that can break a guard (TEST_FAULTS=1 or SANITIZE=1)
#   check.sh isolation   test/isolation/specs/*.spec against expected/isolation/*.out
#   check.sh pgtap       test/pgtap/*.sql, library preloaded
#   check.sh tap         test/system/*.pl: whole servers, by PostgreSQL::Test::Cluster
#   check.sh torture     test/system/torture/*: the same, killed, shut down and starved; ROUNDS=N for more
#   check.sh real        test/system/real/packages/*.sh: schemas and upgrades out of Debian packages, under enforce
#   check.sh clients     test/system/clients/*: migration tools from Debian and npm, under enforce
#   check.sh diff        test/system/diff/attributes: every attribute of every kind, changed alone; oracle pg_dump;
#                        test/system/diff/locks: the lock that diff() tells of each statement; oracle pg_locks
#                        test/system/diff/history: each attribute changed where versions and a snapshot are kept
#                        QUICK=1: the first only, and without the cases that need databases of their own
#   check.sh schemas     test/system/diff/schemas: whole schemas up and down; test/fuzz/schemas: random ones
#   check.sh docs        README.md and docs/*.md: what the examples print, where the links lead (docs.py --write)
#   check.sh core        test/core/*_test.cpp: GoogleTest, no server
#   check.sh boundary    the error boundary's rules, by clang-query
#   check.sh fuzz        test/fuzz/*_fuzz.cpp: libFuzzer, FUZZ_SECONDS each (30)
#
# ONLY='name ...' picks tests of a suite; ACCEPT=1 takes what regress, faults and isolation printed as expected (read
# the diff before you commit it).  Every test of regress, faults, isolation and pgtap runs in a database of
# its own (regress-psql.sh), made from template1 and empty: it creates the extension itself.
# The last line says "suite: N passed, N failed"; the exit status is that of the tests.
. "$(dirname "$0")/common.sh"

suite=${1:?which suite}
passed=0
failed=0
running=()

finish() {
	local status=$? name
	for name in "${running[@]}"; do
		"$top/test/tools/server.sh" stop "$name"
	done
	[ $status != 0 ] || forget_servers
	exit $status
}
trap finish EXIT

# What passed needs no second look: of servers that have stopped nothing is kept, they fill the disk.  But schemas reads the
# database that PostgreSQL's own tests leave.
forget_servers() {
	local home
	for home in "$build"/servers/*/; do
		[[ -e "$home/socket" || "$home" = */core_suite_* ]] || rm -rf "$home"
	done
}

# start_server NAME LINE...: started for this suite, stopped when it ends
start_server() {
	running+=("$1")
	"$top/test/tools/server.sh" start "$@"
	eval "$("$top/test/tools/server.sh" env "$1")"
	export SOURCE=$top
}

# A server with the library, whose workers do by themselves only what waits for them.
guarded=("shared_preload_libraries = 'schema_guard'" 'schema_guard.seal_delay = 1h' 'schema_guard.alert_interval = 0'
	'schema_guard.sample_interval = 0')

stop_server() {
	"$top/test/tools/server.sh" stop "$1"
	running=()
}

# chosen NAME...: those ONLY asks for
chosen() {
	local name
	for name in "$@"; do
		[ -n "${ONLY:-}" ] && [[ " $ONLY " != *" $name "* ]] || echo "$name"
	done
}

names() {
	find "$1" -maxdepth 1 -name "$2" -printf '%f\n' | sed 's/\.[a-z]*$//' | sort
}

# Counts what pg_regress printed: "test x ... ok" before 16, TAP from then on.
count_regress() {
	passed=$((passed + $(grep -cE '^(test .* ok +[0-9]+ ms|ok [0-9]+ )' "$1" || true)))
	failed=$((failed + $(grep -cE '^(test .* FAILED|not ok [0-9]+ )' "$1" || true)))
}

# pg_regress_set PROGRAM INPUTDIR NAME TEST...
pg_regress_set() {
	local program=$1 input=$2 output=$build/$3 status=0 test
	shift 3
	for test in "$@"; do
		[ -e "$input/expected/$test.out" ] && continue
		[ -n "${ACCEPT:-}" ] || die "no expected output of $test: look at what it prints, then take it with ACCEPT=1"
		touch "$input/expected/$test.out"
	done
	rm -rf "$output"
	mkdir -p "$output"
	"$program" --bindir="$bindir" --inputdir="$input" --outputdir="$output" --dbname=schema_guard_regress \
		--launcher="'$top/test/tools/regress-psql.sh'" "$@" 2>&1 | tee "$output/log" || status=$?
	if [ -n "${ACCEPT:-}" ]; then
		for test in "$@"; do
			cp "$output/results/$test.out" "$input/expected/$test.out"
		done
		return
	fi
	count_regress "$output/log"
	[ $status != 0 ] || return 0
	cat "$output/regression.diffs" 2>/dev/null || true
	[ "$failed" != 0 ] || failed=1
}

regress_server() {
	local set=$1 tests
	shift
	tests=$(chosen $("tests_$set"))
	[ -n "$tests" ] || return 0
	start_server "$set" "$@"
	pg_regress_set "$pgxs_src/test/regress/pg_regress" "$top/test" "regress-$set" $tests
	stop_server "$set"
}
tests_preload() { names "$top/test/sql" '*.sql' | grep -vE '^(no_preload|fault)_' || true; }
tests_no_preload() { names "$top/test/sql" 'no_preload_*.sql'; }
tests_fault() { names "$top/test/sql" 'fault_*.sql'; }

check_regress() {
	regress_server preload "${guarded[@]}"
	regress_server no_preload
}

check_faults() {
	[ "$FLAVOUR" != plain ] || die "faults needs TEST_FAULTS=1 or SANITIZE=1"
	regress_server fault "${guarded[@]}"
}

check_isolation() {
	local tests
	tests=$(chosen $(names "$top/test/isolation/specs" '*.spec'))
	[ -n "$tests" ] || return 0
	start_server isolation "${guarded[@]}"
	PATH=$pgxs_src/test/isolation:$PATH pg_regress_set "$pgxs_src/test/isolation/pg_isolation_regress" \
		"$top/test/isolation" isolation $tests
}

# count_tap LOG: verbose output of prove
count_tap() {
	passed=$(grep -c '^ok ' "$1" || true)
	failed=$(grep -c '^not ok ' "$1" || true)
	# A test that died or ran short fails without a "not ok".
	[ "$2" = 0 ] || [ "$failed" != 0 ] || failed=1
}

check_pgtap() {
	local tests status=0
	tests=$(chosen $(names "$top/test/pgtap" '*.sql'))
	[ -n "$tests" ] || return 0
	start_server pgtap "${guarded[@]}"
	(cd "$top/test/pgtap" && pg_prove --verbose --psql-bin "$top/test/tools/pgtap-psql.sh" $(printf '%s.sql ' $tests)) 2>&1 |
		tee "$build/pgtap.log" || status=$?
	count_tap "$build/pgtap.log" $status
}

check_tap() { whole_servers "$top/test/system"; }
check_torture() {
	whole_servers "$top/test/system/torture"
	[ -z "$(chosen disk_full)" ] || program disk_full "$top/test/system/torture/disk_full"
}

# whole_servers FOLDER: its tests by PostgreSQL::Test::Cluster
whole_servers() {
	local tests status=0 work=$build/$suite
	mapfile -t tests < <(chosen $(names "$1" '*.pl') | sed "s|.*|$1/&.pl|")
	[ ${#tests[@]} -gt 0 ] || return 0
	rm -rf "$work"
	server_folder "$work"
	# PostgreSQL 15 looks at TESTDIR, later ones at TESTDATADIR and TESTLOGDIR.
	(cd "$work" && unprivileged env PATH="$bindir:$PATH" PERL5LIB="$pgxs_src/test/perl:$top/test/system" SOURCE="$top" \
		TESTDIR="$work" TESTDATADIR="$work/tmp_check" TESTLOGDIR="$work/tmp_check/log" \
		PG_REGRESS="$pgxs_src/test/regress/pg_regress" PGPORT=65432 LC_ALL=C.UTF-8 \
		prove --verbose "${tests[@]}") 2>&1 | tee "$work.log" || status=$?
	count_tap "$work.log" $status
}

# Both download what they test with, into build/.
check_real() {
	outside_world real ${ONLY:-}
	[ -n "${ONLY:-}" ] || outside_world real --no-preload bacula davical icinga2_ido icingadb kea
}
check_clients() { outside_world clients ${ONLY:-}; }

outside_world() { program "$1" "$top/test/system/$1/run" "${@:2}"; }

check_diff() {
	program diff "$top/test/system/diff/attributes" ${QUICK:+--together} ${ONLY:-}
	[ -z "${QUICK:-}" ] || return 0
	program diff_locks "$top/test/system/diff/locks" ${ONLY:-}
	program diff_history "$top/test/system/diff/history" ${ONLY:-}
}
check_schemas() {
	program schemas "$top/test/system/diff/schemas" ${ONLY:-}
	[ -n "${ONLY:-}" ] || program schemas_fuzz "$top/test/fuzz/schemas" "${FUZZ_SECONDS:-60}"
}

# program NAME COMMAND...: prints TAP
program() {
	local log=$build/$1.log status=0 before=$passed broken=$failed
	"${@:2}" 2>&1 | tee "$log" || status=$?
	count_tap "$log" $status
	passed=$((passed + before))
	failed=$((failed + broken))
}

# Each page's examples, and the links between pages.
check_docs() {
	local status=0
	# The pages show what 15 says; later ones name constraints of NOT NULL, too.
	"$top/test/tools/docs.py" $([ "$major" = 15 ] || echo --links) 2>&1 | tee "$build/docs.log" || status=$?
	count_tap "$build/docs.log" $status
}

check_core() {
	local work=$top/build/core-$FLAVOUR log status=0
	log=$work/log
	cmake -S "$top" -B "$work" -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Debug -DPG_CONFIG="$PG_CONFIG" \
		-DSANITIZE="$([ "$FLAVOUR" = asan ] && echo ON || echo OFF)" >"$work.log" || die "cmake failed, see $work.log"
	cmake --build "$work" --target core_test -j2 || die "core_test does not build"
	"$work/core_test" --gtest_brief=1 2>&1 | tee "$log" || status=$?
	passed=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) tests?\.$/\1/p' "$log")
	failed=$(sed -nE 's/^\[  FAILED  \] ([0-9]+) tests?, .*/\1/p' "$log" | head -n 1)
	passed=${passed:-0}
	failed=${failed:-0}
	[ $status = 0 ] || [ "$failed" != 0 ] || failed=1
}

check_boundary() {
	local status=0
	mkdir -p "$build"
	"$top/test/tools/boundary.sh" 2>&1 | tee "$build/boundary.log" || status=$?
	passed=$(grep -c '^ok ' "$build/boundary.log" || true)
	failed=$(grep -c '^not ok ' "$build/boundary.log" || true)
	[ $status = 0 ] || [ "$failed" != 0 ] || failed=1
}

check_fuzz() {
	local target work=$top/build/fuzz
	cmake -S "$top" -B "$work" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ -DFUZZ=ON >"$work.log" ||
		die "cmake failed, see $work.log"
	for target in $(chosen $(names "$top/test/fuzz" '*_fuzz.cpp')); do
		cmake --build "$work" --target "$target" -j2 || die "$target does not build"
		mkdir -p "$work/corpus/$target"
		if (cd "$work" && "./$target" -max_total_time="${FUZZ_SECONDS:-30}" -print_final_stats=1 "corpus/$target"); then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
}

locate_server
sanitizer_reports=$build/sanitizer
rm -f "$sanitizer_reports"/* 2>/dev/null || true
"check_$suite"
# A backend that dies of a report takes tests with it, but one at the end of a test would pass unseen.
if reports=$(grep -lE 'ERROR: |runtime error: ' "$sanitizer_reports"/* 2>/dev/null); then
	cat $reports
	failed=$((failed + 1))
fi
[ -z "${ACCEPT:-}" ] || die "accepted: git diff expected, then run it without ACCEPT"
echo "$suite: $passed passed, $failed failed"
[ "$failed" = 0 ]
