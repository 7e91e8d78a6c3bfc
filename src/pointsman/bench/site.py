"""A database ready to take leads in: an organization, a key, workflows and a processor with twenty rules."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from pointsman.bootstrap import system_clock
from pointsman.core.access import KeyStyle
from pointsman.core.lead import LeadDraft
from pointsman.core.workflow import WorkflowStatus
from pointsman.services import access, processors, workflows
from pointsman.services.idempotency import Answer
from pointsman.services.intake import IntakeRequest, Stored, decide_leads
from pointsman.services.plans import PlanReader, Plans
from pointsman.storage import schema
from pointsman.storage.db import open_database
from pointsman.storage.intake import Accepted

_TARGETS = ("Enterprise", "Mid-market", "Partners", "Self-serve")
_COUNTRIES = ("MX", "CO", "CL", "PE", "AR", "ES", "US", "BR")
_PRODUCTS = ("credit", "insurance", "mortgage", "savings")
_CHANNELS = ("google", "facebook", "linkedin", "organic", "referral")


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where leads go to, and one accepted lead to make others like it."""

    url: str
    org_id: str
    key: str
    processor_id: str


def prepare(url: str) -> Site:
    """Migrate a database and set the organization up."""
    site: Site = transact(url, lambda tx: _set_up(tx, url, system_clock()))
    return site


def accept(site: Site, drafts: Sequence[LeadDraft]) -> list[Accepted]:
    """Decide about leads the way the product does, without storing them."""
    now = system_clock()

    def work(tx: Connection) -> list[Accepted]:
        plans: PlanReader = Plans().open(tx, now)
        request = IntakeRequest(
            org_id=site.org_id, processor_id=site.processor_id, items=drafts, single=False, render=_no_answer
        )
        return [outcome.accepted for outcome in decide_leads(tx, plans, request, now) if isinstance(outcome, Stored)]

    accepted: list[Accepted] = transact(site.url, work)
    return accepted


def bodies(count: int) -> list[dict[str, Any]]:
    """Make leads as clients send them: about 350 bytes each, with eight keys of metadata."""
    chance = random.Random(count)  # noqa: S311 - the same workload every time
    return [_body(chance, number) for number in range(count)]


def transact(url: str, *works: Callable[[Connection], Any]) -> Any:
    """Run every function in a transaction of its own, one after the other; returns what the last one does."""

    async def run() -> Any:
        db = open_database(url)
        try:
            return [await db.write(work) for work in works][-1]
        finally:
            await db.close()

    return asyncio.run(run())


def _body(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "first_name": chance.choice(("Ana", "Luis", "María", "Jorge")),
        "last_name": chance.choice(("Ruiz", "Hernández", "Soto", "Vargas")),
        "email": f"lead{number}.{chance.randrange(10**6)}@example.com",
        "phone": f"+52155{chance.randrange(10**8):08d}",
        "company": f"Company {chance.randrange(5000)}",
        "source": chance.choice(_CHANNELS),
        "metadata": {
            "country": chance.choice(_COUNTRIES),
            "product": chance.choice(_PRODUCTS),
            "employees": chance.randrange(1, 5000),
            "budget": chance.randrange(100, 100_000),
            "city": chance.choice(("Ciudad de México", "Bogotá", "Santiago", "Lima")),
            "landing_page": f"/campaigns/{chance.randrange(40)}",
            "consent": True,
            "score": round(chance.random() * 100, 2),
        },
    }


def _set_up(tx: Connection, url: str, now: datetime) -> Site:
    schema.upgrade(tx)
    key = access.create_key(
        tx, organization="Bench", name="bench", style=KeyStyle.NEXOR, scopes=(), expires_at=None, now=now
    )
    org_id = access.organization_id(tx, "Bench", now)
    targets = [workflows.create_workflow(tx, org_id, now, name=name, status=WorkflowStatus.ACTIVE) for name in _TARGETS]
    processor_id = processors.create_processor(
        tx, org_id, now, name="Inbound", description=None, default_workflow_id=targets[-1]
    ).id
    for number, conditions in enumerate(_rules()):
        draft = processors.RuleDraft(
            name=f"Rule {number}", workflow_id=targets[number % len(targets)], conditions=conditions
        )
        processors.create_rule(tx, org_id, processor_id, now, draft)
    return Site(url=url, org_id=org_id, key=key, processor_id=processor_id)


def _rules() -> list[list[dict[str, Any]]]:
    by_country = [
        [_condition("metadata.country", "eq", country), _condition("metadata.employees", "gt", 4000)]
        for country in _COUNTRIES
    ]
    by_product = [
        [_condition("metadata.product", "eq", product), _condition("metadata.budget", "gte", 90_000)]
        for product in _PRODUCTS
    ]
    by_channel = [
        [_condition("source", "in", [channel, f"{channel} ads"]), _condition("metadata.score", "gt", 95)]
        for channel in _CHANNELS
    ]
    others = [
        [_condition("company", "contains", "company 49"), _condition("metadata.employees", "lte", 50)],
        [_condition("email", "contains", ".edu"), _condition("metadata.plan", "eq", "trial")],
        [_condition("metadata.landing_page", "eq", "/campaigns/7"), _condition("metadata.country", "neq", "US")],
    ]
    return [*by_country, *by_product, *by_channel, *others]


def _condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def _no_answer(_outcomes: Sequence[Any]) -> Answer:
    return Answer(201, b"")
