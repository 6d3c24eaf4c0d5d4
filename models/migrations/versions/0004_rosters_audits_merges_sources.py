"""Rosters are read; placements are audited; records are merged; vacancies have sources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import models.base

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_draws',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('cutoff', sa.Date(), nullable=False),
    sa.Column('percent_hundredths', sa.BigInteger(), nullable=False),
    sa.Column('minimum', sa.BigInteger(), nullable=False),
    sa.Column('maximum', sa.BigInteger(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('population', sa.BigInteger(), nullable=False),
    sa.Column('population_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('drawn_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('drawn_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['drawn_by'], ['people.id'], name=op.f('fk_audit_draws_drawn_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_draws'))
    )
    with op.batch_alter_table('audit_draws', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_draws_region'), ['region'], unique=False)

    op.create_table('people_apart',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('one_id', sa.BigInteger(), nullable=False),
    sa.Column('other_id', sa.BigInteger(), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=False),
    sa.Column('decided_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_people_apart_decided_by')),
    sa.ForeignKeyConstraint(['one_id'], ['people.id'], name=op.f('fk_people_apart_one_id')),
    sa.ForeignKeyConstraint(['other_id'], ['people.id'], name=op.f('fk_people_apart_other_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_apart')),
    sa.UniqueConstraint('one_id', 'other_id', name=op.f('uq_people_apart_one_id_other_id'))
    )
    op.create_table('person_merges',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kept_id', sa.BigInteger(), nullable=False),
    sa.Column('gone_id', sa.BigInteger(), nullable=False),
    sa.Column('moved', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('merged_by', sa.BigInteger(), nullable=False),
    sa.Column('merged_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.Column('undone_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['gone_id'], ['people.id'], name=op.f('fk_person_merges_gone_id')),
    sa.ForeignKeyConstraint(['kept_id'], ['people.id'], name=op.f('fk_person_merges_kept_id')),
    sa.ForeignKeyConstraint(['merged_by'], ['people.id'], name=op.f('fk_person_merges_merged_by')),
    sa.ForeignKeyConstraint(['undone_by'], ['people.id'], name=op.f('fk_person_merges_undone_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_merges'))
    )
    with op.batch_alter_table('person_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_merges_gone_id'), ['gone_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_merges_kept_id'), ['kept_id'], unique=False)

    op.create_table('rosters',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('file_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('imported_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_rosters_office_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rosters'))
    )
    with op.batch_alter_table('rosters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rosters_office_id'), ['office_id'], unique=False)

    op.create_table('audit_checks',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('draw_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('entry_key', sa.String(length=80), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('called_by', sa.BigInteger(), nullable=True),
    sa.Column('called_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reply_until', sa.Date(), nullable=True),
    sa.Column('reply_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('replied_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['called_by'], ['people.id'], name=op.f('fk_audit_checks_called_by')),
    sa.ForeignKeyConstraint(['draw_id'], ['audit_draws.id'], name=op.f('fk_audit_checks_draw_id')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_audit_checks_office_id')),
    sa.ForeignKeyConstraint(['replied_by'], ['people.id'], name=op.f('fk_audit_checks_replied_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_checks')),
    sa.UniqueConstraint('draw_id', 'entry_key', name=op.f('uq_audit_checks_draw_id_entry_key'))
    )
    with op.batch_alter_table('audit_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_checks_entry_key'), ['entry_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_checks_state'), ['state'], unique=False)

    op.create_table('roster_rows',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('roster_id', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('identity', sa.LargeBinary(length=16), nullable=True),
    sa.Column('certificate', sa.LargeBinary(length=16), nullable=True),
    sa.Column('cells_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_roster_rows_person_id')),
    sa.ForeignKeyConstraint(['roster_id'], ['rosters.id'], name=op.f('fk_roster_rows_roster_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_rows')),
    sa.UniqueConstraint('certificate', name=op.f('uq_roster_rows_certificate'))
    )
    with op.batch_alter_table('roster_rows', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roster_rows_identity'), ['identity'], unique=False)
        batch_op.create_index(batch_op.f('ix_roster_rows_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_roster_rows_roster_id'), ['roster_id'], unique=False)

    op.create_table('vacancy_sources',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('external_id', sa.String(length=120), nullable=False),
    sa.Column('vacancy_id', sa.BigInteger(), nullable=False),
    sa.Column('brought', sa.Boolean(), nullable=False),
    sa.Column('valid_through', sa.Date(), nullable=True),
    sa.Column('seen_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['vacancy_id'], ['vacancies.id'], name=op.f('fk_vacancy_sources_vacancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vacancy_sources')),
    sa.UniqueConstraint('source', 'external_id', name=op.f('uq_vacancy_sources_source_external_id'))
    )
    with op.batch_alter_table('vacancy_sources', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vacancy_sources_vacancy_id'), ['vacancy_id'], unique=False)

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
