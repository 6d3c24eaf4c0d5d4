"""Owners are asked whether their business is open."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('startup_checks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_on', sa.Date(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
