"""The way of an order

Revision: 0005, after 0004
"""
import hashlib
import json
import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_roots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_event_id', sa.Integer(), nullable=False),
    sa.Column('heads', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_roots'))
    )
    op.create_table('departments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('ordinary', 'backstop', 'psychological', name='departmentkind', native_enum=False, length=32), nullable=False),
    sa.Column('district', sa.String(length=40), nullable=True),
    sa.Column('channel', sa.Enum('console', 'sms', 'call', 'webhook', 'email', 'open311', name='noticechannel', native_enum=False, length=32), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('secret', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departments')),
    sa.UniqueConstraint('name', name=op.f('uq_departments_name'))
    )
    op.create_table('incidents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('category', sa.Enum('medical', 'travel', 'supplies', 'policy', 'complaint', 'other', name='category', native_enum=False, length=32), nullable=True),
    sa.Column('district', sa.String(length=40), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.String(length=80), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents'))
    )
    op.create_table('volunteer_teams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('districts', sa.JSON(), nullable=False),
    sa.Column('categories', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer_teams')),
    sa.UniqueConstraint('name', name=op.f('uq_volunteer_teams_name'))
    )
    op.create_table('working_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('opens', sa.String(length=5), nullable=False),
    sa.Column('closes', sa.String(length=5), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_hours')),
    sa.UniqueConstraint('name', name=op.f('uq_working_hours_name'))
    )
    op.create_table('contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('duty', 'supervisor', 'leader', 'department', 'street', 'committee', 'hospital', 'emergency', 'psychological', name='contactkind', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('district', sa.String(length=40), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('test_called_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_contacts_department_id_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts'))
    )
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contacts_kind'), ['kind'], unique=False)

    op.create_table('deadline_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('urgency', sa.Enum('red', 'yellow', 'green', 'unknown', name='urgency', native_enum=False, length=32), nullable=False),
    sa.Column('category', sa.Enum('medical', 'travel', 'supplies', 'policy', 'complaint', 'other', name='category', native_enum=False, length=32), nullable=True),
    sa.Column('step', sa.Enum('accept', 'answer', 'finish', 'close', 'wake', name='clockstep', native_enum=False, length=32), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('working_hours_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['working_hours_id'], ['working_hours.id'], name=op.f('fk_deadline_rules_working_hours_id_working_hours')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_rules')),
    sa.UniqueConstraint('urgency', 'category', 'step', name=op.f('uq_deadline_rules_urgency'))
    )
    op.create_table('dispatch_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('category', sa.Enum('medical', 'travel', 'supplies', 'policy', 'complaint', 'other', name='category', native_enum=False, length=32), nullable=True),
    sa.Column('district', sa.String(length=40), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('assisting', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_dispatch_rules_department_id_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispatch_rules'))
    )
    with op.batch_alter_table('dispatch_rules', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispatch_rules_department_id'), ['department_id'], unique=False)

    op.create_table('shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_shifts_contact_id_contacts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts'))
    )
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shifts_contact_id'), ['contact_id'], unique=False)

    op.create_table('follow_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('solved', sa.Boolean(), nullable=True),
    sa.Column('satisfied', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_follow_ups_department_id_departments')),
    sa.ForeignKeyConstraint(['order_id'], ['work_orders.id'], name=op.f('fk_follow_ups_order_id_work_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups'))
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_ups_department_id'), ['department_id'], unique=False)
        batch_op.create_index('ix_follow_ups_due_at', ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_ups_order_id'), ['order_id'], unique=False)

    op.create_table('matter_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('likeness', sa.Double(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=80), nullable=True),
    sa.Column('joined', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_matter_proposals_incident_id_incidents')),
    sa.ForeignKeyConstraint(['order_id'], ['work_orders.id'], name=op.f('fk_matter_proposals_order_id_work_orders')),
    sa.ForeignKeyConstraint(['other_id'], ['work_orders.id'], name=op.f('fk_matter_proposals_other_id_work_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matter_proposals')),
    sa.UniqueConstraint('order_id', 'incident_id', name='uq_matter_proposals_incident'),
    sa.UniqueConstraint('order_id', 'other_id', name='uq_matter_proposals_orders')
    )
    op.add_column('order_events', sa.Column('words', sa.JSON(), nullable=True))
    op.add_column('order_events', sa.Column('words_digest', sa.String(length=64), nullable=True))
    op.add_column('order_events', sa.Column('prev_hash', sa.String(length=64), nullable=False, server_default=''))
    op.add_column('order_events', sa.Column('hash', sa.String(length=64), nullable=False, server_default=''))
    _add_reference('staff', 'department_id', 'departments')
    _add_reference('staff', 'team_id', 'volunteer_teams')
    for name, table in (
        ('department_id', 'departments'),
        ('about_department_id', 'departments'),
        ('team_id', 'volunteer_teams'),
        ('incident_id', 'incidents'),
        ('merged_into_id', 'work_orders'),
    ):
        _add_reference('work_orders', name, table)
    clock_step = sa.Enum('accept', 'answer', 'finish', 'close', 'wake', name='clockstep', native_enum=False, length=32)
    for column in (
        sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('hides_identity', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('wakes_on', sa.String(length=80), nullable=True),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_step', clock_step, nullable=True),
        sa.Column('check_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('head_position', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('head_hash', sa.String(length=64), nullable=False, server_default=''),
    ):
        op.add_column('work_orders', column)
    for name in ('check_at', 'claimed_until', 'department_id', 'incident_id'):
        op.create_index(f'ix_work_orders_{name}', 'work_orders', [name])
    _chain_what_is_there()
    op.execute("UPDATE work_orders SET check_at = registered_at")


def _add_reference(table: str, column: str, to: str) -> None:
    """In plain SQL: SQLite would otherwise make the table anew, which its own foreign keys forbid once it has rows."""
    op.execute(
        f'ALTER TABLE {table} ADD COLUMN {column} INTEGER '
        f'CONSTRAINT fk_{table}_{column}_{to} REFERENCES {to} (id)'
    )


def _chain_what_is_there() -> None:
    """Chain the events that were written before there was a chain; what people wrote leaves the hashed part."""
    connection = op.get_bind()
    events = sa.table(
        'order_events',
        sa.column('id', sa.Integer), sa.column('order_id', sa.Integer), sa.column('position', sa.Integer),
        sa.column('event', sa.String), sa.column('actor', sa.String), sa.column('happened_at', sa.DateTime(timezone=True)),
        sa.column('detail', sa.JSON), sa.column('words', sa.JSON), sa.column('words_digest', sa.String),
        sa.column('prev_hash', sa.String), sa.column('hash', sa.String),
    )
    orders = sa.table(
        'work_orders', sa.column('id', sa.Integer), sa.column('head_position', sa.Integer), sa.column('head_hash', sa.String)
    )
    order_id, before = None, ''
    for row in connection.execute(sa.select(events).order_by(events.c.order_id, events.c.position)).all():
        before = before if row.order_id == order_id else ''
        order_id = row.order_id
        detail = dict(row.detail)
        words = {'salt': secrets.token_hex(16), 'reason': detail.pop('reason')} if 'reason' in detail else None
        digest = _digest(words) if words else None
        at = _utc(row.happened_at).isoformat(timespec='microseconds')
        head = _digest([row.order_id, row.position, row.event, row.actor, at, detail, digest, before])
        values = {'detail': detail, 'words_digest': digest, 'prev_hash': before, 'hash': head}
        connection.execute(
            sa.update(events).where(events.c.id == row.id).values(**values, **({'words': words} if words else {}))
        )
        connection.execute(
            sa.update(orders).where(orders.c.id == row.order_id).values(head_position=row.position, head_hash=head)
        )
        before = head


def _utc(moment: datetime) -> datetime:
    """SQLite gives back what was written, in UTC; PostgreSQL the moment in the session's own zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    for name in ('check_at', 'claimed_until', 'department_id', 'incident_id'):
        op.drop_index(f'ix_work_orders_{name}', 'work_orders')
    columns = {
        'order_events': ('hash', 'prev_hash', 'words_digest', 'words'),
        'staff': ('team_id', 'department_id'),
        'work_orders': (
            'head_hash', 'head_position', 'check_at', 'due_step', 'due_at', 'merged_into_id', 'incident_id', 'wakes_on',
            'hides_identity', 'claimed_until', 'team_id', 'about_department_id', 'department_id',
        ),
    }
    for table, names in columns.items():
        for name in names:
            op.execute(f'ALTER TABLE {table} DROP COLUMN {name}')
    op.drop_table('matter_proposals')
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_ups_order_id'))
        batch_op.drop_index('ix_follow_ups_due_at')
        batch_op.drop_index(batch_op.f('ix_follow_ups_department_id'))

    op.drop_table('follow_ups')
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shifts_contact_id'))

    op.drop_table('shifts')
    with op.batch_alter_table('dispatch_rules', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispatch_rules_department_id'))

    op.drop_table('dispatch_rules')
    op.drop_table('deadline_rules')
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contacts_kind'))

    op.drop_table('contacts')
    op.drop_table('working_hours')
    op.drop_table('volunteer_teams')
    op.drop_table('incidents')
    op.drop_table('departments')
    op.drop_table('audit_roots')
