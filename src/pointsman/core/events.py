"""What the outside is told: every type of event, its version, and what its `data` holds.

`docs/reference/events.md` lists the same; a test compares the two. A field that is added leaves the version as it is,
one that goes away or changes its meaning does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pointsman.core.ids import prefixed
from pointsman.core.values import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class EventType:
    """A type of event. `fields` says of every key of `data` what it is; `lead_id` and `lead` are always there."""

    when: str
    fields: Mapping[str, str]
    version: int = 1


_RUN = {"run_id": "the run", "workflow_id": "its workflow"}
_STATUS = {
    "from_status": "`{key, label, category}`, or null",
    "to_status": "`{key, label, category}`, or null",
    "trigger_type": "`workflow` or `api`",
    "actor_type": "`workflow` or `api`",
    "reason": "why, or null",
}
_END = {**_RUN, "state": "how the run ended", **_STATUS}
_ROUTED = {
    "run_id": "the run that began, or null",
    "workflow_id": "its workflow, or null",
    "decision_id": "the decision, or null",
}
_GIVEN = {
    "ruleset_id": "the ruleset that decided, or null",
    "ruleset": "what callers call it, or null",
    "rule": "the name of the rule, or null",
    "method": "`specific_rep`, `round_robin`, `territory`, `match`, `fallback` or `manual`",
    "decision_id": "the decision, or null",
    "previous_rep_id": "who had the lead before (as in `GET /api/v1/reps`), or null",
}
_REP = {
    "rep_id": "the owner, as in `GET /api/v1/reps`",
    "rep_name": "their name",
    "rep_email": "their address, or null",
}
_MOVED = {
    **_RUN,
    "ended_run_ids": "runs that ended for it",
    "reason": "why, as the caller said, or null",
    "actor_id": "who, as the caller said, or null",
}
_CALL = {
    "call_id": "the call",
    "agent_id": "who spoke",
    "attempt": "which call of its run it was",
    "outcome": "`COMPLETED`, `NO_ANSWER`, `BUSY`, `VOICEMAIL` or `FAILED`",
    "end_reason": "why it ended, or null",
    "duration_seconds": "how long it took, or null",
    "recording_url": "where it can be heard, or null",
    "sentiment": "as the platform judged it, or null",
    "analysis": "what was learnt, by name, or null",
    **_RUN,
}

_OWNED = {
    "ruleset_id": "the ruleset that gave the lead out",
    "ruleset": "what callers call it",
    "assignment_id": "how the lead came to its owner",
    "rep_id": "the owner, as callers call them",
    "rep_name": "the owner's name",
    "rep_email": "the owner's address",
    "assigned_at": "since when",
}
_TARGET = {"target_minutes": "within how many minutes a first response was promised"}

CATALOGUE: Mapping[str, EventType] = {
    "lead.created": EventType(
        when="A lead came in. The three fields are there when no ruleset decides about it.", fields=_ROUTED
    ),
    "lead.routed": EventType(when="A processor decided which workflow a new lead goes to.", fields=_ROUTED),
    "lead.assigned": EventType(when="A lead was given to a rep.", fields={**_GIVEN, **_REP}),
    "lead.parked": EventType(
        when="Nobody could take a lead, so it waits.", fields={**_GIVEN, "queue_id": "the queue it waits in"}
    ),
    "lead.converted": EventType(
        when="A conversion was recorded.",
        fields={
            "conversion_id": "the conversion",
            "conversion_type_id": "its type",
            "type": "the name of that type",
            "category": "`intermediary` or `final`",
            "amount": "how much it is worth",
            "currency": "in which currency",
            "converted_at": "when it happened",
            "workflow_id": "its workflow, or null",
            "workflow_run_id": "its run, or null",
        },
    ),
    "workflow.lead.enrolled": EventType(when="A lead that was there was put into a workflow.", fields=_MOVED),
    "workflow.lead.moved": EventType(when="As before, and its earlier runs ended for it.", fields=_MOVED),
    "workflow.lead.completed": EventType(when="A run came to its end.", fields=_END),
    "workflow.lead.failed": EventType(when="A run could not go on.", fields=_END),
    "workflow.lead.removed": EventType(
        when="A lead was taken out of a workflow.", fields={**_RUN, "state": "`removed`", "reason": "why"}
    ),
    "workflow_run.status_changed": EventType(
        when="The status of a lead in a workflow changed.",
        fields={**_RUN, **_STATUS, "state": "how the run ended, when the workflow itself did it"},
    ),
    "call.completed": EventType(when="A call was held.", fields=_CALL),
    "call.no_answer": EventType(when="Nobody took a call, the line was busy, or a machine answered.", fields=_CALL),
    "call.failed": EventType(when="A call could not be placed or broke.", fields=_CALL),
    "sla.warning": EventType(
        when="A lead is not answered yet, and the time that was promised is running out.",
        fields={
            **_OWNED,
            **_TARGET,
            "warn_minutes": "after how many of them this warning was asked for",
            "breaches_at": "when the promise is broken",
        },
    ),
    "sla.breached": EventType(
        when="A lead was not answered in time.",
        fields={
            **_OWNED,
            **_TARGET,
            "breached_at": "when the promise was broken",
            "escalation": "`none` or `reroute`",
            "rerouted": "whether somebody else was given the lead for it",
        },
    ),
    "lead.stale": EventType(
        when="Nobody touched a lead for too long.",
        fields={
            **_OWNED,
            "no_activity_hours": "how long that is",
            "last_activity_at": "when it was touched last, or null",
        },
    ),
    "webhook.test": EventType(when="Somebody asked for a test of this webhook.", fields={"message": "a greeting"}),
}

ELSEWHERE = frozenset(
    {
        "campaign.completed",
        "campaign.paused",
        "meeting.scheduled",
        "meeting.created",
        "meeting.updated",
        "meeting.confirmed",
        "meeting.cancelled",
        "meeting.completed",
        "meeting.no_show",
        "outreach.failed",
    }
)
"""Types that other products document: an endpoint may ask for them, so that their clients work, but none is sent."""

TEST = "webhook.test"


def envelope(
    *,
    type_: str,
    event_id: str,
    endpoint_id: str,
    delivery_id: str,
    org_id: str,
    at: datetime,
    data: Mapping[str, Json],
) -> dict[str, Json]:
    """Make what is sent: our words and those of nexor (contract 8) side by side."""
    known = CATALOGUE.get(type_)
    return {
        "type": type_,
        "event_type": type_,
        "version": known.version if known else 1,
        "event_id": prefixed("evt", event_id),
        "webhook_id": prefixed("wh", endpoint_id),
        "delivery_id": prefixed("dlv", delivery_id),
        "client_id": org_id,
        "timestamp": f"{at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
        "test": type_ == TEST,
        "data": data,
    }
