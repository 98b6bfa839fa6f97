# drizzle-kit: says nothing at all when the server refuses, and knows no way down.
npm=1
shows=nothing

up() { "$bin/drizzle-kit" migrate; }
down() { psql -Xq -v ON_ERROR_STOP=1 -c 'DROP TABLE orders, customers' -c 'DROP SCHEMA drizzle CASCADE'; }
