"""Articles have versions, callers are told and corrected

Revision: 0004, after 0003
"""
import sqlalchemy as sa
from alembic import op
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


_CONTENT = {
    'category': sa.String(length=32), 'district': sa.String(length=40), 'question': sa.String(length=300),
    'phrasings': sa.JSON(), 'answer': sa.Text(), 'rank': sa.Integer(), 'is_sample': sa.Boolean(),
    'updated_at': sa.DateTime(timezone=True),
}
_REFERRING = ('correction_recipients', 'told_answers', 'corrections', 'radar_topics')
_old = sa.table('articles', sa.column('id', sa.Integer()), sa.column('created_at', sa.DateTime(timezone=True)),
                *(sa.column(name, kind) for name, kind in _CONTENT.items()))
_versions = sa.table(
    'article_versions', sa.column('article_id', sa.Integer()), sa.column('number', sa.Integer()),
    sa.column('state', sa.String()), sa.column('category', sa.String()), sa.column('districts', sa.JSON()),
    sa.column('question', sa.String()), sa.column('phrasings', sa.JSON()), sa.column('answer', sa.Text()),
    sa.column('long_text', sa.Text()), sa.column('rank', sa.Integer()), sa.column('source_url', sa.String()),
    sa.column('is_sample', sa.Boolean()), sa.column('authors', sa.JSON()), sa.column('review_note', sa.String()),
    sa.column('end_reason', sa.String()), sa.column('written_at', sa.DateTime(timezone=True)),
    sa.column('published_at', sa.DateTime(timezone=True)), sa.column('revision', sa.Integer()),
)


def _make_first_versions(connection, rows) -> None:
    """What callers heard until now is the published version 1."""
    for row in rows:
        connection.execute(sa.insert(_versions).values(
            article_id=row['id'], number=1, state='published', category=row['category'],
            districts=[row['district']] if row['district'] else [], question=row['question'],
            phrasings=row['phrasings'], answer=row['answer'], long_text='', rank=row['rank'], source_url='',
            is_sample=row['is_sample'], authors=['hotline'], review_note='', end_reason='',
            written_at=row['updated_at'], published_at=row['updated_at'], revision=1))
    if rows:
        connection.execute(sa.text("INSERT INTO stamps (name, value) VALUES ('articles', 'first')"))


def _keep_published_versions(connection, rows) -> None:
    """The older tables hold one wording of an article: the published one; articles without one go."""
    for row in rows:
        connection.execute(sa.update(_old).where(_old.c.id == row['article_id']).values(
            category=row['category'], district=(row['districts'] or [None])[0], question=row['question'],
            phrasings=row['phrasings'], answer=row['answer'], rank=row['rank'], is_sample=row['is_sample'],
            updated_at=row['published_at']))
    connection.execute(sa.delete(_old).where(_old.c.question.is_(None)))


