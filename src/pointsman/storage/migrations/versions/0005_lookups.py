"""The runs of a lead are found together with their workflow; numbers that must not be called, by number."""

from typing import Final

from alembic import op

revision: Final = '0005'
down_revision: Final = '0004'
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_index(op.f('ix_runs_lead_id_workflow_id'), 'runs', ['lead_id', 'workflow_id'], unique=False)
    op.drop_index(op.f('ix_runs_lead_id'), 'runs')
    op.create_index(op.f('ix_do_not_call_phone_key'), 'do_not_call', ['phone_key'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_do_not_call_phone_key'), 'do_not_call')
    op.create_index(op.f('ix_runs_lead_id'), 'runs', ['lead_id'], unique=False)
    op.drop_index(op.f('ix_runs_lead_id_workflow_id'), 'runs')
