"""What is known of leads in their runs, as conditions, waits, templates and calls look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.dialling import home_zone, lead_zones
from pointsman.core.lead import TEXT_FIELDS
from pointsman.core.machine import Facts
from pointsman.core.values import Json
from pointsman.core.workflow import NodeType
from pointsman.services.live import LiveWorkflow
from pointsman.storage import advancing

NOTHING = Facts()
_COUNTRY = ("country", "Country", "country_code")
"""Where a lead's metadata names its country."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRef:
    """A run, by reference."""

    id: str
    lead_id: str
    workflow_id: str


def gather_facts(
    tx: Connection, runs: Sequence[RunRef], live: Mapping[str, LiveWorkflow], now: datetime
) -> dict[str, Facts]:
    """Read the facts of runs, by run, in as many queries for a thousand as for one."""
    if not runs:
        return {}
    leads = advancing.get_leads(tx, {run.lead_id for run in runs})
    results = _by_run(advancing.list_results(tx, [run.id for run in runs]))
    learnt = _by_run(advancing.list_variables(tx, [run.id for run in runs]))
    watched = {run.lead_id for run in runs if live[run.workflow_id].needs_activities}
    activities = advancing.summarise_activities(tx, watched) if watched else {}
    facts = {}
    for run in runs:
        lead, workflow = leads[run.lead_id], live[run.workflow_id]
        values = lead_values(lead)
        values["variables"] = {row.key: row.value for row in learnt.get(run.id, ())}
        values["activities"] = _activities(activities.get(run.lead_id), now)
        zones = _add_results(values, results.get(run.id, ()))
        if workflow.needs_zones:
            zones.append(home_zone(zones_of_lead(lead, lead.phone), workflow.settings).key)
        facts[run.id] = Facts(values=values, zones=zones)
    return facts


def zones_of_lead(lead: Row[Any], number: str | None) -> tuple[str, ...]:
    """List the zones a lead may be in: as its metadata says, else by its country and number (E.164)."""
    country = next((lead.metadata[name] for name in _COUNTRY if lead.metadata.get(name)), None)
    return lead_zones(None, lead.metadata.get("timezone"), country, number)


def lead_values(lead: Row[Any]) -> dict[str, Json]:
    """Return a lead's fields and its metadata."""
    values: dict[str, Json] = {name: getattr(lead, name) for name in (*TEXT_FIELDS, "external_id", "campaign_id")}
    values["metadata"] = lead.metadata
    return values


def _add_results(values: dict[str, Json], results: Sequence[Row[Any]]) -> list[str | None]:
    """Add what the last call and the last action came to; return the time zone that the call told."""
    zones: list[str | None] = []
    for row in results:
        result = row.result if isinstance(row.result, dict) else {}
        if row.node_type == NodeType.VOICE_CALL:
            values["call_status"] = row.outcome
            values["postcall_analysis"] = result.get("analysis") or {}
            zones = [result.get("timezone")]
        else:
            values["application"] = {**result, "status": row.outcome, "http_status": result.get("status")}
    return zones


def _activities(summary: tuple[int, str, datetime] | None, now: datetime) -> dict[str, Json]:
    if summary is None:
        return {"count": 0}
    count, kind, at = summary
    return {"count": count, "last_type": kind, "hours_since_last": (now - at).total_seconds() / 3600}


def _by_run(rows: Sequence[Row[Any]]) -> dict[str, list[Row[Any]]]:
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.run_id, []).append(row)
    return groups
