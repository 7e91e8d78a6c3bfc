"""Many leads are looked up one by one, also while the database has no statistics of their organization."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_ids
from pointsman.storage.assigning import find_leads
from pointsman.storage.intake import known_external_ids
from pointsman.storage.lead_search import get_rows
from pointsman.storage.leads import lock_leads
from pointsman.storage.tables import leads
from tests.conftest import NOW, Client
from tests.plans import explain_all

MANY, SOME = 9_000, 1_000

Look = Callable[[Connection, str, list[str], list[str]], Any]

LOOKS: dict[str, Look] = {
    "by id": lambda tx, org_id, ids, _: get_rows(tx, org_id, ids),
    "by external id": lambda tx, org_id, _, names: known_external_ids(tx, org_id, names),
    "by either": lambda tx, org_id, ids, names: find_leads(tx, org_id, names, ids),
    "to be changed": lambda tx, org_id, _, names: lock_leads(tx, org_id, "external_id", names),
}


@pytest.mark.parametrize("others", [0, MANY])
def test_leads_of_a_new_organization_are_not_all_read_and_compared(
    app: App, alice: Client, charlie: Client, others: int
) -> None:
    def plans(tx: Connection) -> dict[str, list[str]]:
        """Fill and ask in one transaction: until it is over, the server's own statistics cannot come in between."""
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("DELETE FROM pg_statistic WHERE starelid = 'leads'::regclass")
        if others:
            fill(tx, charlie.org_id, others)
            tx.exec_driver_sql("ANALYZE leads")
        ids, names = fill(tx, alice.org_id, MANY)
        return {
            name: explain_all(tx, lambda tx, look=look: look(tx, alice.org_id, ids[:SOME], names[:SOME]))
            for name, look in LOOKS.items()
        }

    for name, found in alice.runner.run(app.db.write(plans)).items():
        for plan in found:
            assert f"Index Cond: (org_id = '{alice.org_id}'::uuid)" not in plan, (name, plan)
            assert "SCAN leads" not in plan, (name, plan)
            assert "(org_id=?)" not in plan, (name, plan)


def fill(tx: Connection, org_id: str, count: int) -> tuple[list[str], list[str]]:
    """Add leads, and return their ids and external ids."""
    ids = new_ids(NOW, count)
    names = [f"CRM-{number}" for number in range(count)]
    row = {
        "org_id": org_id,
        "first_name": "Ana",
        "source": "",
        "metadata": {},
        "search_text": "",
        "created_at": NOW,
        "updated_at": NOW,
    }
    tx.execute(insert(leads), [{**row, "id": id_, "external_id": name} for id_, name in zip(ids, names, strict=True)])
    return ids, names
