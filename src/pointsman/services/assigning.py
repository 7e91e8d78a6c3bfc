"""Leads come in to be given to people: requests that came together, in one transaction.

One code path for one lead or a thousand, for HTTP, a hook, a file, a workflow or a promise that was broken.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.errors import Refused
from pointsman.services.books import Books, OpenBook
from pointsman.services.desk import FROM_THE_START, OFFERED_FIRST, Assigned, Desk, Offered, Place, RoutingItem
from pointsman.services.idempotency import Answer, RetryKey, answer_once, kept_answer
from pointsman.services.ruleset_plans import RulesetPlan, RulesetPlanReader, RulesetPlans

Outcome = Assigned | Refused
"""What became of one lead, in the order they came."""


@dataclass(frozen=True, slots=True)
class Available:
    """Who can take a lead, and under which version of the organization's set-up that was found."""

    config_version: int
    reps: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutingRequest:
    """Leads that came together, for one ruleset. `items` holds a `Refused` where a lead was wrong in itself.

    A `single` request is refused as a whole when its lead is; in a batch each item stands for itself.
    """

    org_id: str
    ruleset_ref: str
    items: Sequence[RoutingItem | Refused]
    single: bool
    render: Callable[[Sequence[Outcome]], Answer]
    retry_key: RetryKey | None = None


class Office:
    """What this process knows about rulesets, people and turns, from one transaction to the next."""

    def __init__(self) -> None:
        self.plans = RulesetPlans()
        self.books = Books()

    def open(self, tx: Connection, now: datetime) -> "OpenOffice":
        """Start giving leads to people in a transaction."""
        return OpenOffice(tx, self, now)

    def keep(self, opened: "OpenOffice") -> None:
        """Keep what a transaction learnt, now that it is committed."""
        self.plans.keep(opened.plans)
        for book in opened.books:
            self.books.keep(book)


class OpenOffice:
    """The office in one transaction."""

    def __init__(self, tx: Connection, office: Office, now: datetime) -> None:
        self.plans: RulesetPlanReader = office.plans.open(tx, now)
        self._open: dict[str, OpenBook] = {}
        self._tx = tx
        self._books = office.books
        self._now = now

    def route(self, requests: Sequence[RoutingRequest]) -> list[Answer | Exception]:
        """Give the leads of requests that came together to people; answer each, or say why it is refused."""
        answers: list[Answer | Exception] = [Refused("")] * len(requests)
        for org_id in sorted({request.org_id for request in requests}):
            mine = [place for place, request in enumerate(requests) if request.org_id == org_id]
            found = self._route_of(org_id, [requests[place] for place in mine])
            for place, answer in zip(mine, found, strict=True):
                answers[place] = answer
        return answers

    @property
    def books(self) -> Collection[OpenBook]:
        """The books that were used."""
        return self._open.values()

    def desk(self, org_id: str, plans: Sequence[RulesetPlan], *, expected: int = 1) -> Desk:
        """Open the desk of an organization."""
        reps = self.plans.reps(org_id)
        return Desk(self._tx, self._book(org_id), reps, plans, self._now, expected=expected)

    def forget(self) -> None:
        """Forget every book and plan: a part of the transaction was undone, and with it what they say."""
        self._open.clear()
        self.plans.loaded.clear()

    def available(self, org_id: str) -> Available:
        """Say who of an organization can take a lead now."""
        reps = self.plans.reps(org_id)
        people = self._book(org_id).people(reps, ())
        there = frozenset(rep_id for rep_id in reps if people.absence(rep_id) is None)
        return Available(self.plans.config_version(org_id), there)

    def place(self, org_id: str, lead_id: str, ruleset: str) -> Assigned:
        """Give a stored lead to somebody by the rules of a ruleset, or to the queue; one with an owner keeps it."""
        plan = self.plans.plan(org_id, ruleset)
        desk = self.desk(org_id, [plan])
        assigned = desk.place(plan, lead_id)
        desk.save()
        return assigned

    def hand_to(self, org_id: str, lead_id: str, rep_id: str) -> None:
        """Give a stored lead to a certain rep."""
        desk = self.desk(org_id, [])
        desk.hand_to(lead_id, rep_id)
        desk.save()

    def offer(self, org_id: str, ruleset: str, *, after: Place, limit: int) -> Offered:
        """Offer leads that wait in the queue of a ruleset, oldest first."""
        plan = self.plans.plan(org_id, ruleset)
        desk = self.desk(org_id, [plan], expected=limit)
        offered = desk.offer(plan, after=after, limit=limit)
        desk.save()
        return offered

    def _book(self, org_id: str) -> OpenBook:
        if org_id not in self._open:
            self._open[org_id] = self._books.open(self._tx, org_id, self._now)
        return self._open[org_id]

    def _route_of(self, org_id: str, requests: Sequence[RoutingRequest]) -> list[Answer | Exception]:
        plans = [self._plan(request) for request in requests]
        known = {plan.ruleset_id: plan for plan in plans if isinstance(plan, RulesetPlan)}
        if not known:
            return [plan for plan in plans if not isinstance(plan, RulesetPlan)]  # all of them
        items = [item for request in requests for item in request.items if isinstance(item, RoutingItem)]
        desk = self.desk(org_id, list(known.values()), expected=len(items))
        for plan in known.values():
            desk.offer(plan, after=FROM_THE_START, limit=OFFERED_FIRST)
        desk.meet(items)
        answers: list[Answer | Exception] = [
            self._answer(desk, plan, request) if isinstance(plan, RulesetPlan) else plan
            for plan, request in zip(plans, requests, strict=True)
        ]
        desk.save()
        return answers

    def _plan(self, request: RoutingRequest) -> RulesetPlan | Answer | Refused:
        """Return the plan for a request; without one, its first answer if it had one when there was."""
        try:
            return self.plans.plan(request.org_id, request.ruleset_ref)
        except Refused as refused:
            return self._first_answer(request) or refused

    def _first_answer(self, request: RoutingRequest) -> Answer | Refused | None:
        try:
            return kept_answer(self._tx, request.org_id, request.retry_key)
        except Refused as refused:
            return refused

    def _answer(self, desk: Desk, plan: RulesetPlan, request: RoutingRequest) -> Answer | Refused:
        def answer() -> Answer:
            outcomes = [_give(desk, plan, item) for item in request.items]
            if request.single and isinstance(outcomes[0], Refused):
                raise outcomes[0]
            return request.render(outcomes)

        try:
            return answer_once(self._tx, request.org_id, request.retry_key, self._now, answer)
        except Refused as refused:
            return refused


def _give(desk: Desk, plan: RulesetPlan, item: RoutingItem | Refused) -> Outcome:
    if isinstance(item, Refused):
        return item
    try:
        return desk.give(plan, item)
    except Refused as refused:
        return refused
