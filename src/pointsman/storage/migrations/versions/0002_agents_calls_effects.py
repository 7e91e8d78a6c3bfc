"""Agents, phone numbers, calls and effects; runs know their step, steps know their result."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from pointsman.storage.columns import Document, Id, Moment, Record

revision: Final = '0002'
down_revision: Final = '0001'
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table('calls',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('run_id', Id, nullable=False),
    sa.Column('step_id', Id, nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('workflow_id', Id, nullable=False),
    sa.Column('agent_id', sa.Text(), nullable=False),
    sa.Column('from_phone_number', sa.Text(), nullable=False),
    sa.Column('to_phone_number', sa.Text(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.Column('end_reason', sa.String(length=64), nullable=True),
    sa.Column('provider', sa.String(length=16), nullable=True),
    sa.Column('provider_call_id', sa.Text(), nullable=True),
    sa.Column('hook_token', sa.String(length=64), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=True),
    sa.Column('duration_seconds', sa.Integer(), nullable=True),
    sa.Column('recording_url', sa.Text(), nullable=True),
    sa.Column('transcript', sa.Text(), nullable=True),
    sa.Column('sentiment', sa.String(length=32), nullable=True),
    sa.Column('analysis', Record, nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('started_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.CheckConstraint("outcome IN ('COMPLETED', 'FAILED', 'NO_ANSWER', 'BUSY', 'VOICEMAIL')", name=op.f('ck_calls_outcome')),
    sa.CheckConstraint("status IN ('created', 'initiated', 'sent', 'received', 'completed', 'did_not_pick', 'busy', 'no_answer', 'failed', 'cancelled', 'retry_expired')", name=op.f('ck_calls_status')),
    sa.CheckConstraint('(ended_at IS NOT NULL) = (outcome IS NOT NULL)', name=op.f('ck_calls_ended_with_an_outcome')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    sa.UniqueConstraint('hook_token', name=op.f('uq_calls_hook_token')),
    sa.UniqueConstraint('step_id', name=op.f('uq_calls_step_id'))
    )
    op.create_index(op.f('ix_calls_lead_id_started_at'), 'calls', ['lead_id', 'started_at'], unique=False)
    op.create_index('ix_calls_live', 'calls', ['org_id', 'workflow_id'], unique=False, sqlite_where=sa.text('started_at IS NOT NULL AND ended_at IS NULL'), postgresql_where=sa.text('started_at IS NOT NULL AND ended_at IS NULL'))
    op.create_index(op.f('ix_calls_org_id_id'), 'calls', ['org_id', 'id'], unique=False)
    op.create_table('effects',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('run_id', Id, nullable=False),
    sa.Column('step_id', Id, nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('workflow_id', Id, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('request', Record, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('token', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('settled_at', Moment(), nullable=True),
    sa.CheckConstraint("(settled_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))", name=op.f('ck_effects_settled_when_final')),
    sa.CheckConstraint("kind IN ('call', 'webhook', 'email', 'sms', 'whatsapp')", name=op.f('ck_effects_kind')),
    sa.CheckConstraint("state <> 'leased' OR due_at IS NOT NULL", name=op.f('ck_effects_leases_end')),
    sa.CheckConstraint("state IN ('due', 'leased', 'done', 'failed', 'cancelled')", name=op.f('ck_effects_state')),
    sa.CheckConstraint('settled_at IS NULL OR due_at IS NULL', name=op.f('ck_effects_nothing_due_when_final')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_effects')),
    sa.UniqueConstraint('step_id', name=op.f('uq_effects_step_id'))
    )
    op.create_index('ix_effects_due_at', 'effects', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index(op.f('ix_effects_run_id'), 'effects', ['run_id'], unique=False)
    op.create_index(op.f('ix_effects_workflow_id_state'), 'effects', ['workflow_id', 'state'], unique=False)
    op.create_table('agents',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('provider', sa.String(length=16), nullable=False),
    sa.Column('config', Document, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.Column('deleted_at', Moment(), nullable=True),
    sa.CheckConstraint("provider IN ('simulator', 'http', 'twilio')", name=op.f('ck_agents_provider')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_agents_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agents'))
    )
    op.create_index(op.f('ix_agents_org_id_id'), 'agents', ['org_id', 'id'], unique=False)
    op.create_table('do_not_call',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('phone_number', sa.Text(), nullable=False),
    sa.Column('phone_key', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_do_not_call_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_do_not_call')),
    sa.UniqueConstraint('org_id', 'phone_key', name=op.f('uq_do_not_call_org_id_phone_key'))
    )
    op.create_table('phone_numbers',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('phone_number', sa.String(length=32), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=True),
    sa.Column('agent_id', Id, nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_phone_numbers_agent_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_phone_numbers_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_numbers')),
    sa.UniqueConstraint('org_id', 'phone_number', name=op.f('uq_phone_numbers_org_id_phone_number'))
    )
    op.create_table('variable_keys',
    sa.Column('workflow_id', Id, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_variable_keys_org_id')),
    sa.ForeignKeyConstraint(['workflow_id'], ['workflows.id'], name=op.f('fk_variable_keys_workflow_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('workflow_id', 'key', name=op.f('pk_variable_keys'))
    )
    _alter_runs()
    _alter_steps()
    if not _is_sqlite():
        op.execute('ALTER TABLE runs SET (fillfactor=70)')
        op.execute('ALTER TABLE steps SET (fillfactor=70)')


RUN_CHECKS = {
    'state': "state IN ('pending', 'active', 'completed', 'dropped', 'removed', 'failed')",
    'cadence_state': "cadence_state IN ('active', 'paused', 'ended')",
    'ended_when_final': "(ended_at IS NOT NULL) = (state IN ('completed', 'dropped', 'removed', 'failed'))",
}
NEW_RUN_CHECKS = {
    'nothing_due_when_final': 'ended_at IS NULL OR due_at IS NULL',
    'nothing_due_when_pending': "state <> 'pending' OR due_at IS NULL",
    'a_step_at_every_node': '(step_id IS NULL) = (node_id IS NULL)',
}
STEP_CHECKS = {
    'status': "status IN ('waiting', 'running', 'completed', 'failed', 'cancelled')",
    'exited_when_final': "(exited_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled'))",
}


def _alter_runs() -> None:
    with op.batch_alter_table('runs') as batch:
        batch.add_column(sa.Column('step_id', Id, nullable=True))
        batch.add_column(sa.Column('hops', sa.Integer(), server_default='0', nullable=False))
        batch.add_column(sa.Column('calls', sa.Integer(), server_default='0', nullable=False))
        batch.add_column(sa.Column('steps', sa.Integer(), server_default='0', nullable=False))
        for name, rule in {**_lost(RUN_CHECKS), **NEW_RUN_CHECKS}.items():
            batch.create_check_constraint(op.f(f'ck_runs_{name}'), rule)


def _alter_steps() -> None:
    # Nothing has written steps before.
    op.drop_index(op.f('ix_steps_run_id_id'), table_name='steps')
    with op.batch_alter_table('steps') as batch:
        batch.add_column(sa.Column('release_at', Moment(), nullable=True))
        batch.add_column(sa.Column('result', Record, nullable=True))
        batch.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch.add_column(sa.Column('number', sa.Integer(), nullable=False))
        batch.create_unique_constraint(op.f('uq_steps_run_id_number'), ['run_id', 'number'])
        batch.alter_column('outcome', existing_type=sa.VARCHAR(length=64), type_=sa.Text(), existing_nullable=True)
        for name, rule in STEP_CHECKS.items():
            if not _is_sqlite():
                batch.drop_constraint(op.f(f'ck_steps_{name}'), type_='check')
            batch.create_check_constraint(op.f(f'ck_steps_{name}'), rule)


def _lost(checks: dict[str, str]) -> dict[str, str]:
    """SQLite makes an altered table anew, without the checks it had."""
    return checks if _is_sqlite() else {}


def _is_sqlite() -> bool:
    return op.get_context().dialect.name == 'sqlite'
