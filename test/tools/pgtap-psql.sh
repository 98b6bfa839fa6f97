#!/bin/sh
# pg_prove --psql-bin: psql for one file, in a database of the file's own with pgTAP in it.
set -e
for last; do :; done
database=pgtap_$(basename "$last" .sql | tr -c 'a-z0-9_' _)
PGOPTIONS='-c client_min_messages=warning' psql -Xq -d postgres \
	-c "DROP DATABASE IF EXISTS $database WITH (FORCE)" -c "CREATE DATABASE $database"
psql -Xq -d "$database" -c 'CREATE EXTENSION pgtap'
exec psql -d "$database" "$@"
