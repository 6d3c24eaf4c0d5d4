"""For whom a post is, who joined the union, the national title of a base, the code of a team."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('union_memberships',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('joined_on', sa.Date(), nullable=False),
    sa.Column('noted_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['noted_by'], ['people.id'], name=op.f('fk_union_memberships_noted_by')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_union_memberships_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_union_memberships_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_union_memberships')),
    sa.UniqueConstraint('person_id', name=op.f('uq_union_memberships_person_id'))
    )
    op.add_column('vacancies', sa.Column('for_whom', sa.String(length=32), nullable=False, server_default='all'))
    op.add_column('worker_bases', sa.Column('honour', sa.String(length=32), nullable=True))
    op.add_column('work_teams', sa.Column('code', sa.String(length=6), nullable=True))
    op.create_index('ix_work_teams_code', 'work_teams', ['code'], unique=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
