"""The line and its seats

Revision: 0006, after 0005
"""
import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_attempted_at', ['attempted_at'], unique=False)

    op.create_table('seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('telephone', sa.String(length=20), nullable=True),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('skills', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('offline', 'available', 'ringing', 'talking', 'wrap_up', 'break', name='seatstate', native_enum=False, length=32), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_state', sa.Enum('offline', 'available', 'ringing', 'talking', 'wrap_up', 'break', name='seatstate', native_enum=False, length=32), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_seats_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seats')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_seats_staff_id'))
    )
    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.create_index('ix_seats_state', ['state', 'state_since'], unique=False)

    op.create_table('line_places',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('caller_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('skill', sa.String(length=40), nullable=False),
    sa.Column('urgency', sa.Enum('red', 'yellow', 'green', 'unknown', name='urgency', native_enum=False, length=32), nullable=False),
    sa.Column('urgency_rank', sa.Integer(), nullable=False),
    sa.Column('danger_words', sa.Boolean(), nullable=False),
    sa.Column('matter', sa.Text(), nullable=False),
    sa.Column('channel', sa.Enum('holding', 'callback', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'later', 'offered', 'taken', 'by_hand', 'done', name='placestate', native_enum=False, length=32), nullable=False),
    sa.Column('first_called_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('promised_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=True),
    sa.Column('outgoing_id', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('talked', 'withdrawn', 'unreachable', 'closed_by_hand', name='placeoutcome', native_enum=False, length=32), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_line_places_call_id_calls')),
    sa.ForeignKeyConstraint(['caller_id'], ['callers.id'], name=op.f('fk_line_places_caller_id_callers')),
    sa.ForeignKeyConstraint(['outgoing_id'], ['outbox.id'], name=op.f('fk_line_places_outgoing_id_outbox')),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_line_places_seat_id_seats')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_places'))
    )
    with op.batch_alter_table('line_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_line_places_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_line_places_caller_id'), ['caller_id'], unique=False)
        batch_op.create_index('ix_line_places_closed', ['closed_at'], unique=False)
        batch_op.create_index('ix_line_places_due', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_line_places_next', ['state', 'language', 'skill', 'urgency_rank', 'first_called_at', 'id'], unique=False)
        batch_op.create_index('ix_line_places_recent', ['first_called_at'], unique=False)

    op.create_table('seat_spells',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('offline', 'available', 'ringing', 'talking', 'wrap_up', 'break', name='seatstate', native_enum=False, length=32), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_seat_spells_seat_id_seats')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_spells'))
    )
    with op.batch_alter_table('seat_spells', schema=None) as batch_op:
        batch_op.create_index('ix_seat_spells_ended', ['state', 'ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_seat_spells_seat_id'), ['seat_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('seat_spells', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seat_spells_seat_id'))
        batch_op.drop_index('ix_seat_spells_ended')

    op.drop_table('seat_spells')
    with op.batch_alter_table('line_places', schema=None) as batch_op:
        batch_op.drop_index('ix_line_places_recent')
        batch_op.drop_index('ix_line_places_next')
        batch_op.drop_index('ix_line_places_due')
        batch_op.drop_index('ix_line_places_closed')
        batch_op.drop_index(batch_op.f('ix_line_places_caller_id'))
        batch_op.drop_index(batch_op.f('ix_line_places_call_id'))

    op.drop_table('line_places')
    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.drop_index('ix_seats_state')

    op.drop_table('seats')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_attempted_at')

