"""Leads are found by workflow lead by lead or run by run, also while the database has no statistics of them yet."""

from functools import partial

import msgspec
import pytest
from sqlalchemy import Connection, select

from pointsman.bench.site import Site, accept, bodies, prepare, transact
from pointsman.bootstrap import system_clock
from pointsman.core.lead import LeadDraft
from pointsman.core.lead_filter import LeadFilter, Sort
from pointsman.storage.intake import Accepted, insert_accepted
from pointsman.storage.lead_search import find_ids
from pointsman.storage.tables import workflows
from pointsman.storage.workflow_leads import list_leads
from tests.plans import explain_all

MANY = 5_000


@pytest.mark.parametrize("has_statistics", [False, True])
def test_leads_of_a_workflow_are_found_without_reading_it_whole_for_each(
    database_url: str, has_statistics: bool
) -> None:
    site = prepare(database_url)
    accepted = accept(site, [msgspec.convert(body, LeadDraft) for body in bodies(MANY)])
    for plan in transact(database_url, partial(plans, site=site, accepted=accepted, has_statistics=has_statistics)):
        assert "BitmapAnd" not in plan
        assert "SCAN runs" not in plan
        assert "(workflow_id=? AND id>?)" not in plan


def plans(tx: Connection, site: Site, accepted: list[Accepted], has_statistics: bool) -> list[str]:
    """Fill and ask in one transaction: until it is over, the server's own statistics cannot come in between."""
    insert_accepted(tx, accepted, system_clock())
    if has_statistics:
        tx.exec_driver_sql("ANALYZE")
    elif tx.dialect.name == "postgresql":
        tx.exec_driver_sql("DELETE FROM pg_statistic WHERE starelid IN ('runs'::regclass, 'leads'::regclass)")
    workflow_id = tx.execute(select(workflows.c.id).where(workflows.c.name == "Self-serve")).scalar_one()
    wanted = LeadFilter(workflow_id=workflow_id)
    return [
        *explain_all(tx, lambda tx: find_ids(tx, site.org_id, wanted, Sort.NEWEST, after=None, limit=200)),
        *explain_all(tx, lambda tx: list_leads(tx, workflow_id, state=None, lead_ids=None, limit=100, offset=0)),
    ]
