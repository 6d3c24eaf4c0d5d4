"""Training: titles with days, classes and their lists, attendance, certificates, vouchers, subsidies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import models.base

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('institution_plans',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('institution_id', sa.BigInteger(), nullable=False),
    sa.Column('year', sa.BigInteger(), nullable=False),
    sa.Column('persons', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_institution_plans_institution_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institution_plans')),
    sa.UniqueConstraint('institution_id', 'year', name=op.f('uq_institution_plans_institution_id_year'))
    )
    op.create_table('institution_titles',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('institution_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=32), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_institution_titles_institution_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institution_titles'))
    )
    with op.batch_alter_table('institution_titles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_institution_titles_institution_id'), ['institution_id'], unique=False)

    op.create_table('trainers',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('institution_id', sa.BigInteger(), nullable=False),
    sa.Column('since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_trainers_institution_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_trainers_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trainers'))
    )
    with op.batch_alter_table('trainers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trainers_person_id'), ['person_id'], unique=False)

    op.create_table('course_vacancies',
    sa.Column('course_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('vacancy_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_course_vacancies_course_id')),
    sa.ForeignKeyConstraint(['vacancy_id'], ['vacancies.id'], name=op.f('fk_course_vacancies_vacancy_id')),
    sa.PrimaryKeyConstraint('course_id', 'vacancy_id', name=op.f('pk_course_vacancies'))
    )
    op.create_table('attendances',
    sa.Column('enrolment_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_attendances_enrolment_id')),
    sa.PrimaryKeyConstraint('enrolment_id', 'day', name=op.f('pk_attendances'))
    )
    op.create_table('certificates',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('issuer', sa.String(length=32), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('number_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('number_index', sa.LargeBinary(length=16), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_certificates_enrolment_id')),
    sa.ForeignKeyConstraint(['entered_by'], ['people.id'], name=op.f('fk_certificates_entered_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_certificates_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificates')),
    sa.UniqueConstraint('enrolment_id', name=op.f('uq_certificates_enrolment_id')),
    sa.UniqueConstraint('number_index', name=op.f('uq_certificates_number_index'))
    )
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificates_person_id'), ['person_id'], unique=False)

    op.create_table('training_subsidies',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('course_id', sa.BigInteger(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=True),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('paid_by', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['courses.id'], name=op.f('fk_training_subsidies_course_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_training_subsidies_enrolment_id')),
    sa.ForeignKeyConstraint(['paid_by'], ['people.id'], name=op.f('fk_training_subsidies_paid_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_subsidies')),
    sa.UniqueConstraint('enrolment_id', 'result', name=op.f('uq_training_subsidies_enrolment_id_result'))
    )
    with op.batch_alter_table('training_subsidies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_subsidies_course_id'), ['course_id'], unique=False)

    op.create_table('vouchers',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('office_id', sa.BigInteger(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since', models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('code_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('code_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('face_fen', sa.BigInteger(), nullable=False),
    sa.Column('course_type', sa.String(length=32), nullable=True),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('issued_by', sa.BigInteger(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=True),
    sa.Column('institution_id', sa.BigInteger(), nullable=True),
    sa.Column('redeemed_by', sa.BigInteger(), nullable=True),
    sa.Column('settled_fen', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_vouchers_enrolment_id')),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_vouchers_institution_id')),
    sa.ForeignKeyConstraint(['issued_by'], ['people.id'], name=op.f('fk_vouchers_issued_by')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_vouchers_office_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_vouchers_person_id')),
    sa.ForeignKeyConstraint(['redeemed_by'], ['people.id'], name=op.f('fk_vouchers_redeemed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vouchers')),
    sa.UniqueConstraint('code_index', name=op.f('uq_vouchers_code_index')),
    sa.UniqueConstraint('enrolment_id', name=op.f('uq_vouchers_enrolment_id'))
    )
    with op.batch_alter_table('vouchers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vouchers_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vouchers_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vouchers_state_expires_on'), ['state', 'expires_on'], unique=False)

    # no batch: SQLite would make the tables anew, and others refer to their rows
    op.add_column('courses', sa.Column('number', sa.BigInteger(), nullable=True))
    op.add_column('courses', sa.Column('mode', sa.String(length=32), nullable=False, server_default='open'))
    op.add_column('courses', sa.Column('held', sa.String(length=32), nullable=False, server_default='day'))
    op.add_column('courses', sa.Column('price_fen', sa.BigInteger(), nullable=True))
    op.add_column('courses', sa.Column('held_on', sa.Date(), nullable=True))
    op.create_index(op.f('ix_courses_institution_id'), 'courses', ['institution_id'], unique=False)
    op.create_index(op.f('ix_courses_starts_on'), 'courses', ['starts_on'], unique=False)
    op.create_index(op.f('ix_courses_number'), 'courses', ['number'], unique=True)
    op.add_column('enrolments', sa.Column('number', sa.BigInteger(), nullable=True))
    op.add_column('enrolments', sa.Column('offered_until', models.base.UtcDateTime(timezone=True), nullable=True))
    op.add_column('enrolments', sa.Column('enrolled_on', sa.Date(), nullable=True))
    op.add_column('enrolments', sa.Column('completed_on', sa.Date(), nullable=True))
    op.add_column('enrolments', sa.Column('passed_on', sa.Date(), nullable=True))
    op.add_column('enrolments', sa.Column('waived', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False, server_default='[]'))
    op.create_index(op.f('ix_enrolments_offered_until'), 'enrolments', ['offered_until'], unique=False)
    _number_what_is_there()


def _number_what_is_there() -> None:
    """Staff call a class by its number, and a person by the place on its list."""
    connection = op.get_bind()
    courses = connection.execute(sa.text("SELECT id FROM courses ORDER BY id")).scalars().all()
    for number, course in enumerate(courses, 1):
        connection.execute(sa.text("UPDATE courses SET number = :n WHERE id = :id"), {"n": number, "id": course})
        seats = connection.execute(
            sa.text("SELECT id FROM enrolments WHERE course_id = :id ORDER BY id"), {"id": course}
        ).scalars().all()
        for place, enrolment in enumerate(seats, 1):
            connection.execute(
                sa.text("UPDATE enrolments SET number = :n, enrolled_on = date(state_since) WHERE id = :id"),
                {"n": place, "id": enrolment},
            )


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
