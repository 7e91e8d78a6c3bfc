"""Everything Pointsman remembers, one file per subject.

Every row belongs to an organization. A key that a caller chooses (slug, external id, idempotency key) is unique
within the organization only. Logs (decisions, activities, events, steps) are append-only and carry no foreign keys:
they outlive what they speak of, and they are what is written most.
"""

from pointsman.storage.tables.alerts import slas, stale_alerts, timers
from pointsman.storage.tables.assigning import (
    assignment_batches,
    assignments,
    conversion_types,
    conversions,
    parked_leads,
    pool_turns,
    pools,
    ruleset_versions,
    rulesets,
)
from pointsman.storage.tables.base import metadata
from pointsman.storage.tables.calling import agents, calls, do_not_call, effects, phone_numbers
from pointsman.storage.tables.history import activities, events, idempotency_keys
from pointsman.storage.tables.importing import import_files, import_rejects, imports
from pointsman.storage.tables.leads import campaigns, contact_ids, lead_tags, leads, tags
from pointsman.storage.tables.people import api_keys, organizations, rep_days, reps
from pointsman.storage.tables.routing import decisions, processor_versions, processors, rules
from pointsman.storage.tables.runs import runs, steps, variables
from pointsman.storage.tables.users import sessions, sign_in_failures, sign_in_links, users
from pointsman.storage.tables.webhooks import deliveries, lead_hooks, webhook_endpoints
from pointsman.storage.tables.workflows import edges, nodes, statuses, variable_keys, workflows

__all__ = [
    "activities",
    "agents",
    "api_keys",
    "assignment_batches",
    "assignments",
    "calls",
    "campaigns",
    "contact_ids",
    "conversion_types",
    "conversions",
    "decisions",
    "deliveries",
    "do_not_call",
    "edges",
    "effects",
    "events",
    "idempotency_keys",
    "import_files",
    "import_rejects",
    "imports",
    "lead_hooks",
    "lead_tags",
    "leads",
    "metadata",
    "nodes",
    "organizations",
    "parked_leads",
    "phone_numbers",
    "pool_turns",
    "pools",
    "processor_versions",
    "processors",
    "rep_days",
    "reps",
    "rules",
    "ruleset_versions",
    "rulesets",
    "runs",
    "sessions",
    "sign_in_failures",
    "sign_in_links",
    "slas",
    "stale_alerts",
    "statuses",
    "steps",
    "tags",
    "timers",
    "users",
    "variable_keys",
    "variables",
    "webhook_endpoints",
    "workflows",
]
