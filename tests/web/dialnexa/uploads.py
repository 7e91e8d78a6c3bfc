"""Files of leads, as clients send them."""

import io
from typing import Any

import httpx
import openpyxl
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.storage import tables
from tests.conftest import Client
from tests.web.dialnexa.steps import PATH, VOICE, new_node, new_workflow

NUMBERS = ["+919876543210", "+919876543211", "+919876543212", "+14155552671", "+56912345678"]
WRONG_KIND = "File must be a CSV or Excel file (.csv, .xlsx, .xls)"


def upload(
    client: Client, workflow_id: str, content: str | bytes, name: str = "leads.csv", **options: Any
) -> httpx.Response:
    """Send a file to a workflow."""
    raw = content.encode() if isinstance(content, str) else content
    return client.request("POST", f"{PATH}/{workflow_id}/leads", files={"file": (name, raw)}, **options)


def workbook(*rows: list[Any]) -> bytes:
    """Write rows as XLSX."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def leads_of(client: Client, workflow_id: str, **query: Any) -> list[dict[str, Any]]:
    """List the leads of a workflow."""
    answer = client.get(f"{PATH}/{workflow_id}/leads", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def refusal(message: str | list[str], status: int = 400, error: str = "Bad Request") -> tuple[int, dict[str, Any]]:
    """Spell a refusal as it comes over the wire."""
    return status, {"statusCode": status, "message": message, "error": error}


def outcome(answer: httpx.Response) -> tuple[int, Any]:
    """Return status and body."""
    return answer.status_code, answer.json()


def calling_workflow(client: Client, from_number: str = "+14155552671") -> str:
    """Make a workflow that calls; returns its id."""
    workflow_id = new_workflow(client)
    new_node(client, workflow_id, "VOICE_CALL", config={**VOICE, "from_phone_number": from_number})
    return workflow_id


def stored(app: App, client: Client) -> list[int]:
    """How many leads, runs, activities, events and variable keys there are."""
    counted = (tables.leads, tables.runs, tables.activities, tables.events, tables.variable_keys)

    def count(tx: Any) -> list[int]:
        return [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in counted]

    return client.runner.run(app.db.read(count))


def keys_of(client: Client, workflow_id: str) -> Any:
    """The names of the variables that the leads of a workflow have."""
    return client.get(f"{PATH}/{workflow_id}/leads/variable-keys").json()
