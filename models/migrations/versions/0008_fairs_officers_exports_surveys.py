"""Fairs, information officers, labour export, surveys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import models.base

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('fairs',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('for_graduates', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_fairs_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fairs'))
    )
    with op.batch_alter_table('fairs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fairs_ends_on'), ['ends_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_fairs_region_starts_on'), ['region', 'starts_on'], unique=False)

    op.create_table('officer_acts',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('agent_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['people.id'], name=op.f('fk_officer_acts_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_officer_acts_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_officer_acts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officer_acts'))
    )
    with op.batch_alter_table('officer_acts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_officer_acts_agent_id_day'), ['agent_id', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_officer_acts_office_id_day'), ['office_id', 'day'], unique=False)

    op.create_table('officer_notes',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('agent_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('answers', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('created_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('listed_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['people.id'], name=op.f('fk_officer_notes_agent_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_officer_notes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officer_notes'))
    )
    with op.batch_alter_table('officer_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_officer_notes_agent_id_answered_at'), ['agent_id', 'answered_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_officer_notes_person_id'), ['person_id'], unique=False)

    op.create_table('oral_consents',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('taken_by', sa.BigInteger(), nullable=False),
    sa.Column('witness_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('given_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_oral_consents_person_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['people.id'], name=op.f('fk_oral_consents_taken_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oral_consents'))
    )
    with op.batch_alter_table('oral_consents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_oral_consents_person_id'), ['person_id'], unique=False)

    op.create_table('represented',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('agent_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['people.id'], name=op.f('fk_represented_agent_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_represented_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_represented_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_represented')),
    sa.UniqueConstraint('person_id', name=op.f('uq_represented_person_id'))
    )
    with op.batch_alter_table('represented', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_represented_agent_id'), ['agent_id'], unique=False)

    op.create_table('surveys',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('questions', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('group', sa.String(length=32), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_surveys_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys'))
    )
    with op.batch_alter_table('surveys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_surveys_region_state'), ['region', 'state'], unique=False)

    op.create_table('work_teams',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=40), nullable=False),
    sa.Column('leader_id', sa.BigInteger(), nullable=False),
    sa.Column('since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['leader_id'], ['people.id'], name=op.f('fk_work_teams_leader_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_work_teams_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_teams'))
    )
    with op.batch_alter_table('work_teams', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_teams_region'), ['region'], unique=False)

    op.create_table('worker_bases',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('established_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_worker_bases_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker_bases')),
    sa.UniqueConstraint('office_id', 'title', name=op.f('uq_worker_bases_office_id_title'))
    )
    with op.batch_alter_table('worker_bases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worker_bases_region'), ['region'], unique=False)

    op.create_table('fair_venues',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fair_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=5), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['fair_id'], ['fairs.id'], name=op.f('fk_fair_venues_fair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_venues')),
    sa.UniqueConstraint('code', name=op.f('uq_fair_venues_code'))
    )
    with op.batch_alter_table('fair_venues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_venues_fair_id'), ['fair_id'], unique=False)

    op.create_table('labour_batches',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('to_office_id', sa.BigInteger(), nullable=False),
    sa.Column('to_region', sa.String(length=6), nullable=False),
    sa.Column('vacancy_id', sa.BigInteger(), nullable=True),
    sa.Column('leaves_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('planned_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_labour_batches_office_id')),
    sa.ForeignKeyConstraint(['planned_by'], ['people.id'], name=op.f('fk_labour_batches_planned_by')),
    sa.ForeignKeyConstraint(['to_office_id'], ['offices.id'], name=op.f('fk_labour_batches_to_office_id')),
    sa.ForeignKeyConstraint(['vacancy_id'], ['vacancies.id'], name=op.f('fk_labour_batches_vacancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_labour_batches'))
    )
    with op.batch_alter_table('labour_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_labour_batches_region_state'), ['region', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_labour_batches_to_region_state'), ['to_region', 'state'], unique=False)

    op.create_table('officer_villages',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('officer_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('village', sa.String(length=40), nullable=False),
    sa.Column('since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['officer_id'], ['officers.id'], name=op.f('fk_officer_villages_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officer_villages')),
    sa.UniqueConstraint('officer_id', 'village', name=op.f('uq_officer_villages_officer_id_village'))
    )
    op.create_table('survey_answers',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.BigInteger(), nullable=False),
    sa.Column('question', sa.String(length=32), nullable=False),
    sa.Column('answer', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_answers_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answers'))
    )
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_answers_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_invitations',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('step', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_survey_invitations_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_survey_invitations_person_id')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys.id'], name=op.f('fk_survey_invitations_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_invitations')),
    sa.UniqueConstraint('survey_id', 'person_id', name=op.f('uq_survey_invitations_survey_id_person_id'))
    )
    with op.batch_alter_table('survey_invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_invitations_person_id'), ['person_id'], unique=False)

    op.create_table('team_members',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('team_id', sa.BigInteger(), nullable=False),
    sa.Column('since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_team_members_person_id')),
    sa.ForeignKeyConstraint(['team_id'], ['work_teams.id'], name=op.f('fk_team_members_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_members')),
    sa.UniqueConstraint('person_id', name=op.f('uq_team_members_person_id'))
    )
    with op.batch_alter_table('team_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_team_members_team_id'), ['team_id'], unique=False)

    op.create_table('fair_booths',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('venue_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('employer_id', sa.BigInteger(), nullable=False),
    sa.Column('posts', sa.BigInteger(), nullable=False),
    sa.Column('video_link', sa.String(length=200), nullable=True),
    sa.Column('asked_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('asked_times', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_fair_booths_employer_id')),
    sa.ForeignKeyConstraint(['venue_id'], ['fair_venues.id'], name=op.f('fk_fair_booths_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_booths')),
    sa.UniqueConstraint('venue_id', 'number', name=op.f('uq_fair_booths_venue_id_number'))
    )
    with op.batch_alter_table('fair_booths', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_booths_employer_id'), ['employer_id'], unique=False)

    op.create_table('fair_visits',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fair_id', sa.BigInteger(), nullable=False),
    sa.Column('venue_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('received_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['fair_id'], ['fairs.id'], name=op.f('fk_fair_visits_fair_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_fair_visits_person_id')),
    sa.ForeignKeyConstraint(['venue_id'], ['fair_venues.id'], name=op.f('fk_fair_visits_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_visits')),
    sa.UniqueConstraint('fair_id', 'person_id', 'day', name=op.f('uq_fair_visits_fair_id_person_id_day'))
    )
    with op.batch_alter_table('fair_visits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_visits_person_id_day'), ['person_id', 'day'], unique=False)

    op.create_table('fair_tickets',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fair_id', sa.BigInteger(), nullable=False),
    sa.Column('booth_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('intent_on', sa.Date(), nullable=True),
    sa.Column('hired_on', sa.Date(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('meets_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_fair_tickets_application_id')),
    sa.ForeignKeyConstraint(['booth_id'], ['fair_booths.id'], name=op.f('fk_fair_tickets_booth_id')),
    sa.ForeignKeyConstraint(['fair_id'], ['fairs.id'], name=op.f('fk_fair_tickets_fair_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_fair_tickets_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_tickets')),
    sa.UniqueConstraint('booth_id', 'number', name=op.f('uq_fair_tickets_booth_id_number')),
    sa.UniqueConstraint('booth_id', 'person_id', name=op.f('uq_fair_tickets_booth_id_person_id'))
    )
    with op.batch_alter_table('fair_tickets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_tickets_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_tickets_fair_id'), ['fair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fair_tickets_person_id'), ['person_id'], unique=False)

    op.create_table('fair_vacancies',
    sa.Column('booth_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('vacancy_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['booth_id'], ['fair_booths.id'], name=op.f('fk_fair_vacancies_booth_id')),
    sa.ForeignKeyConstraint(['vacancy_id'], ['vacancies.id'], name=op.f('fk_fair_vacancies_vacancy_id')),
    sa.PrimaryKeyConstraint('booth_id', 'vacancy_id', name=op.f('pk_fair_vacancies'))
    )
    with op.batch_alter_table('fair_vacancies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fair_vacancies_vacancy_id'), ['vacancy_id'], unique=False)

    op.create_table('labour_travellers',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('team_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('placement_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['labour_batches.id'], name=op.f('fk_labour_travellers_batch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_labour_travellers_person_id')),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_labour_travellers_placement_id')),
    sa.ForeignKeyConstraint(['team_id'], ['work_teams.id'], name=op.f('fk_labour_travellers_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_labour_travellers')),
    sa.UniqueConstraint('batch_id', 'person_id', name=op.f('uq_labour_travellers_batch_id_person_id'))
    )
    with op.batch_alter_table('labour_travellers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_labour_travellers_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
