"""What was suggested after a course is kept with all other suggestions."""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('enrolments', 'suggested_at')


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
