"""The office admits members."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('union_memberships', schema=None) as batch_op:
        batch_op.alter_column('joined_on', existing_type=sa.Date(), nullable=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
