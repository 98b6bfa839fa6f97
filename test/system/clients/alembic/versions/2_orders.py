import sqlalchemy as sa
from alembic import op

revision, down_revision = "2", "1"


def upgrade():
	op.create_table("orders", sa.Column("id", sa.BigInteger, primary_key=True),
					sa.Column("customer_id", sa.BigInteger, sa.ForeignKey("customers.id"), nullable=False))
	op.add_column("customers", sa.Column("name", sa.Text, server_default="unknown"))
	op.alter_column("customers", "email", type_=sa.String(320))
	op.create_check_constraint("customers_name_check", "customers", "name <> ''")
	with op.get_context().autocommit_block():
		op.create_index("orders_customer_id_idx", "orders", ["customer_id"], postgresql_concurrently=True)


def downgrade():
	with op.get_context().autocommit_block():
		op.drop_index("orders_customer_id_idx", "orders", postgresql_concurrently=True)
	op.drop_constraint("customers_name_check", "customers")
	op.alter_column("customers", "email", type_=sa.Text)
	op.drop_column("customers", "name")
	op.drop_table("orders")
