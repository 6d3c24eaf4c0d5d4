"""Family files, aid, tickets, funds, loans, businesses, graduates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import models.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('funds',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('programme', sa.String(length=32), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('balance_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('balance_fen >= 0', name=op.f('ck_funds_not_below_zero')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_funds_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funds')),
    sa.UniqueConstraint('office_id', 'programme', 'source', name=op.f('uq_funds_office_id_programme_source'))
    )
    op.create_table('graduates',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('listed_from', sa.String(length=32), nullable=False),
    sa.Column('graduated_on', sa.Date(), nullable=False),
    sa.Column('home_region', sa.String(length=6), nullable=False),
    sa.Column('study_region', sa.String(length=6), nullable=False),
    sa.Column('helper_id', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('contacted_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['helper_id'], ['people.id'], name=op.f('fk_graduates_helper_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_graduates_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_graduates_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_graduates')),
    sa.UniqueConstraint('person_id', name=op.f('uq_graduates_person_id'))
    )
    with op.batch_alter_table('graduates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_graduates_region_status_contacted_on'), ['region', 'status', 'contacted_on'], unique=False)

    op.create_table('loans',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('guaranteed', sa.Boolean(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('months', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('granted_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_loans_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_loans_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loans'))
    )
    with op.batch_alter_table('loans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loans_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_loans_region_state'), ['region', 'state'], unique=False)

    op.create_table('projects',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('trade', sa.String(length=40), nullable=False),
    sa.Column('capital_fen', sa.BigInteger(), nullable=False),
    sa.Column('summary', sa.String(length=500), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_projects_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_projects'))
    )
    with op.batch_alter_table('projects', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_projects_region'), ['region'], unique=False)

    op.create_table('publicities',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('place', sa.String(length=32), nullable=False),
    sa.Column('place_name', sa.String(length=80), nullable=False),
    sa.Column('content', sa.String(length=200), nullable=False),
    sa.Column('standard', sa.String(length=200), nullable=False),
    sa.Column('posted_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('posted_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_publicities_office_id')),
    sa.ForeignKeyConstraint(['posted_by'], ['people.id'], name=op.f('fk_publicities_posted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publicities'))
    )
    with op.batch_alter_table('publicities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publicities_region_state'), ['region', 'state'], unique=False)

    op.create_table('reemployment_cards',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('number_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('number_index', sa.LargeBinary(length=16), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_reemployment_cards_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_reemployment_cards_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reemployment_cards')),
    sa.UniqueConstraint('number_index', name=op.f('uq_reemployment_cards_number_index'))
    )
    with op.batch_alter_table('reemployment_cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reemployment_cards_person_id'), ['person_id'], unique=False)

    op.create_table('services_given',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('service', sa.String(length=32), nullable=False),
    sa.Column('topic', sa.String(length=32), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('given_by', sa.BigInteger(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['given_by'], ['people.id'], name=op.f('fk_services_given_given_by')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_services_given_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_services_given_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_services_given'))
    )
    with op.batch_alter_table('services_given', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_services_given_person_id_service'), ['person_id', 'service'], unique=False)
        batch_op.create_index(batch_op.f('ix_services_given_region_given_on'), ['region', 'given_on'], unique=False)

    op.create_table('subsidies',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('paid_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_subsidies_office_id')),
    sa.ForeignKeyConstraint(['paid_by'], ['people.id'], name=op.f('fk_subsidies_paid_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_subsidies_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidies')),
    sa.UniqueConstraint('person_id', 'purpose', 'subject', name=op.f('uq_subsidies_person_id_purpose_subject'))
    )
    op.create_table('tickets',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('topic', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_tickets_answered_by')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_tickets_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_tickets_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tickets'))
    )
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tickets_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_region_state_due_on'), ['region', 'state', 'due_on'], unique=False)

    op.create_table('family_files',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('applicant_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('groups', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('details_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('publicity_id', sa.BigInteger(), nullable=True),
    sa.Column('on_file_since', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('reminded_for', sa.Date(), nullable=True),
    sa.Column('closed_for', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['applicant_id'], ['people.id'], name=op.f('fk_family_files_applicant_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_family_files_office_id')),
    sa.ForeignKeyConstraint(['publicity_id'], ['publicities.id'], name=op.f('fk_family_files_publicity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_files'))
    )
    with op.batch_alter_table('family_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_files_applicant_id'), ['applicant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_files_publicity_id'), ['publicity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_files_region_state'), ['region', 'state'], unique=False)

    op.create_table('fund_moves',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fund_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=True),
    sa.Column('moved_on', sa.Date(), nullable=False),
    sa.Column('moved_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['fund_id'], ['funds.id'], name=op.f('fk_fund_moves_fund_id')),
    sa.ForeignKeyConstraint(['moved_by'], ['people.id'], name=op.f('fk_fund_moves_moved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_moves'))
    )
    with op.batch_alter_table('fund_moves', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fund_moves_fund_id_moved_on'), ['fund_id', 'moved_on'], unique=False)

    op.create_table('graduate_statuses',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('graduate_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('noted_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['graduate_id'], ['graduates.id'], name=op.f('fk_graduate_statuses_graduate_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['people.id'], name=op.f('fk_graduate_statuses_noted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_graduate_statuses'))
    )
    with op.batch_alter_table('graduate_statuses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_graduate_statuses_graduate_id'), ['graduate_id'], unique=False)

    op.create_table('internships',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('graduate_id', sa.BigInteger(), nullable=False),
    sa.Column('employer_id', sa.BigInteger(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_internships_employer_id')),
    sa.ForeignKeyConstraint(['graduate_id'], ['graduates.id'], name=op.f('fk_internships_graduate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_internships'))
    )
    with op.batch_alter_table('internships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_internships_graduate_id'), ['graduate_id'], unique=False)

    op.create_table('loan_instalments',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('loan_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['loan_id'], ['loans.id'], name=op.f('fk_loan_instalments_loan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loan_instalments')),
    sa.UniqueConstraint('loan_id', 'number', name=op.f('uq_loan_instalments_loan_id_number'))
    )
    with op.batch_alter_table('loan_instalments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loan_instalments_due_on'), ['due_on'], unique=False)

    op.create_table('objections',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('publicity_id', sa.BigInteger(), nullable=False),
    sa.Column('about', sa.String(length=64), nullable=False),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['publicity_id'], ['publicities.id'], name=op.f('fk_objections_publicity_id')),
    sa.ForeignKeyConstraint(['settled_by'], ['people.id'], name=op.f('fk_objections_settled_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objections'))
    )
    with op.batch_alter_table('objections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objections_about'), ['about'], unique=False)
        batch_op.create_index(batch_op.f('ix_objections_publicity_id'), ['publicity_id'], unique=False)

    op.create_table('startups',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('project_id', sa.BigInteger(), nullable=True),
    sa.Column('title_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_startups_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_startups_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_startups_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_startups'))
    )
    with op.batch_alter_table('startups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_startups_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_startups_region_state'), ['region', 'state'], unique=False)

    op.create_table('aid_grants',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('family_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.String(length=32), nullable=True),
    sa.Column('entered_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('publicity_id', sa.BigInteger(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('applied_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['applied_by'], ['people.id'], name=op.f('fk_aid_grants_applied_by')),
    sa.ForeignKeyConstraint(['family_id'], ['family_files.id'], name=op.f('fk_aid_grants_family_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_aid_grants_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_aid_grants_person_id')),
    sa.ForeignKeyConstraint(['publicity_id'], ['publicities.id'], name=op.f('fk_aid_grants_publicity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid_grants'))
    )
    with op.batch_alter_table('aid_grants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_aid_grants_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_aid_grants_publicity_id'), ['publicity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_aid_grants_region_state'), ['region', 'state'], unique=False)
        batch_op.create_index('uq_aid_grants_tuition', ['person_id', 'year', 'stage'], unique=True, sqlite_where=sa.text("kind = 'tuition' AND state <> 'refused'"), postgresql_where=sa.text("kind = 'tuition' AND state <> 'refused'"))

    op.create_table('created_jobs',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('loan_id', sa.BigInteger(), nullable=True),
    sa.Column('startup_id', sa.BigInteger(), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('noted_on', sa.Date(), nullable=False),
    sa.Column('noted_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['loan_id'], ['loans.id'], name=op.f('fk_created_jobs_loan_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['people.id'], name=op.f('fk_created_jobs_noted_by')),
    sa.ForeignKeyConstraint(['startup_id'], ['startups.id'], name=op.f('fk_created_jobs_startup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_created_jobs'))
    )
    with op.batch_alter_table('created_jobs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_created_jobs_loan_id'), ['loan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_created_jobs_startup_id'), ['startup_id'], unique=False)

    op.create_table('family_members',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('family_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('relation', sa.String(length=32), nullable=False),
    sa.Column('groups', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('born_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['family_files.id'], name=op.f('fk_family_members_family_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_family_members_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_members'))
    )
    with op.batch_alter_table('family_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_members_family_id'), ['family_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_family_members_person_id'), ['person_id'], unique=False)

    op.create_table('family_proofs',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('family_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('dropped_on', sa.Date(), nullable=True),
    sa.Column('seen_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['family_id'], ['family_files.id'], name=op.f('fk_family_proofs_family_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_family_proofs_person_id')),
    sa.ForeignKeyConstraint(['seen_by'], ['people.id'], name=op.f('fk_family_proofs_seen_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_proofs'))
    )
    with op.batch_alter_table('family_proofs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_family_proofs_family_id'), ['family_id'], unique=False)

    op.create_table('startup_checks',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('startup_id', sa.BigInteger(), nullable=False),
    sa.Column('months', sa.BigInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('operating', sa.Boolean(), nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_startup_checks_answered_by')),
    sa.ForeignKeyConstraint(['startup_id'], ['startups.id'], name=op.f('fk_startup_checks_startup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_startup_checks')),
    sa.UniqueConstraint('startup_id', 'months', name=op.f('uq_startup_checks_startup_id_months'))
    )
    with op.batch_alter_table('startup_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_startup_checks_due_on'), ['due_on'], unique=False)
    op.create_table('work_study_offers',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('employer_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('offered_on', sa.Date(), nullable=False),
    sa.Column('noted_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_work_study_offers_employer_id')),
    sa.ForeignKeyConstraint(['noted_by'], ['people.id'], name=op.f('fk_work_study_offers_noted_by')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_work_study_offers_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_study_offers'))
    )
    with op.batch_alter_table('work_study_offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_study_offers_region'), ['region'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
