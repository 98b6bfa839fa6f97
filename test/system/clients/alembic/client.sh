# Alembic: one transaction for all revisions, CREATE INDEX CONCURRENTLY in its autocommit block.
packages=(python3-alembic python3-psycopg2)
own_setting=1

up() { /usr/bin/python3 -m alembic.config upgrade head; }
down() { /usr/bin/python3 -m alembic.config downgrade base; }
