"""People are followed up after their start; interviews have appointments; long jobs go on where they were."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import models.base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('follow_up_pauses',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('noted_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_follow_up_pauses_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_follow_up_pauses'))
    )
    op.create_table('suggestions',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('vacancy_id', sa.BigInteger(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_suggestions_person_id')),
    sa.ForeignKeyConstraint(['vacancy_id'], ['vacancies.id'], name=op.f('fk_suggestions_vacancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestions'))
    )
    with op.batch_alter_table('suggestions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestions_person_id_told_on'), ['person_id', 'told_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_suggestions_told_on_vacancy_id'), ['told_on', 'vacancy_id'], unique=False)

    op.create_table('appointments',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('link', sa.String(length=200), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=True),
    sa.Column('reminded_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_appointments_application_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_appointments_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments')),
    sa.UniqueConstraint('application_id', name=op.f('uq_appointments_application_id'))
    )
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.create_index('ix_appointments_live', ['at'], unique=False, sqlite_where=sa.text("state IN ('proposed', 'agreed')"), postgresql_where=sa.text("state IN ('proposed', 'agreed')"))

    op.create_table('follow_ups',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('placement_id', sa.BigInteger(), nullable=True),
    sa.Column('application_id', sa.BigInteger(), nullable=True),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('party', sa.String(length=32), nullable=False),
    sa.Column('days', sa.BigInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('answer', sa.String(length=32), nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_follow_ups_answered_by')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_follow_ups_application_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_follow_ups_person_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_follow_ups_placement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups')),
    sa.UniqueConstraint('application_id', 'party', name=op.f('uq_follow_ups_application_id_party')),
    sa.UniqueConstraint('placement_id', 'party', 'days', name=op.f('uq_follow_ups_placement_id_party_days'))
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index('ix_follow_ups_due', ['due_on', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'asked')"), postgresql_where=sa.text("state IN ('waiting', 'asked')"))
        batch_op.create_index(batch_op.f('ix_follow_ups_person_id'), ['person_id'], unique=False)

    op.create_table('call_tasks',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('placement_id', sa.BigInteger(), nullable=False),
    sa.Column('follow_up_id', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('made_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('done_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.BigInteger(), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['done_by'], ['people.id'], name=op.f('fk_call_tasks_done_by')),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_ups.id'], name=op.f('fk_call_tasks_follow_up_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_call_tasks_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_call_tasks_person_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_call_tasks_placement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_tasks'))
    )
    with op.batch_alter_table('call_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_tasks_office_id_done_at'), ['office_id', 'done_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_tasks_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_call_tasks_placement_id'), ['placement_id'], unique=False)

    with op.batch_alter_table('job_runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ended_at', models.base.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('holder', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('held_until', models.base.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('cursor', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True))
        batch_op.add_column(sa.Column('done', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=True))
    op.execute('UPDATE job_runs SET ended_at = ran_at')


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
