"""Hot terms, and recordings looked through for danger first

Revision: 0003, after 0002
"""
import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hot_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('term', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.Enum('place', 'hospital', 'medicine', name='hottermkind', native_enum=False, length=32), nullable=False),
    sa.Column('added_by', sa.String(length=80), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hot_terms')),
    sa.UniqueConstraint('language', 'term', name=op.f('uq_hot_terms_language'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('transcripts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proposed_text', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('exchanges', sa.JSON(), nullable=False, server_default='{}'))



def downgrade() -> None:
    with op.batch_alter_table('transcripts', schema=None) as batch_op:
        batch_op.drop_column('exchanges')
        batch_op.drop_column('proposed_text')

    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.drop_column('drafted_at')

    op.drop_table('hot_terms')
