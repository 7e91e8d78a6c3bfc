"""Finding leads among many: a page in some order by keyset, how many there are, and what is shown beside them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
)

from pointsman.core.ids import parse_id
from pointsman.core.lead_filter import NO_RUN, STOPPED, LeadFilter, Ownership, Sort
from pointsman.storage.bulk import among, mine_among
from pointsman.storage.db import json_member
from pointsman.storage.tables import (
    activities,
    campaigns,
    do_not_call,
    lead_tags,
    leads,
    nodes,
    parked_leads,
    reps,
    runs,
    statuses,
    tags,
    workflows,
)

_HEAVY = ("metadata", "search_text", "email_key")
"""Columns of a lead that no list needs; metadata can be megabytes."""


def find_ids(
    tx: Connection, org_id: str, wanted: LeadFilter, sort: Sort, *, after: str | None, limit: int
) -> Sequence[str]:
    """List the ids of leads that pass a filter, from `after` a lead on."""
    query = select(leads.c.id).where(*_conditions(org_id, wanted)).limit(limit)
    match sort:
        case Sort.NEWEST:
            query = query.order_by(leads.c.id.desc())
            return tx.execute(query.where(leads.c.id < after) if after else query).scalars().all()
        case Sort.OLDEST:
            query = query.order_by(leads.c.id)
            return tx.execute(query.where(leads.c.id > after) if after else query).scalars().all()
        case Sort.NAME:
            query = query.order_by(leads.c.search_text, leads.c.id)
            return tx.execute(query.where(_after_name(tx, after)) if after else query).scalars().all()


def is_lead(tx: Connection, org_id: str, lead_id: str) -> bool:
    """Tell whether there is such a lead, archived or not."""
    mine = exists().where(leads.c.org_id == org_id, leads.c.id == lead_id)
    return tx.execute(select(mine)).scalar_one()


def get_rows(tx: Connection, org_id: str, lead_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read leads by id, without what is large, with their campaign's name and their owner."""
    light = [column for column in leads.c if column.name not in _HEAVY]
    query: Select[Any] = (
        select(
            *light,
            campaigns.c.name.label("campaign_name"),
            reps.c.ref.label("owner_ref"),
            reps.c.name.label("owner_name"),
        )
        .outerjoin(campaigns, campaigns.c.id == leads.c.campaign_id)
        .outerjoin(reps, reps.c.id == leads.c.owner_id)
        .where(mine_among(tx, leads.c.org_id, org_id, leads.c.id, lead_ids))
    )
    return {row.id: row for row in tx.execute(query)}


def newest_runs(tx: Connection, lead_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read the newest run of each lead, open or ended, by lead."""
    return {
        row.lead_id: row
        for row in tx.execute(_described_runs().where(among(tx, runs.c.lead_id, lead_ids), _is_newest()))
    }


def list_runs(tx: Connection, lead_id: str) -> Sequence[Row[Any]]:
    """List the runs of a lead, newest first."""
    return tx.execute(_described_runs().where(runs.c.lead_id == lead_id).order_by(runs.c.id.desc())).all()


def list_lead_tags(tx: Connection, lead_ids: Collection[str]) -> Sequence[Row[Any]]:
    """List the tags of leads by name."""
    query: Select[Any] = select(lead_tags.c.lead_id, tags.c.id, tags.c.name, tags.c.slug).join(tags)
    return tx.execute(query.where(among(tx, lead_tags.c.lead_id, lead_ids)).order_by(tags.c.name, tags.c.id)).all()


def waiting_in(tx: Connection, lead_ids: Collection[str]) -> dict[str, str]:
    """Say in which queues leads wait for somebody, by lead."""
    query = select(parked_leads.c.lead_id, parked_leads.c.queue_id)
    return {row.lead_id: row.queue_id for row in tx.execute(query.where(among(tx, parked_leads.c.lead_id, lead_ids)))}


def last_activities(tx: Connection, lead_ids: Collection[str]) -> dict[str, Any]:
    """Say when something last happened to leads, by lead."""
    last = select(
        activities.c.lead_id, func.max(activities.c.occurred_at, type_=activities.c.occurred_at.type).label("at")
    )
    mine = last.where(among(tx, activities.c.lead_id, lead_ids)).group_by(activities.c.lead_id)
    return {row.lead_id: row.at for row in tx.execute(mine)}


def metadata_members(
    tx: Connection, lead_ids: Collection[str], keys: Sequence[str], longest: int
) -> dict[str, Mapping[str, str | None]]:
    """Read some keys of leads' metadata as JSON text, no longer than `longest` characters, by lead."""
    texts = [
        func.substr(json_member(leads.c.metadata, literal(key)), 1, longest).label(f"member_{place}")
        for place, key in enumerate(keys)
    ]
    found = tx.execute(select(leads.c.id, *texts).where(among(tx, leads.c.id, lead_ids)))
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in found}


def newest_samples(tx: Connection, org_id: str, *, limit: int, longest: int) -> Sequence[Row[Any]]:
    """Read the source and the metadata of the newest leads, without metadata that is longer than `longest`."""
    small = case((func.length(cast(leads.c.metadata, Text)) <= longest, leads.c.metadata))
    mine = (leads.c.org_id == org_id, leads.c.archived_at.is_(None))
    query: Select[Any] = select(leads.c.source, type_coerce(small, leads.c.metadata.type).label("metadata")).where(
        *mine
    )
    return tx.execute(query.order_by(leads.c.id.desc()).limit(limit)).all()


