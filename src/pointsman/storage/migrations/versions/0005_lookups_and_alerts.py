"""Runs are found by lead and workflow, numbers by themselves; a stale alert needs no webhook."""

from typing import Final

from alembic import op

from pointsman.storage.columns import Id

revision: Final = '0005'
down_revision: Final = '0004'
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_index(op.f('ix_runs_lead_id_workflow_id'), 'runs', ['lead_id', 'workflow_id'], unique=False)
    op.drop_index(op.f('ix_runs_lead_id'), 'runs')
    op.create_index(op.f('ix_do_not_call_phone_key'), 'do_not_call', ['phone_key'], unique=False)
    with op.batch_alter_table('stale_alerts') as batch:
        batch.alter_column('endpoint_id', existing_type=Id, nullable=True)


def downgrade() -> None:
    op.execute('DELETE FROM stale_alerts WHERE endpoint_id IS NULL')
    with op.batch_alter_table('stale_alerts') as batch:
        batch.alter_column('endpoint_id', existing_type=Id, nullable=False)
    op.drop_index(op.f('ix_do_not_call_phone_key'), 'do_not_call')
    op.create_index(op.f('ix_runs_lead_id'), 'runs', ['lead_id'], unique=False)
    op.drop_index(op.f('ix_runs_lead_id_workflow_id'), 'runs')
