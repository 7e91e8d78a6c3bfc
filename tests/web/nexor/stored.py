"""Short ways to stored leads, and to rows that no surface makes yet."""

from typing import Any

from sqlalchemy import insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from tests.conftest import Client


def write(app: App, client: Client, statement: Any) -> None:
    client.runner.run(app.db.write(lambda tx: tx.execute(statement)))


def insert_row(app: App, client: Client, table: Any, **values: Any) -> str:
    """Put in a row of the client's organization that no surface makes yet; returns its id."""
    now = app.clock()
    row = {"id": new_id(now), "org_id": client.org_id, "created_at": now, "updated_at": now, **values}
    write(app, client, insert(table).values({name: value for name, value in row.items() if name in table.c}))
    return str(row["id"])


def create(client: Client, **fields: Any) -> str:
    answer = client.post("/api/public/leads", {"first_name": "Carlos", **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["lead"]["id"])


def get(client: Client, lead_id: str) -> dict[str, Any]:
    answer = client.get(f"/api/public/leads/{lead_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
