"""`pointsman sample`, and the file of leads that fits it."""

import asyncio
import re
from pathlib import Path

from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.storage.tables import organizations, processors, runs, workflows
from tests.cli.command import pointsman, query
from tests.conftest import Client

EXAMPLES = Path(__file__).parents[2] / "examples"
PROCESSOR = re.compile(r"processor +(\S+)")


def test_sample_prints_a_key_and_a_processor_to_start_with(database_url: str) -> None:
    done = pointsman("sample", "--database-url", database_url)
    assert done.exit_code == 0, done.stderr
    assert "nxr_live_" in done.stdout
    found = PROCESSOR.search(done.stdout)
    assert found is not None
    assert f"/api/public/processors/{found[1]}/leads" in done.stdout


def test_sample_leaves_a_database_alone_that_is_not_empty(app: App, alice: Client, database_url: str) -> None:
    done = pointsman("sample", "--database-url", database_url)
    assert (done.exit_code, done.stdout) == (0, "")
    assert [row.name for row in query(app, alice.runner, select(organizations))] == ["Acme"]
    assert query(app, alice.runner, select(processors)) == []


def test_sample_a_second_time_changes_nothing(database_url: str) -> None:
    first, second = (pointsman("sample", "--database-url", database_url) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert second.stdout == ""


def test_sample_works_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert pointsman("sample", "--data", tmp_path / "a" / "b").exit_code == 0


def test_the_example_leads_land_where_the_readme_says(app: App, database_url: str, runner: asyncio.Runner) -> None:
    found = PROCESSOR.search(pointsman("sample", "--database-url", database_url).stdout)
    assert found is not None
    done = pointsman("import", EXAMPLES / "leads.csv", "--processor", found[1], "--database-url", database_url)
    assert done.exit_code == 0, done.stderr
    assert "40 rows: routed 40, already there 0, rejected 0" in done.stdout
    counted = select(workflows.c.name, func.count()).join(runs, runs.c.workflow_id == workflows.c.id)
    assert dict(map(tuple, query(app, runner, counted.group_by(workflows.c.name)))) == {
        "Premium": 10,
        "Spanish nurture": 11,
        "Follow-up": 6,
        "English nurture": 13,
    }
