"""Leads that are stored."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, func, select, tuple_, update

from pointsman.storage.bulk import mine_among
from pointsman.storage.tables import (
    campaigns,
    effects,
    lead_tags,
    leads,
    reps,
    runs,
    statuses,
    tags,
    variables,
    workflows,
)


def get_lead(tx: Connection, org_id: str, lead_id: str) -> Row[Any] | None:
    """Find a lead that is not archived."""
    return tx.execute(
        select(leads).where(leads.c.org_id == org_id, leads.c.id == lead_id, leads.c.archived_at.is_(None))
    ).first()


def get_leads(tx: Connection, org_id: str, lead_ids: Collection[str]) -> list[Row[Any]]:
    """Find leads that are not archived, each with its campaign's name and its owner's name and address."""
    query = (
        select(
            leads,
            campaigns.c.name.label("campaign_name"),
            reps.c.name.label("owner_name"),
            reps.c.email.label("owner_email"),
        )
        .outerjoin(campaigns, campaigns.c.id == leads.c.campaign_id)
        .outerjoin(reps, reps.c.id == leads.c.owner_id)
    )
    mine = (mine_among(tx, leads.c.org_id, org_id, leads.c.id, lead_ids), leads.c.archived_at.is_(None))
    return list(tx.execute(query.where(*mine)))


def list_tags(tx: Connection, lead_ids: Collection[str]) -> list[Row[Any]]:
    """List the tags of leads, in the order in which they were put on."""
    query = select(lead_tags.c.lead_id, tags.c.id, tags.c.name, tags.c.slug).join(tags)
    return list(tx.execute(query.where(lead_tags.c.lead_id.in_(lead_ids)).order_by(lead_tags.c.created_at, tags.c.id)))


def list_open_runs(tx: Connection, lead_ids: Collection[str]) -> list[Row[Any]]:
    """List the runs of leads that have not ended, with their workflow and status, oldest first."""
    query = (
        select(
            runs,
            workflows.c.name.label("workflow_name"),
            workflows.c.goal_type,
            workflows.c.status.label("workflow_status"),
            statuses.c.key.label("status_key"),
            statuses.c.label.label("status_label"),
            statuses.c.category.label("status_category"),
        )
        .join(workflows, workflows.c.id == runs.c.workflow_id)
        .join(statuses, statuses.c.id == runs.c.status_id)
    )
    still_open = (runs.c.lead_id.in_(lead_ids), runs.c.ended_at.is_(None))
    return list(tx.execute(query.where(*still_open).order_by(runs.c.created_at, runs.c.id)))


def list_variables(tx: Connection, run_ids: Collection[str]) -> list[Row[Any]]:
    """List what was learnt in runs, by key."""
    return list(tx.execute(select(variables).where(variables.c.run_id.in_(run_ids)).order_by(variables.c.key)))


def list_contacts(tx: Connection, run_ids: Collection[str]) -> list[Row[Any]]:
    """List how runs have reached out so far: the kind of each effect a person notices, in order."""
    query = select(effects.c.run_id, effects.c.kind).where(effects.c.run_id.in_(run_ids), effects.c.kind != "webhook")
    return list(tx.execute(query.order_by(effects.c.id)))


def list_leads(
    tx: Connection, org_id: str, filters: Mapping[str, str], *, limit: int, offset: int
) -> tuple[list[Row[Any]], int]:
    """List the leads that pass every filter (by name in `_FILTERS`), newest first; and count them all."""
    conditions = [leads.c.org_id == org_id, leads.c.archived_at.is_(None)]
    conditions += [_FILTERS[name](org_id, value) for name, value in filters.items()]
    page = select(leads).where(*conditions).order_by(leads.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(leads).where(*conditions)
    return list(tx.execute(page)), tx.execute(total).scalar_one()


def lock_leads(tx: Connection, org_id: str, column: str, keys: Collection[str]) -> list[Row[Any]]:
    """Find leads by one of their keys and keep others from changing them until the transaction ends.

    They are locked in order of id, so that two batches wait for each other and do not deadlock. `coalesce` keeps
    planners from reading a whole organization in that order.
    """
    query = select(leads).where(
        mine_among(tx, leads.c.org_id, org_id, leads.c[column], keys), leads.c.archived_at.is_(None)
    )
    return list(tx.execute(query.order_by(func.coalesce(leads.c.id, leads.c.id)).with_for_update()))


def update_lead(tx: Connection, lead_id: str, **values: Any) -> Row[Any]:
    """Change a lead, and return it as it is now."""
    return tx.execute(update(leads).where(leads.c.id == lead_id).values(**values).returning(leads)).one()


def set_metadata(tx: Connection, merged: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
    """Replace the metadata of leads, by id."""
    statement = (
        update(leads).where(leads.c.id == bindparam("lead")).values(metadata=bindparam("merged"), updated_at=now)
    )
    tx.execute(statement, [{"lead": lead_id, "merged": metadata} for lead_id, metadata in merged.items()])


def _in_active_run(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Test the active run of a lead: the newest that has not ended."""
    newer = runs.alias()
    later = tuple_(newer.c.created_at, newer.c.id) > tuple_(runs.c.created_at, runs.c.id)
    has_newer = exists().where(newer.c.lead_id == runs.c.lead_id, newer.c.ended_at.is_(None), later)
    return leads.c.id.in_(select(runs.c.lead_id).where(runs.c.ended_at.is_(None), ~has_newer, *conditions))


def _has_tag(org_id: str, slug: str) -> ColumnElement[bool]:
    tagged = select(lead_tags.c.lead_id).join(tags).where(tags.c.org_id == org_id, tags.c.slug == slug)
    return leads.c.id.in_(tagged)


def _has_status(org_id: str, key: str) -> ColumnElement[bool]:
    named = select(statuses.c.id).where(statuses.c.org_id == org_id, statuses.c.key == key)
    return _in_active_run(runs.c.org_id == org_id, runs.c.status_id.in_(named))


_FILTERS: Mapping[str, Callable[[str, str], ColumnElement[bool]]] = {
    "search": lambda _, text: leads.c.search_text.contains(text, autoescape=True),
    "workflow_id": lambda _, workflow_id: _in_active_run(runs.c.workflow_id == workflow_id),
    "campaign_id": lambda _, campaign_id: leads.c.campaign_id == campaign_id,
    "tag": _has_tag,
    "source": lambda _, source: leads.c.source == source,
    "status": _has_status,
}
