# psql -c: the whole file as one query of many statements.
up() { psql -Xq -c "$(cat "$clients/psql/up.sql")"; }
down() { psql -Xq -c "$(cat "$clients/psql/down.sql")"; }
