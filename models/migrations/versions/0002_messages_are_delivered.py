"""messages are delivered"""

import sqlalchemy as sa
from alembic import op
import models.base

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    parts = sa.text("state = 'part'")
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_parts', ['channel', 'received_at'], unique=False, sqlite_where=parts, postgresql_where=parts)
    op.create_table('channel_leases',
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=False),
    sa.Column('until', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paused_until', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_channel_leases'))
    )
    op.create_table('odd_arrivals',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('body_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_odd_arrivals'))
    )
    op.create_table('join_codes',
    sa.Column('code_index', sa.LargeBinary(length=16), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_join_codes_person_id')),
    sa.PrimaryKeyConstraint('code_index', name=op.f('pk_join_codes'))
    )
    op.create_table('address_people',
    sa.Column('address_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_address_people_address_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_address_people_person_id')),
    sa.PrimaryKeyConstraint('address_id', 'person_id', name=op.f('pk_address_people'))
    )
    with op.batch_alter_table('address_people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_people_person_id'), ['person_id'], unique=False)

    op.create_table('join_misses',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('address_id', sa.BigInteger(), nullable=False),
    sa.Column('at', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_join_misses_address_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_misses'))
    )
    with op.batch_alter_table('join_misses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_join_misses_at'), ['at'], unique=False)

    # Plain ADD COLUMN, defaults kept: a table that others refer to cannot be made anew on SQLite.
    op.add_column('addresses', sa.Column('blocked_at', models.base.UtcDateTime(timezone=True), nullable=True))
    op.add_column('addresses', sa.Column('opted_out_at', models.base.UtcDateTime(timezone=True), nullable=True))
    op.add_column('addresses', sa.Column('shared', sa.Boolean(), nullable=False, server_default=sa.text('false')))
    op.add_column('addresses', sa.Column('known_until', models.base.UtcDateTime(timezone=True), nullable=True))
    op.add_column('addresses', sa.Column('held_sealed', sa.LargeBinary(), nullable=True))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=32), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('priority', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('due_at', models.base.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('attempts', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('sending_since', models.base.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('maybe_twice', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('external_id', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('segments', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('cost', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('receipt_at', models.base.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('error', sa.String(length=80), nullable=True))

    op.execute(
        "UPDATE outbox SET due_at = created_at, "
        "channel = (SELECT channel FROM addresses WHERE addresses.id = outbox.address_id), "
        "priority = CASE kind WHEN 'reply' THEN 0 WHEN 'interview' THEN 1 WHEN 'notice' THEN 2 ELSE 3 END"
    )
    unsent = sa.text("state IN ('waiting', 'sending')")
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.alter_column('due_at', existing_type=models.base.UtcDateTime(timezone=True), nullable=False)
        for name in ('channel', 'priority', 'attempts', 'maybe_twice'):
            batch_op.alter_column(name, server_default=None)
        batch_op.drop_index('ix_outbox_waiting')
        batch_op.create_index('ix_outbox_waiting', ['address_id', 'seq'], unique=False, sqlite_where=unsent, postgresql_where=unsent)
        batch_op.create_index('ix_outbox_due', ['channel', 'priority', 'id'], unique=False, sqlite_where=unsent, postgresql_where=unsent)
        batch_op.create_index('ix_outbox_parked', ['id'], unique=False, sqlite_where=sa.text("state IN ('failed', 'expired')"), postgresql_where=sa.text("state IN ('failed', 'expired')"))



def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
