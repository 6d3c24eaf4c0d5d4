"""Records that were merged into one are found without reading everybody."""

from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_merged_into'), ['merged_into'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
