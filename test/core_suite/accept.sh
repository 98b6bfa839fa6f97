#!/usr/bin/env bash
# Writes the difference that the last run of run.sh left as an accepted one: accept.sh [--vanilla] SUITE TEST[.alternateN] WHY
# For review: what it writes is to be read line by line before it is committed.
. "$(dirname "$0")/../tools/common.sh"
locate_server

vanilla=
if [ "${1:-}" = --vanilla ]; then
	vanilla=.vanilla
	shift
fi
suite=${1:?suite} test=${2:?test} why=${3:?why}

case $suite in
	regress | isolation) directory=src/test/$suite ;;
	plpgsql) directory=src/pl/plpgsql/src ;;
	contrib.*) directory=contrib/${suite#contrib.} ;;
	*) directory=src/test/modules/$suite ;;
esac
name=${test%.alternate[1-9]}.out
accepted=$top/test/core_suite/accepted/$major/$suite
mkdir -p "$accepted"
{
	echo "$why"
	diff -U3 --label "a/expected/$name" --label "b/expected/$name" "$top/build/core_suite/$major/source/$directory/expected/$name" \
		"$build/core_suite$vanilla/results/$suite/results/$name" || [ $? = 1 ]
} >"$accepted/$test.diff"
