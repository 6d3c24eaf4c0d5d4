"""The ledger is sealed into blocks; reports are filed; targets are handed down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import models.base

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ledger_blocks',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('chain', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('entries', sa.BigInteger(), nullable=False),
    sa.Column('entries_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('before_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('sealed_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_blocks')),
    sa.UniqueConstraint('chain', 'number', name=op.f('uq_ledger_blocks_chain_number'))
    )
    op.create_table('filings',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('form', sa.String(length=32), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('period', sa.String(length=32), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.Column('figures', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('confirmed', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('checks', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('explained', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('narrative', sa.Text(), nullable=False),
    sa.Column('scan', sa.String(length=200), nullable=True),
    sa.Column('recorded_until', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entries', sa.BigInteger(), nullable=False),
    sa.Column('before_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('submitted_by', sa.BigInteger(), nullable=False),
    sa.Column('submitted_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_filings_decided_by')),
    sa.ForeignKeyConstraint(['submitted_by'], ['people.id'], name=op.f('fk_filings_submitted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filings')),
    sa.UniqueConstraint('form', 'region', 'period', 'revision', name=op.f('uq_filings_form_region_period_revision'))
    )
    with op.batch_alter_table('filings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_filings_region'), ['region'], unique=False)

    op.create_table('ledger_seals',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('block_id', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['block_id'], ['ledger_blocks.id'], name=op.f('fk_ledger_seals_block_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_seals'))
    )
    with op.batch_alter_table('ledger_seals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_seals_block_id'), ['block_id'], unique=False)
    op.create_table('programme_targets',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('programme', sa.String(length=64), nullable=False),
    sa.Column('indicator', sa.String(length=32), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('target', sa.BigInteger(), nullable=True),
    sa.Column('set_by', sa.BigInteger(), nullable=True),
    sa.Column('set_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['set_by'], ['people.id'], name=op.f('fk_programme_targets_set_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_targets'))
    )
    with op.batch_alter_table('programme_targets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_targets_programme_region'), ['programme', 'region'], unique=False)
    op.create_table('claim_releases',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('claim', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('released_by', sa.BigInteger(), nullable=False),
    sa.Column('released_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['released_by'], ['people.id'], name=op.f('fk_claim_releases_released_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_releases')),
    sa.UniqueConstraint('claim', name=op.f('uq_claim_releases_claim'))
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
