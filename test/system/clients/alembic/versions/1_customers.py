import sqlalchemy as sa
from alembic import op

revision, down_revision = "1", None


def upgrade():
	op.create_table("customers", sa.Column("id", sa.BigInteger, primary_key=True),
					sa.Column("email", sa.Text, nullable=False, unique=True),
					sa.Column("kind", sa.Enum("person", "firm", name="customer_kind"), comment="who it is"))


def downgrade():
	op.drop_table("customers")
	op.execute("DROP TYPE customer_kind")
