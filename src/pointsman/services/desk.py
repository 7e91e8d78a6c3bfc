"""The desk at which leads are given to people, in one transaction: it chooses, writes down, and keeps the queue.

Whoever opens a desk for an organization has the organization's people to itself until the transaction ends, so turns,
caps and places in the queue are exact. Leads that wait are offered before newer ones are given to anybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core.assignment import Method
from pointsman.core.availability import Rep
from pointsman.core.choosing import Choice, Pick, choose
from pointsman.core.errors import Conflict, NotFound
from pointsman.core.ids import parse_id
from pointsman.core.lead import TEXT_FIELDS, LeadDraft
from pointsman.core.people import People
from pointsman.core.reps import RepStatus
from pointsman.core.values import Json
from pointsman.services.assigned_rows import TRACE, RowWriter, trace_of
from pointsman.services.books import OpenBook
from pointsman.services.ruleset_plans import RulesetPlan
from pointsman.storage import assigning

OFFERED_FIRST = 100
"""How many waiting leads are offered, at most, before a batch of newer ones; the engine offers all of them."""

Place = tuple[int, str]
"""A place in a queue: the batch in which the lead came, and the id of its row."""

FROM_THE_START: Place = (0, "00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True, slots=True)
class Offered:
    """How many waiting leads were offered, how many of them found somebody, and the place of the last one."""

    offered: int
    assigned: int
    last: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutingItem:
    """A lead to be given to somebody. `attributes` is what rules see.

    A lead that has an owner keeps it, unless `reroute`.
    """

    draft: LeadDraft
    attributes: Mapping[str, Json]
    reroute: bool = False


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """Who owns a lead: `rep`, or nobody, then it waits in the queue `queue_id`."""

    lead_id: str
    external_id: str | None
    rep: Rep | None
    queue_id: str | None
    method: str
    rule: str | None
    priority: int | None
    position: int | None
    load_before: int
    assigned_at: datetime
    routing_ms: float
    decision_id: str
    is_new_lead: bool
    existing_owner: bool = False


@dataclass(slots=True)
class Held:
    """A lead that is known in this transaction: who owns it, and what is open of it."""

    lead_id: str
    external_id: str | None
    owner_id: str | None
    metadata: Mapping[str, Json]
    last: Assigned | None = None
    parked_in: str | None = None
    """The ruleset in whose queue it waits."""
    is_archived: bool = False


class Desk:
    """The desk of one organization. `expected` is about how many leads come."""

    def __init__(
        self,
        tx: Connection,
        book: OpenBook,
        reps: Mapping[str, Rep],
        plans: Collection[RulesetPlan],
        now: datetime,
        *,
        expected: int,
    ) -> None:
        self._tx = tx
        self._book = book
        self._now = now
        self._reps = reps
        self._people: People = book.people(reps, {rep_id for plan in plans for rep_id in plan.weighed})
        self._write = RowWriter(tx, book.org_id, now, book.book.number, expected)
        self._held: dict[str, Held] = {}

    def meet(self, items: Sequence[RoutingItem]) -> None:
        """Look up which of the leads are there already."""
        names = {item.draft.external_id for item in items if item.draft.external_id is not None} - self._held.keys()
        if not names:
            return
        linked = assigning.find_linked(self._tx, self._book.org_id, names)
        ids = {id_ for name in names if (id_ := parse_id(name)) is not None} | set(linked.values())
        for row in assigning.find_leads(self._tx, self._book.org_id, names, ids):
            self._hold(row)
        for name, lead_id in linked.items():
            if lead_id in self._held:
                self._held.setdefault(name, self._held[lead_id])

    def give(self, plan: RulesetPlan, item: RoutingItem) -> Assigned:
        """Give a lead to somebody, or to the queue; `Conflict` when a strict ruleset has nobody for it."""
        held = self._find(item.draft.external_id)
        if held is not None and held.is_archived:
            raise Conflict("The lead with this lead_id is archived", reason="LEAD_ARCHIVED")
        if held is not None and self._keeps_owner(held) and not item.reroute:
            return self._keep_owner(plan, held, item)
        began = perf_counter()
        facts = {"attributes": dict(item.attributes)}
        choice = self._choose(plan, facts, None)
        if choice.pick is None and plan.strict and choice.passed_over:
            raise Conflict(_why_nobody(choice, self._reps), reason="OVERFLOW_OOO")
        held = self._merge(held, item) if held is not None else self._take_in(item.draft)
        if choice.pick is None and held.parked_in == plan.ruleset_id and held.last is not None:
            self._write.park_again(held.lead_id, item.attributes)
            # Nothing is assigned by this decision, so it keeps its reasons itself.
            decision_id = self._write.decision(plan, held.lead_id, {**facts, TRACE: trace_of(choice)})
            return msgspec.structs.replace(held.last, decision_id=decision_id)
        decision_id = self._write.decision(plan, held.lead_id, facts)
        took_ms = (perf_counter() - began) * 1000
        return self._assign(plan, held, choice, decision_id, item.attributes, took_ms)

    def offer(self, plan: RulesetPlan, *, after: Place, limit: int) -> Offered:
        """Offer waiting leads, oldest first."""
        rows = assigning.list_parked(self._tx, self._book.org_id, plan.ruleset_id, after=after, limit=limit)
        waiting = {row.lead_id: row for row in rows}
        found = 0
        stored = {held.lead_id: held for held, _ in self._rows(list(waiting))}
        for lead_id, row in waiting.items():
            held = stored.get(lead_id)
            if held is None or held.is_archived:
                self._write.unpark(lead_id)
                continue
            facts = {"attributes": row.attributes}
            choice = self._choose(plan, facts, None)
            if choice.pick is None:
                continue
            decision_id = self._write.decision(plan, held.lead_id, facts)
            self._assign(plan, held, choice, decision_id, {}, 0.0)
            found += 1
        return Offered(len(rows), found, (rows[-1].batch, rows[-1].id) if rows else after)

    def reroute(self, plan: RulesetPlan, lead_id: str, exclude: str | None) -> Assigned | None:
        """Give a stored lead to somebody else by the rules of a ruleset; None, and nothing is done, if nobody can."""
        for held, row in self._rows([lead_id]):
            if held.is_archived:
                return None
            attributes = attributes_of(row)
            facts = {"attributes": attributes}
            # Whoever owns it must not have the turn: a turn that is given counts.
            choice = self._choose(plan, facts, held.owner_id or exclude)
            if choice.pick is None:
                return None
            decision_id = self._write.decision(plan, held.lead_id, facts)
            return self._assign(plan, held, choice, decision_id, attributes, 0.0)
        return None

    def place(self, plan: RulesetPlan, lead_id: str, *, reroute: bool = False) -> Assigned:
        """Give a stored lead to somebody, or to the queue; one that has an owner keeps it, unless `reroute`."""
        for held, row in self._rows([lead_id]):
            draft = LeadDraft(first_name=row.first_name, external_id=held.lead_id)
            return self.give(plan, RoutingItem(draft=draft, attributes=attributes_of(row), reroute=reroute))
        raise NotFound("Lead not found")

    def hand_to(self, lead_id: str, rep_id: str) -> bool:
        """Give a stored lead to a certain rep, whoever owns it now; False when that rep has it already."""
        for held, _ in self._rows([lead_id]):
            if held.owner_id != rep_id and not held.is_archived:
                pick = Pick(rep_id=rep_id, method=Method.MANUAL)
                self._assign(None, held, Choice(pick, None, ()), None, {}, 0.0)
                return True
        return False

    def save(self) -> None:
        """Write everything."""
        assigning.save_batch(self._tx, self._write.finish(), self._now)
        self._book.save()

    def _choose(self, plan: RulesetPlan, facts: Mapping[str, Json], excluded: str | None) -> Choice:
        self._book.ruleset_id = plan.ruleset_id
        return choose(plan.crew, facts, self._people, self._book, strict=plan.strict, excluded=excluded)

    def _find(self, name: str | None) -> Held | None:
        if name is None:
            return None
        return self._held.get(name) or self._held.get(parse_id(name) or "")

    def _rows(self, lead_ids: Collection[str]) -> list[tuple[Held, Row[Any]]]:
        rows = assigning.find_leads(self._tx, self._book.org_id, [], lead_ids)
        return [(self._hold(row), row) for row in rows]

    def _hold(self, row: Row[Any]) -> Held:
        """Remember a stored lead under each of its names; one that is known is newer here than what is stored."""
        held = self._held.setdefault(row.id, self._held_of(row))
        if row.external_id is not None:
            self._held[row.external_id] = held
        return held

    def _held_of(self, row: Row[Any]) -> Held:
        held = Held(row.id, row.external_id, row.owner_id, row.metadata, is_archived=row.archived_at is not None)
        if row.assignment_id is not None:
            held.last = self._last_of(row)
            held.parked_in = row.ruleset_id if row.owner_id is None else None
        return held

    def _last_of(self, row: Row[Any]) -> Assigned:
        return Assigned(
            lead_id=row.id,
            external_id=row.external_id,
            rep=self._reps.get(row.owner_id),
            queue_id=row.queue_id,
            method=row.method,
            rule=row.rule_name,
            priority=row.rule_priority,
            position=row.position,
            load_before=row.load_before,
            assigned_at=row.assigned_at,
            routing_ms=0.0,
            decision_id=row.decision_id,
            is_new_lead=False,
        )

    def _keeps_owner(self, held: Held) -> bool:
        owner = self._reps.get(held.owner_id or "")
        return owner is not None and owner.status != RepStatus.INACTIVE

    def _keep_owner(self, plan: RulesetPlan, held: Held, item: RoutingItem) -> Assigned:
        self._merge(held, item)
        owner = self._reps[str(held.owner_id)]
        facts = {"attributes": dict(item.attributes), "existing_owner": owner.ref}
        decision_id = self._write.decision(plan, held.lead_id, facts)
        last = held.last
        if last is None:  # it was closed, and is open again
            pick = Pick(rep_id=owner.id, method=Method.SPECIFIC_REP)
            last = self._assign(plan, held, Choice(pick, None, ()), decision_id, {}, 0.0)
        return msgspec.structs.replace(last, decision_id=decision_id, is_new_lead=False, existing_owner=True)

    def _merge(self, held: Held, item: RoutingItem) -> Held:
        """Add what the caller says about a lead to what is known about it."""
        merged = {**held.metadata, **item.draft.metadata}
        if merged != held.metadata:
            held.metadata = merged
            self._write.describe(held.lead_id, merged)
        return held

    def _take_in(self, draft: LeadDraft) -> Held:
        lead_id = self._write.lead(draft)
        held = Held(lead_id, draft.external_id, None, draft.metadata)
        self._held[lead_id] = held
        if draft.external_id is not None:
            self._held[draft.external_id] = held
        return held

    def _assign(
        self,
        plan: RulesetPlan | None,
        held: Held,
        choice: Choice,
        decision_id: str | None,
        attributes: Mapping[str, Json],
        routing_ms: float,
    ) -> Assigned:
        """Write down who owns a lead from now on, or that it waits."""
        pick, write = choice.pick, self._write
        rep = self._reps[pick.rep_id] if pick else None
        load_before = self._book.note(self._people, rep.id) if rep else 0
        previous = self._leave(held)
        pool_id = self._book.pool_id(pick.pool) if pick and pick.pool else None
        write.assignment(
            plan, held.lead_id, decision_id, choice, pool_id=pool_id, load_before=load_before, routing_ms=routing_ms
        )
        if rep is None and plan is not None:
            write.parked(plan, held.lead_id, attributes)
        if rep is not None or held.owner_id is not None:
            write.own(held.lead_id, rep.id if rep else None)
        assigned = Assigned(
            lead_id=held.lead_id,
            external_id=held.external_id,
            rep=rep,
            queue_id=plan.queue_id if plan and rep is None else None,
            method=(pick.method if pick else Method.FALLBACK).value,
            rule=choice.rule.name if choice.rule else None,
            priority=choice.rule.priority if choice.rule else None,
            position=pick.position if pick else None,
            load_before=load_before,
            assigned_at=self._now,
            routing_ms=routing_ms,
            decision_id=decision_id or "",
            is_new_lead=held.last is None,
        )
        held.last, held.owner_id = assigned, rep.id if rep else None
        held.parked_in = plan.ruleset_id if plan is not None and rep is None else None
        write.told(held.lead_id, _story(plan, assigned, previous), rep, assigned.rule)
        return assigned

    def _leave(self, held: Held) -> Rep | None:
        """End what is open of a lead; return who owned it."""
        if held.last is not None:
            self._write.end(held.lead_id)
            if held.owner_id is not None:
                self._people.gave_up(held.owner_id)
        if held.parked_in is not None:
            self._write.unpark(held.lead_id)
        return self._reps.get(held.owner_id or "")


def attributes_of(lead: Row[Any]) -> dict[str, Json]:
    """Return what rules see of a stored lead: its fields that are set, and its metadata."""
    fields = {name: getattr(lead, name) for name in TEXT_FIELDS}
    return {**{name: value for name, value in fields.items() if value is not None}, **lead.metadata}


def _story(plan: RulesetPlan | None, assigned: Assigned, previous: Rep | None) -> dict[str, Json]:
    rep = assigned.rep
    story: dict[str, Json] = {
        "ruleset_id": plan.ruleset_id if plan else None,
        "ruleset": plan.ref if plan else None,
        "rule": assigned.rule,
        "method": assigned.method,
        "decision_id": assigned.decision_id or None,
        "previous_rep_id": previous.ref if previous else None,
    }
    if rep is None:
        return {**story, "queue_id": assigned.queue_id}
    return {**story, "rep_id": rep.ref, "rep_name": rep.name, "rep_email": rep.email}


def _why_nobody(choice: Choice, reps: Mapping[str, Rep]) -> str:
    """Say, in the words of the contract (routeswit 6), why a strict ruleset gives a lead to nobody."""
    absent = [rep_id for passed in choice.passed_over for ids in passed.absent.values() for rep_id in ids]
    if not absent:
        return f"{choice.passed_over[-1].rule.name}: {choice.passed_over[-1].reason}"
    rep = reps.get(absent[0])
    overflow = reps.get(rep.overflow_to) if rep is not None and rep.overflow_to is not None else None
    if overflow is not None:
        return f"Overflow rep '{overflow.ref}' is also OOO (depth limit exceeded)"
    return f"Rep '{rep.ref if rep else absent[0]}' is OOO and has no overflow configured"
