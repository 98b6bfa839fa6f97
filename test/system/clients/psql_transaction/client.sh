# psql -1 -f: all statements in one transaction.
up() { psql -Xq1 -v ON_ERROR_STOP=1 -f "$clients/psql/up.sql"; }
down() { psql -Xq1 -v ON_ERROR_STOP=1 -f "$clients/psql/down.sql"; }
