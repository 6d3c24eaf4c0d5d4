"""A subsidy is topped up when more of a class have reached the result."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('training_subsidies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.BigInteger(), nullable=False, server_default='1'))
        batch_op.drop_constraint(batch_op.f('uq_training_subsidies_enrolment_id_result'), type_='unique')
        batch_op.create_unique_constraint(
            batch_op.f('uq_training_subsidies_enrolment_id_result_part'), ['enrolment_id', 'result', 'part']
        )
    with op.batch_alter_table('training_subsidies', schema=None) as batch_op:
        batch_op.alter_column('part', server_default=None)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
