import os

from alembic import context
from sqlalchemy import create_engine

migration = os.environ.get("MIGRATION")
arguments = {"options": f"-c schema_guard.migration={migration}"} if migration else {}

with create_engine("postgresql+psycopg2://", connect_args=arguments).connect() as connection:
	context.configure(connection=connection, transaction_per_migration=True)
	with context.begin_transaction():
		context.run_migrations()
