"""Simulations: what a workflow would do with a population. Read the workflow, and what is asked; nothing is stored."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from pointsman.core.errors import Invalid, NotFound, SeveralInvalid
from pointsman.core.graph import Graph
from pointsman.core.graph_problems import find_problems
from pointsman.core.ids import parse_id
from pointsman.core.simulation_model import OutcomeModel, check_model, read_model
from pointsman.core.values import Json, as_moment
from pointsman.core.workflow_settings import WorkflowSettings, read_settings
from pointsman.core.zones import UTC_ZONE, find_zone, in_zone
from pointsman.services.live import read_graph
from pointsman.services.workflows import UNKNOWN_WORKFLOW, find_workflow
from pointsman.storage import access

USUAL_LEADS, USUAL_DAYS, USUAL_SEED = 1000, 30, 1
HIGHEST_SEED = 2**53 - 1
"""The largest whole number that every JSON reader keeps."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """A workflow as it is now, whatever its status, ready to be simulated."""

    title: str
    graph: Graph
    settings: WorkflowSettings


def rehearse_workflow(tx: Connection, org_id: str, workflow_id: str) -> Rehearsal:
    """Read a workflow, or refuse with everything that would keep it from being activated."""
    row = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    graph = read_graph(tx, row.id)
    problems = find_problems(graph)
    if problems:
        raise SeveralInvalid(problems)
    return Rehearsal(title=row.name, graph=graph, settings=read_settings(row.settings))


def rehearse_any_workflow(tx: Connection, workflow: str) -> Rehearsal:
    """Read a workflow of any organization, by its id in any spelling."""
    id_ = parse_id(workflow)
    org_id = access.owner_of_workflow(tx, id_) if id_ is not None else None
    if id_ is None or org_id is None:
        raise NotFound(f"there is no workflow {workflow} in this database")
    return rehearse_workflow(tx, org_id, id_)


def read_outcomes(outcomes: Json) -> OutcomeModel:
    """Read an outcome model; without one, the default."""
    if outcomes is None:
        return OutcomeModel()
    messages = [f"outcomes{'.' if field else ''}{field} {reason}" for field, reason in check_model(outcomes)]
    if len(messages) > 1:
        raise SeveralInvalid(messages)
    if messages:
        raise Invalid(messages[0])
    return read_model(outcomes)


def read_start(text: str | None, settings: WorkflowSettings, now: datetime) -> datetime:
    """Read when a simulation begins, by the workflow's clocks; usually the coming Monday, because weeks matter."""
    zone = find_zone(settings.timezone) or UTC_ZONE
    if text is None:
        today = in_zone(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return (today + timedelta(days=_WEEK - today.weekday())).astimezone(UTC)
    if as_moment(text) is None:
        raise Invalid("start must be an ISO 8601 date or date-time, such as 2026-03-02 or 2026-03-02T09:00:00-03:00")
    moment = datetime.fromisoformat(text)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Invalid(f"start must be in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
