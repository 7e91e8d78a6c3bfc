"""A workflow, and `pointsman import` into it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import Result

from pointsman.bootstrap import App
from tests.cli.command import Import, pointsman, write_csv
from tests.conftest import Client
from tests.factories import make_workflow


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def import_rows(workflow_id: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Imports rows of cells, or a file, into the workflow; the first row is the header."""
    monkeypatch.chdir(tmp_path)

    def run(rows: Path | Sequence[Sequence[object]], *options: str, to: Sequence[str] = ()) -> Result:
        file = rows if isinstance(rows, Path) else write_csv(tmp_path / "leads.csv", *rows)
        where = to or ("--workflow", workflow_id)
        return pointsman("import", file, *where, "--database-url", database_url, *options)

    return run
