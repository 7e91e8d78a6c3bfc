"""The rows that giving a lead to somebody comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from pointsman.core.assignment import EndReason, Method
from pointsman.core.availability import Rep
from pointsman.core.choosing import Choice, PassedOver
from pointsman.core.ids import IDS_PER_MILLISECOND
from pointsman.core.lead import LeadDraft
from pointsman.core.values import Json
from pointsman.services.minting import new_ids
from pointsman.services.ruleset_plans import RulesetPlan
from pointsman.services.timers import timer_rows
from pointsman.storage.assigning import Batch
from pointsman.storage.bulk import moment_for
from pointsman.storage.db import to_json
from pointsman.storage.intake import lead_row
from pointsman.storage.timeline import activity_row, event_row

IDS_PER_LEAD = 6
"""The lead, the decision, the assignment, the activity and two events."""

TRACE = "trace"
"""In the facts of a decision that led to no assignment: its reasons, which are kept with the assignment otherwise."""

_MORE_IDS = 256
_ATTRIBUTES = 5
"""Where the attributes stand in the row of a parked lead."""


class RowWriter:
    """Collects the rows of one organization's batch. `number` is the batch's, `expected` about how many leads come."""

    def __init__(self, tx: Connection, org_id: str, now: datetime, number: int, expected: int) -> None:
        self._batch = Batch()
        self._new: dict[str, tuple[LeadDraft, str | None]] = {}
        self._assignments: dict[str, list[Any]] = {}
        self._parked: dict[str, tuple[Any, ...]] = {}
        self._org_id = org_id
        self._now = now
        self._number = number
        self._moment = moment_for(tx, now)
        self._ids = _ids(now, expected * IDS_PER_LEAD)

    def lead(self, draft: LeadDraft) -> str:
        """Add a new lead, and the event that it came in; return its id."""
        lead_id = next(self._ids)
        self._new[lead_id] = (draft, None)
        self._event("lead.created", lead_id, "{}")
        return lead_id

    def describe(self, lead_id: str, metadata: Mapping[str, Json]) -> None:
        """Change what is known about a lead."""
        if lead_id in self._new:
            draft, owner_id = self._new[lead_id]
            self._new[lead_id] = (replace(draft, metadata=dict(metadata)), owner_id)
        else:
            self._batch.metadata[lead_id] = metadata

    def own(self, lead_id: str, owner_id: str | None) -> None:
        """Change who owns a lead."""
        if lead_id in self._new:
            self._new[lead_id] = (self._new[lead_id][0], owner_id)
        else:
            self._batch.owners[lead_id] = owner_id

    def end(self, lead_id: str) -> None:
        """End the open assignment of a lead."""
        if lead_id in self._assignments:
            row = self._assignments.pop(lead_id)
            self._batch.assignments.append((*row[:-2], self._moment, EndReason.REASSIGNED.value))
        else:
            self._batch.ended.add(lead_id)

    def park_again(self, lead_id: str, attributes: Mapping[str, Json]) -> None:
        """Let a lead keep its place in the queue, and be offered by what is known of it now."""
        if lead_id in self._parked:
            row = self._parked[lead_id]
            self._parked[lead_id] = (*row[:_ATTRIBUTES], to_json(attributes), *row[_ATTRIBUTES + 1 :])
        else:
            self._batch.attributes[lead_id] = attributes

    def unpark(self, lead_id: str) -> None:
        """Take a lead out of the queue."""
        if self._parked.pop(lead_id, None) is None:
            self._batch.unparked.add(lead_id)

    def finish(self) -> Batch:
        """Return everything that was collected."""
        batch, moment = self._batch, self._moment
        batch.leads = [
            lead_row(lead_id, self._org_id, draft, owner_id, to_json(draft.metadata), moment)
            for lead_id, (draft, owner_id) in self._new.items()
        ]
        batch.assignments += map(tuple, self._assignments.values())
        batch.parked = list(self._parked.values())
        return batch

    def decision(self, plan: RulesetPlan, lead_id: str, facts: Mapping[str, Json]) -> str:
        """Add what was decided about, and return the id of the decision."""
        decision_id = next(self._ids)
        self._batch.decisions.append(
            (decision_id, self._org_id, "ruleset", plan.version_id, lead_id, None, None, None, to_json(facts),
             self._moment)
        )  # fmt: skip
        return decision_id

    def assignment(
        self, plan: RulesetPlan | None, lead_id: str, decision_id: str | None, choice: Choice, *,
        pool_id: str | None, load_before: int, routing_ms: float,
    ) -> None:  # fmt: skip
        """Add who owns a lead from now on, or that nobody does."""
        assignment_id, pick, rule, trace = next(self._ids), choice.pick, choice.rule, trace_of(choice)
        self._assignments[lead_id] = [
            assignment_id,
            self._org_id,
            lead_id,
            plan.ruleset_id if plan else None,
            decision_id,
            pick.rep_id if pick else None,
            plan.queue_id if plan and pick is None else None,
            (pick.method if pick else Method.FALLBACK).value,
            rule.name if rule else None,
            rule.priority if rule else None,
            pool_id,
            pick.position if pick else None,
            to_json(trace) if trace else None,
            load_before,
            routing_ms,
            self._moment,
            None,
            None,
        ]
        if plan is not None and plan.promises is not None and pick is not None:
            self._batch.timers += timer_rows(
                plan.promises, assignment_id, lead_id, self._org_id, plan.ruleset_id, self._now
            )

    def parked(self, plan: RulesetPlan, lead_id: str, attributes: Mapping[str, Json]) -> None:
        """Add a lead to the queue."""
        self._parked[lead_id] = (
            next(self._ids), self._org_id, lead_id, plan.ruleset_id, plan.queue_id, to_json(attributes),
            self._number, self._moment,
        )  # fmt: skip

    def told(self, lead_id: str, data: Mapping[str, Json], rep: Rep | None, rule: str | None) -> None:
        """Add to the lead's timeline, and to the outbox, that it was given to somebody or waits."""
        by = f' by the rule "{rule}"' if rule else ""
        description = f"Assigned to {rep.name}{by}" if rep else f"Waits in the queue {data['queue_id']}"
        encoded, ids = to_json(data), self._ids
        self._batch.activities.append(
            activity_row(
                next(ids), self._org_id, lead_id, None, self._moment, kind="lead_assigned" if rep else "lead_parked",
                description=description, data=encoded, actor="system",
            )
        )  # fmt: skip
        self._event("lead.assigned" if rep else "lead.parked", lead_id, encoded)

    def _event(self, kind: str, lead_id: str, data: str) -> None:
        """Add an event to the outbox; `data` is encoded."""
        self._batch.events.append(event_row(next(self._ids), self._org_id, lead_id, self._moment, kind, data))


def trace_of(choice: Choice) -> dict[str, Json]:
    """Write down the reasons of a choice: `{"passed", "absent", "overflow_from"}`, each where there is something."""
    trace: dict[str, Json] = {}
    if choice.passed_over:
        trace["passed"] = [_passed(passed) for passed in choice.passed_over]
    if choice.pick is not None and choice.pick.absent:
        trace["absent"] = dict(choice.pick.absent)
    if choice.pick is not None and choice.pick.overflow_from is not None:
        trace["overflow_from"] = choice.pick.overflow_from
    return trace


def _passed(passed: PassedOver) -> dict[str, Json]:
    return {
        "priority": passed.rule.priority,
        "rule": passed.rule.name,
        "reason": passed.reason,
        "absent": dict(passed.absent),
    }


def _ids(now: datetime, expected: int) -> Iterator[str]:
    """Yield ids, ascending however many they are: leads of a batch stand in the queue in the order of their ids."""
    count = expected
    while True:
        yield from new_ids(now, count)
        now += timedelta(milliseconds=count / IDS_PER_MILLISECOND, microseconds=1)
        count = _MORE_IDS
