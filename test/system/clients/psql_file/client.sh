# psql -f: every statement a transaction.
up() { psql -Xq -v ON_ERROR_STOP=1 -f "$clients/psql/up.sql"; }
down() { psql -Xq -v ON_ERROR_STOP=1 -f "$clients/psql/down.sql"; }
