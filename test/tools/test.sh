#!/usr/bin/env bash
# Runs the suites given (all quick ones when none is), each to its end, and says at the end how each did.
# Full output of each: build/log/SUITE.log; of a failed one also here.
. "$(dirname "$0")/common.sh"

# The quick ones are to be done in a quarter of an hour.
[ $# != 0 ] || export QUICK=1
suites=${*:-core boundary regress faults isolation pgtap tap diff docs}
logs=$top/build/log/$FLAVOUR
mkdir -p "$logs"
cd "$top"
export WERROR=1 LC_ALL=C.UTF-8
passed=0
failed=0
summary=

for suite in $suites; do
	log=$logs/$suite.log
	begun=$SECONDS
	printf '%-10s ' "$suite"
	status=0
	make --no-print-directory -j"$(nproc)" "check-$suite" >"$log" 2>&1 </dev/null || status=$?
	read -r good bad < <(sed -nE 's/^[a-z]+: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$log" | tail -n 1) || true
	good=${good:-$((status == 0))}
	bad=${bad:-0}
	# No count, or one that does not own up to the failure: the build broke.
	[ $status = 0 ] || [ "$bad" != 0 ] || bad=1
	line="$(printf '%4d passed, %d failed, %3d s' "$good" "$bad" $((SECONDS - begun)))"
	echo "$line"
	[ $status = 0 ] || { sed 's/^/    /' "$log" | tail -n 300; summary+="  failed: $suite, see $log"$'\n'; }
	passed=$((passed + good))
	failed=$((failed + bad))
	unset good bad
done

echo
[ -z "$summary" ] || printf '%s' "$summary"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
