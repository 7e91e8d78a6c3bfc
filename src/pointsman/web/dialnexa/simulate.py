"""Simulating a workflow (design section 6): what it would do with a population. Nothing is stored, nobody is called."""

import asyncio
from typing import Annotated, Any

from litestar import post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct

from pointsman.core.access import Scope
from pointsman.core.simulation import Population, simulate
from pointsman.core.simulation_report import Report
from pointsman.services import simulations
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, caller_of, path_id, reply
from pointsman.web.dialnexa.body import fields_of

MOST_LEADS = 20_000
MOST_DAYS = 366
MOST_STEPS = 2_000_000
"""What a simulation may take over HTTP: a minute or so. The command line takes any."""


class SimulationOrder(Struct):
    """What to simulate. `start` is an ISO 8601 date or date-time; by default the coming Monday in the workflow's zone.

    `outcomes` says how leads behave, where they differ from the default.
    """

    leads: Annotated[int, Meta(ge=1, le=MOST_LEADS)] | None = None
    days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] | None = None
    seed: Annotated[int, Meta(ge=0, le=simulations.HIGHEST_SEED)] | None = None
    start: str | None = None
    outcomes: dict[str, Any] | None = None


@post(
    "/workflows/{workflow_id:str}/simulate",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_READ)],
    opt={"body": SimulationOrder, "answer": Report},
)
async def simulate_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Send a population through a workflow, a draft too, on a virtual clock; the same seed gives the same answer."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    order = await fields_of(request, SimulationOrder) if await request.body() else SimulationOrder()
    model = simulations.read_outcomes(order.outcomes)
    app, org_id = app_of(request), caller_of(request).org_id
    rehearsal = await app.db.read(lambda tx: simulations.rehearse_workflow(tx, org_id, id_))
    population = Population(
        leads=order.leads or simulations.USUAL_LEADS,
        days=order.days or simulations.USUAL_DAYS,
        seed=simulations.USUAL_SEED if order.seed is None else order.seed,
        start=simulations.read_start(order.start, rehearsal.settings, app.clock()),
    )
    async with request.app.state.simulating:
        report = await asyncio.to_thread(
            simulate, rehearsal.graph, rehearsal.settings, population, model, most_steps=MOST_STEPS
        )
    return reply(200, report)


handlers = [simulate_workflow]
