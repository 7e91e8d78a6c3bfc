"""Everything Pointsman remembers, one file per subject.

Every row belongs to an organization. A key that a caller chooses (slug, external id, idempotency key) is unique
within the organization only. Logs (decisions, activities, events, steps) are append-only and carry no foreign keys:
they outlive what they speak of, and they are what is written most.
"""

from pointsman.storage.tables.base import metadata
from pointsman.storage.tables.calling import agents, calls, do_not_call, effects, phone_numbers
from pointsman.storage.tables.history import activities, events, idempotency_keys
from pointsman.storage.tables.leads import campaigns, lead_tags, leads, tags
from pointsman.storage.tables.people import api_keys, organizations, reps
from pointsman.storage.tables.routing import decisions, processor_versions, processors, rules
from pointsman.storage.tables.runs import runs, steps, variables
from pointsman.storage.tables.workflows import edges, nodes, statuses, variable_keys, workflows

__all__ = [
    "activities",
    "agents",
    "api_keys",
    "calls",
    "campaigns",
    "decisions",
    "do_not_call",
    "edges",
    "effects",
    "events",
    "idempotency_keys",
    "lead_tags",
    "leads",
    "metadata",
    "nodes",
    "organizations",
    "phone_numbers",
    "processor_versions",
    "processors",
    "reps",
    "rules",
    "runs",
    "statuses",
    "steps",
    "tags",
    "variable_keys",
    "variables",
    "workflows",
]