def _conditions(org_id: str, wanted: LeadFilter) -> Iterator[ColumnElement[bool]]:
    yield leads.c.org_id == org_id
    yield leads.c.archived_at.is_(None)
    if wanted.search:
        yield or_(*(_has_text(spelling) for spelling in wanted.search), _is_called(wanted.search[0]))
    if wanted.workflow_id is not None or wanted.states or wanted.status_key is not None:
        yield _has_run(org_id, wanted)
    for name, test in _TESTS.items():
        value = getattr(wanted, name)
        if value is not None:
            yield test(org_id, value)


def _has_text(spelling: str) -> ColumnElement[bool]:
    return leads.c.search_text.contains(spelling, autoescape=True)


def _is_called(spelling: str) -> ColumnElement[bool]:
    return func.lower(leads.c.external_id).contains(spelling, autoescape=True)


def _has_run(org_id: str, wanted: LeadFilter) -> ColumnElement[bool]:
    """Test the newest run of a lead."""
    tests = [runs.c.org_id == org_id if wanted.workflow_id is None else runs.c.workflow_id == wanted.workflow_id]
    if wanted.status_key is not None:
        named = select(statuses.c.id).where(statuses.c.org_id == org_id, statuses.c.key == wanted.status_key)
        tests.append(runs.c.status_id.in_(named))
    if wanted.states:
        tests.append(or_(false(), *(_has_state(state) for state in wanted.states if state != NO_RUN)))
    found = leads.c.id.in_(select(runs.c.lead_id).where(*tests, _is_newest()))
    if NO_RUN not in wanted.states or wanted.workflow_id is not None or wanted.status_key is not None:
        return found
    return or_(found, ~exists().where(runs.c.lead_id == leads.c.id))


def _has_state(state: str) -> ColumnElement[bool]:
    taken_over = and_(runs.c.human_takeover, runs.c.ended_at.is_(None))
    return taken_over if state == STOPPED else and_(runs.c.state == state, ~taken_over)


def _is_newest() -> ColumnElement[bool]:
    """Test that a lead has no newer run.

    `coalesce` leaves `lead_id` as the only index for that: by id, a planner without statistics would read half of all
    runs for every run.
    """
    newer = runs.alias()
    return ~exists().where(newer.c.lead_id == runs.c.lead_id, func.coalesce(newer.c.id, newer.c.id) > runs.c.id)


def _owned_by_nobody(org_id: str, ownership: Ownership) -> ColumnElement[bool]:
    if ownership == Ownership.UNOWNED:
        return leads.c.owner_id.is_(None)
    return leads.c.id.in_(select(parked_leads.c.lead_id).where(parked_leads.c.org_id == org_id))


def _on_the_list(org_id: str) -> ColumnElement[bool]:
    return leads.c.phone_key.in_(select(do_not_call.c.phone_key).where(do_not_call.c.org_id == org_id))


def _off_the_list(org_id: str) -> ColumnElement[bool]:
    return or_(leads.c.phone_key.is_(None), ~_on_the_list(org_id))


def _has_tag(org_id: str, name: str) -> ColumnElement[bool]:
    tagged = select(lead_tags.c.lead_id).where(lead_tags.c.tag_id.in_(_named(tags, tags.c.slug, org_id, name)))
    return leads.c.id.in_(tagged)


def _named(table: Any, column: ColumnElement[str], org_id: str, name: str) -> Select[tuple[str]]:
    """Find the id of what callers call so, or whose id it is."""
    id_ = parse_id(name)
    is_it = column == name if id_ is None else or_(column == name, table.c.id == id_)
    return select(table.c.id).where(table.c.org_id == org_id, is_it)


def _after_name(tx: Connection, lead_id: str) -> ColumnElement[bool]:
    text = tx.execute(select(leads.c.search_text).where(leads.c.id == lead_id)).scalar_one()
    return tuple_(leads.c.search_text, leads.c.id) > tuple_(literal(text), literal(lead_id, leads.c.id.type))


def _described_runs() -> Select[Any]:
    return (
        select(
            runs.c.id,
            runs.c.lead_id,
            runs.c.workflow_id,
            runs.c.state,
            runs.c.human_takeover,
            runs.c.cadence_state,
            runs.c.reason,
            runs.c.created_at,
            runs.c.ended_at,
            workflows.c.name.label("workflow_name"),
            workflows.c.status.label("workflow_status"),
            statuses.c.key.label("status_key"),
            statuses.c.label.label("status_label"),
            statuses.c.category.label("status_category"),
            nodes.c.label.label("node_label"),
        )
        .join(workflows, workflows.c.id == runs.c.workflow_id)
        .outerjoin(statuses, statuses.c.id == runs.c.status_id)
        .outerjoin(nodes, nodes.c.id == runs.c.node_id)
    )


_TESTS: Mapping[str, Callable[[str, Any], ColumnElement[bool]]] = {
    "owner": lambda org_id, name: leads.c.owner_id.in_(_named(reps, reps.c.ref, org_id, name)),
    "ownership": _owned_by_nobody,
    "tag": _has_tag,
    "campaign_id": lambda _, campaign_id: leads.c.campaign_id == campaign_id,
    "source": lambda _, source: leads.c.source == source,
    "created_from": lambda _, moment: leads.c.created_at >= moment,
    "created_before": lambda _, moment: leads.c.created_at < moment,
    "do_not_call": lambda org_id, is_on_it: _on_the_list(org_id) if is_on_it else _off_the_list(org_id),
}
"""What is tested of a lead itself, by field of the filter."""
