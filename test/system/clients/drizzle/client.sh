# drizzle-kit: the migrator of drizzle-orm; it knows no way down.
npm=1

up() { "$bin/drizzle-kit" migrate; }
down() { psql -Xq -v ON_ERROR_STOP=1 -c 'DROP TABLE orders, customers' -c 'DROP SCHEMA drizzle CASCADE'; }
