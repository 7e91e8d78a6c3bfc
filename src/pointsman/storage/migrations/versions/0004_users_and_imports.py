"""Users, their sessions and links; files that are taken in."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from pointsman.storage.columns import Document, Id, Moment, Record

revision: Final = '0004'
down_revision: Final = '0003'
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table('sign_in_failures',
    sa.Column('id', Id, nullable=False),
    sa.Column('source', sa.String(length=320), nullable=False),
    sa.Column('failed_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_failures'))
    )
    op.create_index(op.f('ix_sign_in_failures_failed_at'), 'sign_in_failures', ['failed_at'], unique=False)
    op.create_index(op.f('ix_sign_in_failures_source_failed_at'), 'sign_in_failures', ['source', 'failed_at'], unique=False)
    op.create_table('imports',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('user_id', Id, nullable=True),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('target_kind', sa.String(length=16), nullable=True),
    sa.Column('target_id', Id, nullable=True),
    sa.Column('mapping', Document, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('total_rows', sa.Integer(), nullable=False),
    sa.Column('done_rows', sa.Integer(), nullable=False),
    sa.Column('accepted_rows', sa.Integer(), nullable=False),
    sa.Column('rejected_rows', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('token', sa.Integer(), nullable=False),
    sa.Column('leased_until', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('finished_at', Moment(), nullable=True),
    sa.CheckConstraint("state IN ('uploaded', 'running', 'done', 'failed', 'cancelled')", name=op.f('ck_imports_state')),
    sa.CheckConstraint("target_kind IN ('processor', 'workflow', 'ruleset')", name=op.f('ck_imports_target_kind')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_imports_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports'))
    )
    op.create_index(op.f('ix_imports_org_id_id'), 'imports', ['org_id', 'id'], unique=False)
    op.create_index('ix_imports_running', 'imports', ['leased_until'], unique=False, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_table('users',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=True),
    sa.CheckConstraint("role IN ('owner', 'admin', 'member', 'viewer')", name=op.f('ck_users_role')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_users_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email'))
    )
    op.create_index(op.f('ix_users_org_id_id'), 'users', ['org_id', 'id'], unique=False)
    op.create_table('import_files',
    sa.Column('import_id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_import_files_import_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_import_files_org_id')),
    sa.PrimaryKeyConstraint('import_id', name=op.f('pk_import_files'))
    )
    op.create_table('import_rejects',
    sa.Column('import_id', Id, nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('row', Record, nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_import_rejects_import_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_import_rejects_org_id')),
    sa.PrimaryKeyConstraint('import_id', 'row_number', name=op.f('pk_import_rejects'))
    )
    op.create_table('sessions',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('user_id', Id, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_sessions_org_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sessions_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('digest', name=op.f('uq_sessions_digest'))
    )
    op.create_index(op.f('ix_sessions_expires_at'), 'sessions', ['expires_at'], unique=False)
    op.create_index(op.f('ix_sessions_user_id'), 'sessions', ['user_id'], unique=False)
    op.create_table('sign_in_links',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('org_id', Id, nullable=True),
    sa.Column('user_id', Id, nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_sign_in_links_org_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_in_links_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_sign_in_links'))
    )
    op.create_index(op.f('ix_sign_in_links_user_id'), 'sign_in_links', ['user_id'], unique=False)
    op.create_index(op.f('ix_do_not_call_org_id_id'), 'do_not_call', ['org_id', 'id'], unique=False)
