#!/usr/bin/env bash
# The mechanical checks of the error boundary: test/boundary/rules.query over all of src and include, by clang-query,
# after having proved on test/boundary/planted.cpp that it finds what it should and nothing else.  TAP on stdout.
. "$(dirname "$0")/common.sh"
locate_server
cd "$top"

include=$("$PG_CONFIG" --includedir-server)
libpq_include=$("$PG_CONFIG" --includedir)
names=$(sed -nE 's/^([A-Za-z_0-9]+)$/"::\1"/p' test/boundary/never_raises | paste -sd,)
rules=$build/rules.query
mkdir -p "$build"
sed -e "s|TOP|$top|" -e "s|SERVER|$(realpath "$include")/|g" -e "s|NEVER_RAISES|$names|" test/boundary/rules.query >"$rules"

flags=(-std=c++20 -I"$top/include" -isystem "$(realpath "$include")" -isystem "$libpq_include" -DSCHEMA_GUARD_TEST_FAULTS
	-Wall -Wextra -Wno-missing-field-initializers)

# findings FILE...: "file:line rule" each once; a few files at a time, on every core
findings() {
	local out=$build/clang-query
	rm -rf "$out"
	mkdir -p "$out"
	printf '%s\0' "$@" | xargs -0 -n 5 -P "$(nproc)" bash -c 'out=$1 rules=$2 flags=("${@:3:'${#flags[@]}'}")
		clang-query -f "$rules" "${@:3+'${#flags[@]}'}" -- "${flags[@]}" >"$out/$$" 2>&1' \
		findings "$out" "$rules" "${flags[@]}" || { cat "$out"/* >&2; die "clang-query failed"; }
	if grep -hE '(: (fatal )?error: |^[0-9]+:[0-9]+: )' "$out"/* >&2; then
		die "clang-query did not understand the sources or the rules, see $out"
	fi
	sed -nE "s|^($top/)?([^: ]+):([0-9]+):[0-9]+: note: \"([a-z_]+)\" binds here\$|\2:\3 \4|p" "$out"/* | sort -u
}

status=0
planted=test/boundary/planted.cpp
expected=$(grep -n '// finds ' $planted | while IFS=: read -r line text; do
	for rule in ${text##*// finds }; do echo "$planted:$line $rule"; done
done | sort -u)
found=$(findings $planted)
if [ "$found" = "$expected" ]; then
	echo "ok 1 - each of the $(wc -l <<<"$expected") planted faults is found, and nothing else"
else
	echo "not ok 1 - planted faults (< planted, > found)"
	diff <(echo "$expected") <(echo "$found") | sed 's/^/# /' || true
	status=1
fi

# A rule that nothing is planted for would pass unproved.
unproved=$(comm -23 <(sed -nE 's/.*\.bind\("([a-z_]+)"\).*/\1/p' test/boundary/rules.query | sort -u) \
	<(sed 's/.* //' <<<"$expected" | sort -u))
if [ -z "$unproved" ]; then
	echo "ok 2 - each rule has a planted fault"
else
	echo "not ok 2 - no planted fault for:" $unproved
	status=1
fi

# The core sees no header of the server (check 6), so it can break none of these rules.
found=$(findings $(git ls-files -co --exclude-standard 'src/pg/*.cpp' 'src/server/*.cpp' 'test/modules/*.cpp' \
	':!test/modules/boundary/breaks_rules.cpp'))
if [ -z "$found" ]; then
	echo "ok 3 - no finding in the sources"
else
	echo "not ok 3 - findings in the sources"
	sed 's/^/# /' <<<"$found"
	status=1
fi
# Of the core clang is only asked whether it takes it: g++ lets more pass.
core=$(git ls-files -co --exclude-standard 'src/core/*.cpp' | tr '\n' '\0' |
	{ xargs -0 -n 1 -P "$(nproc)" clang++ -fsyntax-only "${flags[@]}" 2>&1 || true; })
warnings=$({
	grep -h ': warning: ' "$build/clang-query"/* || true
	grep -E ': (warning|(fatal )?error): ' <<<"$core" || true
} | sort -u)
if [ -z "$warnings" ]; then
	echo "ok 4 - clang has nothing to warn of"
else
	echo "not ok 4 - clang warns"
	sed 's/^/# /' <<<"$warnings"
	status=1
fi

# SQL functions are written with the one macro.
loose=$(git grep -n PG_FUNCTION_INFO_V1 -- src include ':!include/schema_guard/pg/boundary.hpp' || true)
if [ -z "$loose" ]; then
	echo "ok 5 - SQL functions by SCHEMA_GUARD_FUNCTION only"
else
	echo "not ok 5 - SQL functions not by SCHEMA_GUARD_FUNCTION"
	sed 's/^/# /' <<<"$loose"
	status=1
fi

# server -> pg -> core, and no server header but in postgres.hpp.
layers=$(
	git grep -nE '#include "schema_guard/(pg|server)/' -- src/core include/schema_guard/core
	git grep -nE '#include "schema_guard/server/' -- src/pg include/schema_guard/pg
	git grep -nE '#include [<"](postgres|libpq-fe|catalog/|utils/|access/|commands/|nodes/)' -- src/core include/schema_guard/core
) || true
if [ -z "$layers" ]; then
	echo "ok 6 - layers: server -> pg -> core"
else
	echo "not ok 6 - layers"
	sed 's/^/# /' <<<"$layers"
	status=1
fi

# What a guard or enter() may not return does not compile.
refused() {
	! echo "#include \"schema_guard/pg/boundary.hpp\"
		auto value = schema_guard::pg::$1([] { return $2; });" | clang++ -fsyntax-only -x c++ "${flags[@]}" - 2>/dev/null
}
if refused guard 'std::string()' && refused enter 'std::string()' && ! refused guard 1 && ! refused enter 1; then
	echo "ok 7 - guard() and enter() return plain data only"
else
	echo "not ok 7 - guard() or enter() returns an object with a destructor, or no plain data"
	status=1
fi
exit $status