def upgrade() -> None:
    op.create_table('announcements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'review', 'published', 'superseded', 'withdrawn', name='publishingstate', native_enum=False, length=32), nullable=False),
    sa.Column('text_zh', sa.String(length=400), nullable=False),
    sa.Column('text_en', sa.String(length=400), nullable=False),
    sa.Column('districts', sa.JSON(), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('authors', sa.JSON(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewer', sa.String(length=80), nullable=True),
    sa.Column('review_note', sa.String(length=500), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=80), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements'))
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.create_index('ix_announcements_state', ['state'], unique=False)

    op.create_table('article_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.Column('author', sa.String(length=80), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_imports'))
    )
    op.create_table('question_trials',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('audio', sa.LargeBinary(), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'heard', 'failed', name='trialstate', native_enum=False, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heard', sa.Text(), nullable=False),
    sa.Column('failure', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_trials'))
    )
    with op.batch_alter_table('question_trials', schema=None) as batch_op:
        batch_op.create_index('ix_question_trials_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('radar_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'done', 'failed', name='radarstate', native_enum=False, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('unanswered', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_radar_runs')),
    sa.UniqueConstraint('until_at', name=op.f('uq_radar_runs_until_at'))
    )
    with op.batch_alter_table('radar_runs', schema=None) as batch_op:
        batch_op.create_index('ix_radar_runs_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('stamps',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_stamps'))
    )
    op.create_table('article_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'review', 'published', 'superseded', 'withdrawn', name='publishingstate', native_enum=False, length=32), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('districts', sa.JSON(), nullable=False),
    sa.Column('question', sa.String(length=300), nullable=False),
    sa.Column('phrasings', sa.JSON(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('long_text', sa.Text(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('source_url', sa.String(length=500), nullable=False),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('based_on', sa.Integer(), nullable=True),
    sa.Column('authors', sa.JSON(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reviewer', sa.String(length=80), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_note', sa.String(length=500), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=80), nullable=True),
    sa.Column('end_reason', sa.String(length=500), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_article_versions_article_id_articles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_versions')),
    sa.UniqueConstraint('article_id', 'number', name=op.f('uq_article_versions_article_id'))
    )
    with op.batch_alter_table('article_versions', schema=None) as batch_op:
        batch_op.create_index('ix_article_versions_state', ['state'], unique=False)
        batch_op.create_index('uq_article_versions_open', ['article_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'review')"), postgresql_where=sa.text("state IN ('draft', 'review')"))
        batch_op.create_index('uq_article_versions_published', ['article_id'], unique=True, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))

    op.create_table('radar_topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('phrase', sa.String(length=200), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('asked_last_hour', sa.Integer(), nullable=False),
    sa.Column('asked_hour_before', sa.Integer(), nullable=False),
    sa.Column('last_asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('phrasings', sa.JSON(), nullable=False),
    sa.Column('calls', sa.JSON(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_radar_topics_article_id_articles')),
    sa.ForeignKeyConstraint(['run_id'], ['radar_runs.id'], name=op.f('fk_radar_topics_run_id_radar_runs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_radar_topics'))
    )
    with op.batch_alter_table('radar_topics', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_radar_topics_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_radar_topics_run_id'), ['run_id'], unique=False)

    op.create_table('corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wrong_version_id', sa.Integer(), nullable=False),
    sa.Column('right_version_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['right_version_id'], ['article_versions.id'], name=op.f('fk_corrections_right_version_id_article_versions')),
    sa.ForeignKeyConstraint(['wrong_version_id'], ['article_versions.id'], name=op.f('fk_corrections_wrong_version_id_article_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections'))
    )
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_corrections_wrong_version_id'), ['wrong_version_id'], unique=False)

    op.create_table('told_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('how', sa.Enum('key', 'voice', 'correction', name='toldby', native_enum=False, length=32), nullable=False),
    sa.Column('played_to_end', sa.Boolean(), nullable=False),
    sa.Column('helped', sa.Boolean(), nullable=True),
    sa.Column('rang_again_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_told_answers_call_id_calls')),
    sa.ForeignKeyConstraint(['version_id'], ['article_versions.id'], name=op.f('fk_told_answers_version_id_article_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_told_answers')),
    sa.UniqueConstraint('call_id', 'version_id', name=op.f('uq_told_answers_call_id'))
    )
    with op.batch_alter_table('told_answers', schema=None) as batch_op:
        batch_op.create_index('ix_told_answers_version_id_told_at', ['version_id', 'told_at'], unique=False)

    op.create_table('correction_recipients',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('wrong_version_id', sa.Integer(), nullable=False),
    sa.Column('caller_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('outgoing_id', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'heard', 'texted', 'to_person', name='recipientstate', native_enum=False, length=32), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_correction_recipients_call_id_calls')),
    sa.ForeignKeyConstraint(['caller_id'], ['callers.id'], name=op.f('fk_correction_recipients_caller_id_callers')),
    sa.ForeignKeyConstraint(['correction_id'], ['corrections.id'], name=op.f('fk_correction_recipients_correction_id_corrections')),
    sa.ForeignKeyConstraint(['outgoing_id'], ['outbox.id'], name=op.f('fk_correction_recipients_outgoing_id_outbox')),
    sa.ForeignKeyConstraint(['wrong_version_id'], ['article_versions.id'], name=op.f('fk_correction_recipients_wrong_version_id_article_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_recipients')),
    sa.UniqueConstraint('wrong_version_id', 'caller_id', name=op.f('uq_correction_recipients_wrong_version_id'))
    )
    with op.batch_alter_table('correction_recipients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_recipients_correction_id'), ['correction_id'], unique=False)
        batch_op.create_index('ix_correction_recipients_state_due_at', ['state', 'due_at'], unique=False)

    with op.batch_alter_table('articles', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('created_at', sa.DateTime(timezone=True), nullable=True))
    rows = op.get_bind().execute(sa.select(_old)).mappings().all()
    op.execute(sa.update(_old).values(created_at=_old.c.updated_at))
    with op.batch_alter_table('articles', schema=None) as batch_op:  # before anything refers to it: SQLite copies it
        batch_op.alter_column('created_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        for name in _CONTENT:
            batch_op.drop_column(name)
    _make_first_versions(op.get_bind(), rows)

    with op.batch_alter_table('callers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sms_agreed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('secrecy_asked', sa.Boolean(), nullable=False, server_default=sa.false()))



def downgrade() -> None:
    op.drop_column('callers', 'secrecy_asked')
    op.drop_column('callers', 'sms_agreed')

    with op.batch_alter_table('articles', schema=None) as batch_op:
        for name, kind in _CONTENT.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    for table in _REFERRING:
        op.drop_table(table)
    rows = op.get_bind().execute(sa.select(_versions).where(_versions.c.state == 'published')).mappings().all()
    op.drop_table('article_versions')
    _keep_published_versions(op.get_bind(), rows)
    with op.batch_alter_table('articles', schema=None) as batch_op:
        for name, kind in _CONTENT.items():
            batch_op.alter_column(name, existing_type=kind, nullable=name == 'district')
        batch_op.drop_column('created_at')
        batch_op.drop_column('owner')

    op.drop_table('stamps')
    with op.batch_alter_table('radar_runs', schema=None) as batch_op:
        batch_op.drop_index('ix_radar_runs_state_due_at')

    op.drop_table('radar_runs')
    with op.batch_alter_table('question_trials', schema=None) as batch_op:
        batch_op.drop_index('ix_question_trials_state_due_at')

    op.drop_table('question_trials')
    op.drop_table('article_imports')
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.drop_index('ix_announcements_state')

    op.drop_table('announcements')
