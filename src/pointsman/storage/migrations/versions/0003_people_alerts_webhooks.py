"""Rulesets, who owns which lead, the queue; promises and their timers; webhooks, hooks and conversions."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from pointsman.storage.columns import Document, Id, Moment, Record

revision: Final = '0003'
down_revision: Final = '0002'
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table('assignments',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=True),
    sa.Column('decision_id', Id, nullable=True),
    sa.Column('rep_id', Id, nullable=True),
    sa.Column('queue_id', sa.String(length=128), nullable=True),
    sa.Column('method', sa.String(length=16), nullable=False),
    sa.Column('rule_name', sa.Text(), nullable=True),
    sa.Column('rule_priority', sa.Integer(), nullable=True),
    sa.Column('pool_id', Id, nullable=True),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('trace', Record, nullable=True),
    sa.Column('load_before', sa.Integer(), nullable=False),
    sa.Column('routing_ms', sa.Double(), nullable=False),
    sa.Column('assigned_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('end_reason', sa.String(length=16), nullable=True),
    sa.CheckConstraint("end_reason IN ('reassigned', 'closed', 'archived')", name=op.f('ck_assignments_end_reason')),
    sa.CheckConstraint("method IN ('specific_rep', 'round_robin', 'territory', 'match', 'fallback', 'manual')", name=op.f('ck_assignments_method')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments'))
    )
    op.create_index(op.f('ix_assignments_lead_id'), 'assignments', ['lead_id'], unique=False)
    op.create_index('ix_assignments_open_of_rep', 'assignments', ['rep_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index(op.f('ix_assignments_org_id_assigned_at'), 'assignments', ['org_id', 'assigned_at'], unique=False)
    op.create_index('uq_assignments_open', 'assignments', ['lead_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('conversions',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('conversion_type_id', Id, nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('workflow_id', Id, nullable=True),
    sa.Column('run_id', Id, nullable=True),
    sa.Column('amount', sa.Double(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('metadata', Document, nullable=False),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('converted_at', Moment(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversions'))
    )
    op.create_index(op.f('ix_conversions_lead_id'), 'conversions', ['lead_id'], unique=False)
    op.create_index(op.f('ix_conversions_org_id_converted_at'), 'conversions', ['org_id', 'converted_at'], unique=False)
    op.create_table('timers',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('assignment_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('settled_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("kind IN ('sla_warning', 'sla_breach', 'stale')", name=op.f('ck_timers_kind')),
    sa.CheckConstraint("state IN ('waiting', 'fired', 'met', 'void')", name=op.f('ck_timers_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timers')),
    sa.UniqueConstraint('assignment_id', 'kind', name=op.f('uq_timers_assignment_id_kind'))
    )
    op.create_index('ix_timers_due', 'timers', ['due_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_table('assignment_batches',
    sa.Column('org_id', Id, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_assignment_batches_org_id')),
    sa.PrimaryKeyConstraint('org_id', name=op.f('pk_assignment_batches'))
    )
    op.create_table('rulesets',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('ref', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('rules', Document, nullable=False),
    sa.Column('fallback', Document, nullable=False),
    sa.Column('on_unavailable', sa.String(length=16), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.Column('deleted_at', Moment(), nullable=True),
    sa.CheckConstraint("on_unavailable IN ('fallback', 'error')", name=op.f('ck_rulesets_on_unavailable')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_rulesets_org_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rulesets')),
    sa.UniqueConstraint('org_id', 'ref', name=op.f('uq_rulesets_org_id_ref'))
    )
    op.create_table('conversion_types',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('category', sa.String(length=16), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('fields', Document, nullable=False),
    sa.Column('workflow_id', Id, nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.CheckConstraint("category IN ('intermediary', 'final')", name=op.f('ck_conversion_types_category')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_conversion_types_org_id')),
    sa.ForeignKeyConstraint(['workflow_id'], ['workflows.id'], name=op.f('fk_conversion_types_workflow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversion_types'))
    )
    op.create_index(op.f('ix_conversion_types_org_id_id'), 'conversion_types', ['org_id', 'id'], unique=False)
    op.create_table('parked_leads',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=False),
    sa.Column('queue_id', sa.String(length=128), nullable=False),
    sa.Column('attributes', Record, nullable=False),
    sa.Column('batch', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_parked_leads_org_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_parked_leads_ruleset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parked_leads')),
    sa.UniqueConstraint('lead_id', name=op.f('uq_parked_leads_lead_id'))
    )
    op.create_index(op.f('ix_parked_leads_org_id_ruleset_id_batch_id'), 'parked_leads', ['org_id', 'ruleset_id', 'batch', 'id'], unique=False)
    op.create_table('pools',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('members', Document, nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('stretch', sa.Integer(), nullable=False),
    sa.Column('stretch_turn', sa.Integer(), nullable=False),
    sa.Column('eligible', sa.String(length=64), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_pools_org_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_pools_ruleset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pools')),
    sa.UniqueConstraint('ruleset_id', 'key', name=op.f('uq_pools_ruleset_id_key'))
    )
    op.create_table('rep_days',
    sa.Column('rep_id', Id, nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('assigned', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_rep_days_org_id')),
    sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_rep_days_rep_id')),
    sa.PrimaryKeyConstraint('rep_id', 'day', name=op.f('pk_rep_days'))
    )
    op.create_table('ruleset_versions',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('document', Record, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_ruleset_versions_org_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_ruleset_versions_ruleset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ruleset_versions')),
    sa.UniqueConstraint('ruleset_id', 'digest', name=op.f('uq_ruleset_versions_ruleset_id_digest')),
    sa.UniqueConstraint('ruleset_id', 'version', name=op.f('uq_ruleset_versions_ruleset_id_version'))
    )
    op.create_table('webhook_endpoints',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('events', Document, nullable=False),
    sa.Column('ruleset_id', Id, nullable=True),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('signature_header', sa.String(length=16), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('since', Id, nullable=False),
    sa.Column('failing_since', Moment(), nullable=True),
    sa.Column('disabled_reason', sa.Text(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.CheckConstraint("signature_header IN ('nexor', 'dialnexa')", name=op.f('ck_webhook_endpoints_signature_header')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_webhook_endpoints_org_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_webhook_endpoints_ruleset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoints'))
    )
    op.create_index(op.f('ix_webhook_endpoints_org_id_id'), 'webhook_endpoints', ['org_id', 'id'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('endpoint_id', Id, nullable=False),
    sa.Column('event_id', Id, nullable=False),
    sa.Column('event_type', sa.String(length=64), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('due_at', Moment(), nullable=True),
    sa.Column('token', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('log', Record, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('settled_at', Moment(), nullable=True),
    sa.CheckConstraint("state IN ('due', 'leased', 'delivered', 'failed', 'cancelled')", name=op.f('ck_deliveries_state')),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_deliveries_endpoint_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('endpoint_id', 'event_id', name=op.f('uq_deliveries_endpoint_id_event_id'))
    )
    op.create_index('ix_deliveries_due', 'deliveries', ['due_at'], unique=False, sqlite_where=sa.text('due_at IS NOT NULL'), postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index(op.f('ix_deliveries_endpoint_id_id'), 'deliveries', ['endpoint_id', 'id'], unique=False)
    op.create_index('ix_deliveries_settled', 'deliveries', ['settled_at'], unique=False, sqlite_where=sa.text('settled_at IS NOT NULL'), postgresql_where=sa.text('settled_at IS NOT NULL'))
    op.create_table('lead_hooks',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('processor_id', Id, nullable=True),
    sa.Column('workflow_id', Id, nullable=True),
    sa.Column('ruleset_id', Id, nullable=True),
    sa.Column('mapping', Document, nullable=False),
    sa.Column('defaults', Document, nullable=False),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_lead_hooks_org_id')),
    sa.ForeignKeyConstraint(['processor_id'], ['processors.id'], name=op.f('fk_lead_hooks_processor_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_lead_hooks_ruleset_id')),
    sa.ForeignKeyConstraint(['workflow_id'], ['workflows.id'], name=op.f('fk_lead_hooks_workflow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lead_hooks')),
    sa.UniqueConstraint('token', name=op.f('uq_lead_hooks_token'))
    )
    op.create_index(op.f('ix_lead_hooks_org_id_id'), 'lead_hooks', ['org_id', 'id'], unique=False)
    op.create_table('pool_turns',
    sa.Column('pool_id', Id, nullable=False),
    sa.Column('rep_id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('stretch', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('last_turn', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_pool_turns_org_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pools.id'], name=op.f('fk_pool_turns_pool_id')),
    sa.ForeignKeyConstraint(['rep_id'], ['reps.id'], name=op.f('fk_pool_turns_rep_id')),
    sa.PrimaryKeyConstraint('pool_id', 'rep_id', name=op.f('pk_pool_turns'))
    )
    op.create_table('slas',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=False),
    sa.Column('first_response_minutes', sa.Integer(), nullable=False),
    sa.Column('warn_minutes', sa.Integer(), nullable=True),
    sa.Column('alert_on_breach', sa.Boolean(), nullable=False),
    sa.Column('escalation', sa.String(length=16), nullable=False),
    sa.Column('max_reroutes', sa.Integer(), nullable=False),
    sa.Column('business_hours', Document, nullable=True),
    sa.Column('endpoint_id', Id, nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.CheckConstraint("escalation IN ('none', 'reroute')", name=op.f('ck_slas_escalation')),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_slas_endpoint_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_slas_org_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_slas_ruleset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slas')),
    sa.UniqueConstraint('ruleset_id', name=op.f('uq_slas_ruleset_id'))
    )
    op.create_table('stale_alerts',
    sa.Column('id', Id, nullable=False),
    sa.Column('org_id', Id, nullable=False),
    sa.Column('ruleset_id', Id, nullable=False),
    sa.Column('no_activity_hours', sa.Integer(), nullable=False),
    sa.Column('cooldown_hours', sa.Integer(), nullable=False),
    sa.Column('endpoint_id', Id, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_stale_alerts_endpoint_id')),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_stale_alerts_org_id')),
    sa.ForeignKeyConstraint(['ruleset_id'], ['rulesets.id'], name=op.f('fk_stale_alerts_ruleset_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stale_alerts')),
    sa.UniqueConstraint('ruleset_id', name=op.f('uq_stale_alerts_ruleset_id'))
    )
    op.create_table('contact_ids',
    sa.Column('org_id', Id, nullable=False),
    sa.Column('contact_id', sa.String(length=128), nullable=False),
    sa.Column('lead_id', Id, nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_contact_ids_lead_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_contact_ids_org_id')),
    sa.PrimaryKeyConstraint('org_id', 'contact_id', name=op.f('pk_contact_ids'))
    )
    op.create_index(op.f('ix_contact_ids_lead_id'), 'contact_ids', ['lead_id'], unique=False)
    op.create_index('uq_activities_logged', 'activities', ['lead_id', 'kind', 'occurred_at'], unique=True, sqlite_where=sa.text("actor_type = 'rep'"), postgresql_where=sa.text("actor_type = 'rep'"))
    op.drop_index(op.f('ix_events_org_id_id'), table_name='events')
    op.add_column('events', sa.Column('is_handed_over', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index('ix_events_waiting', 'events', ['org_id', 'id'], unique=False, sqlite_where=sa.text('NOT is_handed_over'), postgresql_where=sa.text('NOT is_handed_over'))
    _alter_reps()


def _alter_reps() -> None:
    with op.batch_alter_table('reps') as batch:
        batch.add_column(sa.Column('timezone', sa.String(length=64), nullable=True))
        batch.add_column(sa.Column('status', sa.String(length=16), server_default='active', nullable=False))
        batch.add_column(sa.Column('ooo_until', Moment(), nullable=True))
        batch.add_column(sa.Column('overflow_to', Id, nullable=True))
        batch.add_column(sa.Column('attributes', Document, server_default='{}', nullable=False))
        batch.add_column(sa.Column('working_hours', Document, nullable=True))
        batch.add_column(sa.Column('time_off', Document, server_default='[]', nullable=False))
        batch.add_column(sa.Column('max_per_day', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('max_per_week', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('max_open', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('last_assigned_at', Moment(), nullable=True))
        batch.create_foreign_key(op.f('fk_reps_overflow_to'), 'reps', ['overflow_to'], ['id'])
        batch.create_check_constraint(op.f('ck_reps_status'), "status IN ('active', 'ooo', 'inactive')")
