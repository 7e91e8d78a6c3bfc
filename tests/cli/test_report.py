"""`pointsman report`: the figures of a month on the terminal."""

from datetime import UTC, datetime, timedelta

import pytest

from pointsman.bootstrap import App
from tests.cli.command import pointsman
from tests.conftest import Client
from tests.web.routeswit.assigned import Desk

MARCH = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def routed(app: App, alice: Client) -> None:
    """Alice's organization routed three leads in March, and one of them found nobody."""
    desk = Desk(app, alice)
    ana, sales = desk.rep("ana"), desk.ruleset("sales")
    first, second, third = (desk.lead(MARCH) for _ in range(3))
    desk.given(first, ana, MARCH, ruleset_id=sales, rule_name="West", ended_at=MARCH, end_reason="closed")
    desk.given(second, ana, MARCH, ruleset_id=sales, rule_name="West")
    desk.given(third, None, MARCH, ruleset_id=sales)
    desk.happened(second, "call_completed", MARCH + timedelta(minutes=90))
    desk.converted(first, desk.conversion_type("final"), 1200, "USD", MARCH)
    desk.store()


@pytest.mark.usefixtures("routed")
def test_the_report_shows_the_figures_of_the_summary(database_url: str) -> None:
    done = pointsman("report", "--period", "2026-03", "--org", "Acme", "--database-url", database_url)
    assert done.exit_code == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "2026-03 UTC",
        "leads routed 3",
        "found nobody 33.3% (too many)",
        "placed from the queue 0",
        "routed again 0",
        "assigned by hand 0",
        "routing time, median and p90 1.00 ms, 1.00 ms",
        "first response, median 90.00 min",
        "first response, p90 90.00 min",
        "promises kept -",
        "converted 1 (33.3%)",
        "sold in USD 1,200.00",
        "",
        "rep leads first response promises kept meetings converted",
        "ana 2 90.00 min - 0 (0.0%) 1",
        "",
        "rule ruleset leads share",
        "West sales 2 66.7%",
        "(nobody) sales 1 33.3%",
    ]


@pytest.mark.usefixtures("routed")
def test_the_only_organization_needs_no_name(database_url: str) -> None:
    done = pointsman("report", "--period", "2026-03", "--ruleset", "sales", "--database-url", database_url)
    assert (done.exit_code, "leads routed" in done.stdout) == (0, True)


@pytest.mark.usefixtures("routed", "charlie")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "say which organization with --org: Acme, Charlie and Sons"),
        (["--org", "Nobody"], "there is no organization Nobody"),
        (["--org", "Acme", "--period", "March"], "Invalid period format. Use YYYY-MM."),
        (["--org", "Acme", "--timezone", "Mars"], "timezone must be the name of an IANA time zone"),
        (["--org", "Acme", "--ruleset", "nobody"], "Ruleset 'nobody' not found."),
    ],
)
def test_what_cannot_be_reported_is_said_on_one_line(database_url: str, options: list[str], message: str) -> None:
    done = pointsman("report", "--database-url", database_url, *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"pointsman: {message}")
    assert len(done.stderr.splitlines()) == 1


def test_a_database_without_organizations_has_nothing_to_report(database_url: str) -> None:
    done = pointsman("report", "--database-url", database_url)
    assert (done.exit_code, done.stderr) == (
        1,
        "pointsman: say which organization with --org: there is none yet\n",
    )
