# knex: a lock row and a history table of its own, each migration one transaction.
npm=1
own_setting=1

up() { "$bin/knex" migrate:latest; }
down() { "$bin/knex" migrate:rollback --all; }
