#!/usr/bin/env bash
# The tests on other majors of PostgreSQL: matrix.sh [TARGET]... (test), each a target of the Makefile.
#
#   MAJORS='17 18'    which; a Debian root for each is made once under build/roots (about a minute and 2 GB; root, network)
#
# Inside the root, the sources are those of this clone as they stand; what is built lies in build/matrix/MAJOR.
. "$(dirname "$0")/common.sh"

[ "$(id -u)" = 0 ] || die "makes and enters Debian roots: needs root"
roots=${ROOTS:-$top/build/roots}
declare -A suite=([15]=bookworm [17]=trixie [18]=sid)
failed=()
report=

for major in ${MAJORS:-17 18}; do
	root=$roots/${suite[$major]:?no Debian suite known that has PostgreSQL $major}
	mkdir -p "$top/build/matrix/$major" "$top/build/core_suite"
	"$top/test/tools/make_root.sh" "${suite[$major]}" "$root"
	for target in "${@:-test}"; do
		log=$top/build/matrix/$major/$target.log
		printf '\n== PostgreSQL %s, make %s\n' "$major" "$target"
		# Downloaded sources are shared; all else that is made stays apart, the compilers differ.
		status=0
		"$top/test/tools/in_root.sh" -b "$top:/schema_guard" -b "$top/build/matrix/$major:/schema_guard/build" \
			-b "$top/build/core_suite:/schema_guard/build/core_suite" "$root" make -C /schema_guard "$target" 2>&1 </dev/null |
			tee "$log" || status=$?
		[ $status = 0 ] || failed+=("$major $target")
		report+=$(printf '%s %-16s %s' "$major" "$target" "$([ $status = 0 ] && echo passed || echo FAILED)")$'\n'
	done
done

printf '\n%s' "$report"
[ ${#failed[@]} = 0 ]
