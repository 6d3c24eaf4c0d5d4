"""Two villages of one name, in two counties, may have one officer."""

from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('officer_villages', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_officer_villages_officer_id_village'), type_='unique')
        batch_op.create_unique_constraint(
            batch_op.f('uq_officer_villages_officer_id_region_village'), ['officer_id', 'region', 'village']
        )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
