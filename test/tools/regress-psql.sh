#!/bin/sh
# pg_regress --launcher: runs psql or isolationtester for one test, in a database of the test's own.
# pg_regress names the test in PGAPPNAME and the shared database in the arguments; the last -d wins.
set -e
database=regress_$(printf %s "${PGAPPNAME#*/}" | tr -c 'a-z0-9_' _)
PGOPTIONS='-c client_min_messages=warning' psql -Xq -d postgres \
	-c "DROP DATABASE IF EXISTS $database WITH (FORCE)" -c "CREATE DATABASE $database"
case $1 in
*isolationtester) exec "$1" "dbname=$database" ;;
*) exec "$@" -d "$database" ;;
esac
