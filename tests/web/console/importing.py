"""Files of leads, uploaded and started as a page does."""

import asyncio
from typing import Any

import httpx
from sqlalchemy import func, select

from pointsman.bootstrap import App
from tests.cli.command import query
from tests.conftest import Client

PATH = "/console/imports"
LEADS = "First Name,E-mail,City\nAna,ana@acme.test,Lima\n,nobody@acme.test,Oslo\nBen,ben@acme.test,Rome\n"


def upload(client: Client, content: str | bytes = LEADS, name: str = "leads.csv", **params: str) -> httpx.Response:
    """Send a file as a page does."""
    raw = content.encode() if isinstance(content, str) else content
    return client.request("POST", PATH, params={"file_name": name, **params}, content=raw)


def uploaded(client: Client, content: str | bytes = LEADS) -> str:
    """Upload a file; returns the id of its import."""
    answer = upload(client, content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def start(client: Client, id_: str, workflow_id: str, **body: Any) -> httpx.Response:
    """Ask for an import into a workflow."""
    return client.post(f"{PATH}/{id_}/start", {"target_kind": "workflow", "target_id": workflow_id, **body})


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and message of what is refused."""
    return answer.status_code, answer.json()["message"]


def count(app: App, runner: asyncio.Runner, *tables: Any) -> list[int]:
    """How many rows each of the tables has."""
    return [query(app, runner, select(func.count()).select_from(table))[0][0] for table in tables]
