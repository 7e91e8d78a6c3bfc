"""`GET /console/analytics…`: the figures of a period that is chosen once, by the clocks of a zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.tables import nodes, runs, steps
from pointsman.storage.workflows import list_statuses
from tests.conftest import NOW, Cast, Client, Clock
from tests.factories import make_workflow
from tests.web.console.conftest import People
from tests.web.routeswit.assigned import Desk

ANALYTICS, FAIRNESS, FUNNELS = "/console/analytics", "/console/analytics/fairness", "/console/analytics/funnels"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(milliseconds=1)


@pytest.fixture
def desk(app: App, alice: Client) -> Desk:
    return Desk(app, alice)


def look(client: Client, path: str = ANALYTICS, **params: str) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refusal(client: Client, path: str = ANALYTICS, **params: str) -> tuple[int, str]:
    answer = client.get(path, params=params)
    return answer.status_code, answer.json()["message"]


def span(found: dict[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(found["start"]), datetime.fromisoformat(found["end"])


# ── periods and zones ────────────────────────────────────────────────────────────────────────────────────────────

PERIODS = [
    ("today", "2026-03-31", "2026-04-01"),
    ("7_days", "2026-03-25", "2026-04-01"),
    ("30_days", "2026-03-02", "2026-04-01"),
    ("this_month", "2026-03-01", "2026-04-01"),
    ("last_month", "2026-02-01", "2026-03-01"),
    ("quarter", "2026-01-01", "2026-04-01"),
]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Santiago", "Asia/Kolkata"])
def test_a_period_is_days_of_the_zone(alice: Client, zone: str) -> None:
    for period, first, after in PERIODS:
        found = look(alice, period=period, timezone=zone)
        days = [date.fromisoformat(day) for day in (first, after)]
        begins, ends = (datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) for day in days)
        assert span(found) == (begins, ends)
        assert (found["days"][0]["day"], len(found["days"])) == (first, (days[1] - days[0]).days)
        assert (found["summary"]["period"], found["summary"]["timezone"]) == (period, zone)


def test_today_is_the_day_of_the_zone(alice: Client, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    days = {zone: look(alice, period="today", timezone=zone)["days"][0]["day"] for zone in ("UTC", "Europe/Berlin")}
    assert days == {"UTC": "2026-03-31", "Europe/Berlin": "2026-04-01"}
    assert look(alice, period="this_month", timezone="Europe/Berlin")["days"][0]["day"] == "2026-04-01"
    assert look(alice, period="last_month", timezone="Europe/Berlin")["days"][0]["day"] == "2026-03-01"
    assert look(alice, period="quarter", timezone="Europe/Berlin")["days"][0]["day"] == "2026-04-01"


def test_without_a_period_it_is_the_last_thirty_days_of_utc(alice: Client) -> None:
    assert look(alice) == look(alice, period="30_days", timezone="UTC")


CLOCKS_CHANGE = [
    ("Europe/Berlin", "2026-03-29", 23),
    ("Europe/Berlin", "2025-10-26", 25),
    ("America/New_York", "2025-11-02", 25),
    ("Australia/Lord_Howe", "2025-10-05", 23.5),
    # There the clocks go from midnight to one, so the day begins at one;
    ("America/Asuncion", "2023-10-01", 23),
    # and there from midnight back to eleven, so the day before is the long one.
    ("America/Santiago", "2026-04-04", 25),
    # A day that never was.
    ("Pacific/Apia", "2011-12-30", 0),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCKS_CHANGE)
def test_a_day_is_as_long_as_the_clocks_say(alice: Client, desk: Desk, zone: str, day: str, hours: float) -> None:
    of_day = {"period": "custom", "from": day, "to": day, "timezone": zone}
    begins, ends = span(look(alice, **of_day))
    assert (ends - begins) / HOUR == hours
    for moment in (begins - INSTANT, begins, ends - INSTANT, ends):
        desk.lead(moment)
    desk.store()
    day_after = date.fromisoformat(day) + DAY
    counted = look(alice, **{**of_day, "to": day_after.isoformat()})["days"]
    assert sum(one["leads"] for one in look(alice, **of_day)["days"]) == (2 if hours else 0)
    assert [one["leads"] for one in counted if one["day"] == day_after.isoformat()] == [1 if hours else 2]


def test_a_period_of_ones_own_includes_both_days(alice: Client, desk: Desk) -> None:
    for day in (1, 2, 3, 4):
        desk.lead(datetime(2026, 3, day, 12, tzinfo=UTC))
    desk.store()
    found = look(alice, **{"period": "custom", "from": "2026-03-02", "to": "2026-03-03"})
    assert found["days"] == [{"day": "2026-03-02", "leads": 1}, {"day": "2026-03-03", "leads": 1}]


WRONG_DAYS = "from and to must be days such as 2026-03-31, from not after to"


NO_DAYS = [
    ("", ""), ("2026-03-02", ""), ("2026-03-02", "2026-03-01"), ("2026-02-30", "2026-03-01"), ("x", "y"),
    ("20260301", "20260302"), ("2026-W10", "2026-W11"), ("0001-01-01", "0001-01-02"), ("1969-12-31", "1970-01-01"),
    ("9999-12-31", "9999-12-31"), ("\uff12026-03-01", "2026-03-02"), ("2026-03-01\0", "2026-03-02"),
]  # fmt: skip


def test_days_that_are_none_are_refused(alice: Client) -> None:
    for first, last in NO_DAYS:
        assert refusal(alice, **{"period": "custom", "from": first, "to": last}) == (400, WRONG_DAYS)


def test_a_period_has_a_year_at_most(alice: Client) -> None:
    year = {"period": "custom", "from": "2024-01-01"}
    assert len(look(alice, **year, to="2024-12-31")["days"]) == 366
    assert refusal(alice, **year, to="2025-01-01") == (400, "a period has at most 366 days")


def test_a_zone_that_is_none_is_refused(alice: Client) -> None:
    wrong = "timezone must be the name of an IANA time zone, such as America/Santiago"
    for path in (ANALYTICS, FAIRNESS):
        for zone in ("", "Mars/Olympus", "../etc/passwd", "\0"):
            assert refusal(alice, path, timezone=zone) == (400, wrong)


def test_a_period_that_is_none_is_refused(alice: Client) -> None:
    names = "today, 7_days, 30_days, this_month, last_month, quarter, custom"
    for period in ("", "yesterday", "2026-03", "\0"):
        assert refusal(alice, period=period) == (400, f"period must be one of {names}")


# ── the summary of the period ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Santiago"])
def test_the_summary_of_a_month_is_that_of_the_routeswit_surface(alice: Client, desk: Desk, zone: str) -> None:
    ana, sales = desk.rep("ana"), desk.ruleset("sales")
    desk.sla(sales, 30)
    for count in range(40):
        at = datetime(2026, 2, 20, tzinfo=UTC) + count * DAY
        lead = desk.lead(at)
        desk.given(lead, ana if count % 5 else None, at, ruleset_id=sales, routing_ms=count)
        desk.happened(lead, "email_sent", at + count * MINUTE)
        if count % 3 == 0:
            desk.converted(lead, desk.conversion_type("final"), 10, "USD", at + HOUR)
    desk.store()
    theirs = alice.get("/api/v1/analytics/summary", params={"period": "2026-03", "timezone": zone}).json()["data"]
    march = {"period": "custom", "from": "2026-03-01", "to": "2026-03-31"}
    ours = look(alice, **march, timezone=zone)["summary"]
    assert {**ours, "period": "2026-03"} == theirs
    assert theirs["total_leads_routed"] > 20


def test_fairness_is_that_of_every_ruleset_that_gave_out_leads(alice: Client, desk: Desk) -> None:
    ana, ben = desk.rep("ana"), desk.rep("ben")
    sales, gone, idle = desk.ruleset("sales"), desk.ruleset("gone", deleted_at=NOW), desk.ruleset("idle")
    for ruleset, day in ((sales, 30), (gone, 30), (idle, 1)):
        pool = desk.pool(ruleset, {ana: 1, ben: 1})
        at = datetime(2026, 3, day, tzinfo=UTC)
        for rep in (ana, ben, ana):
            desk.given(desk.lead(at), rep, at, ruleset_id=ruleset, pool_id=pool)
    desk.store()
    found = look(alice, FAIRNESS, period="7_days", timezone="Europe/Berlin")["data"]
    assert [one["ruleset_id"] for one in found] == ["gone", "sales"]
    assert (found[0]["period"], found[0]["timezone"]) == ("7_days", "Europe/Berlin")
    assert [(rep["rep_id"], rep["assigned"]) for rep in found[0]["pools"][0]["reps"]] == [("ana", 2), ("ben", 1)]


# ── funnels ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Drawing:
    """A workflow of three nodes in a row, and runs in it that took some steps."""

    def __init__(self, app: App, client: Client) -> None:
        self._app, self._client = app, client
        self.workflow_id = make_workflow(app, client, "Nurture")
        answer = client.get(f"/v1/workflows/{self.workflow_id}").json()
        assert answer["title"] == "Nurture", answer
        self.node_ids = [self._node(label) for label in ("Call", "Wait", "Done")]
        for start, end in zip(self.node_ids, self.node_ids[1:], strict=False):
            made = client.post(
                f"/v1/workflows/{self.workflow_id}/edges", {"from_node_id": start, "to_node_id": end}
            )  # fmt: skip
            assert made.status_code == 201, made.text

    def _node(self, label: str) -> str:
        row = {
            "id": new_id(self._app.clock()), "org_id": self._client.org_id, "workflow_id": self.workflow_id,
            "node_type": "TIME", "label": label, "position_x": 0.0, "position_y": 0.0, "config": {},
            "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip
        self.write(lambda tx: tx.execute(nodes.insert(), row))
        return str(row["id"])

    def run(self, at: datetime, places: list[int], **values: Any) -> None:
        """A run that began at a moment and came by nodes, given by their places."""
        lead = self._client.post("/api/public/leads", {"first_name": "R", "source": "x", "phone": "+34600000001"})
        run_id, status_id = new_id(at), self._initial_status()
        taken = [
            {
                "id": new_id(at), "org_id": self._client.org_id, "run_id": run_id, "node_id": self.node_ids[place],
                "node_type": "TIME", "node_label": f"Node {place}", "config": {}, "status": "completed", "attempt": 1,
                "entered_at": at, "exited_at": at, "number": number,
            }
            for number, place in enumerate(places, 1)
        ]  # fmt: skip
        row = {
            "id": run_id, "org_id": self._client.org_id, "lead_id": lead.json()["lead"]["id"], "state": "active",
            "workflow_id": self.workflow_id, "status_id": status_id, "human_takeover": False,
            "cadence_state": "active", "created_at": at, "updated_at": at, "ended_at": None,
            "node_id": taken[-1]["node_id"] if taken else None, "step_id": taken[-1]["id"] if taken else None,
            **values,
        }  # fmt: skip
        self.write(lambda tx: [tx.execute(runs.insert(), row), *(tx.execute(steps.insert(), step) for step in taken)])

    def _initial_status(self) -> str:
        listed = self._client.runner.run(self._app.db.read(lambda tx: list_statuses(tx, [self.workflow_id])))
        return next(str(row.id) for row in listed if row.is_initial)

    def write(self, work: Any) -> None:
        self._client.runner.run(self._app.db.write(work))


@pytest.fixture
def drawing(app: App, alice: Client) -> Drawing:
    return Drawing(app, alice)


def funnel(client: Client, drawing: Drawing, **params: str) -> dict[str, Any]:
    return dict(look(client, f"{FUNNELS}/{drawing.workflow_id}", **params)["data"])


def test_a_funnel_says_how_many_reached_each_node_and_status(alice: Client, drawing: Drawing) -> None:
    drawing.run(NOW - HOUR, [])
    drawing.run(NOW - HOUR, [0])
    drawing.run(NOW - HOUR, [0, 1, 0, 1])
    drawing.run(NOW - HOUR, [0, 1, 2], state="completed", ended_at=NOW)
    found = funnel(alice, drawing, period="today")
    assert (found["name"], found["period"], found["timezone"], found["runs"]) == ("Nurture", "today", "UTC", 4)
    assert found["states"] == {"pending": 0, "active": 3, "completed": 1, "dropped": 0, "removed": 0, "failed": 0}
    assert [
        (node["label"], node["runs"], node["share"], node["visits"], node["here_now"], node["is_deleted"])
        for node in found["nodes"]
    ] == [("Call", 3, 0.75, 4, 1, False), ("Wait", 2, 0.5, 3, 1, False), ("Done", 1, 0.25, 1, 0, False)]
    assert [(one["key"], one["runs"], one["share"]) for one in found["statuses"]][:2] == [
        ("new", 4, 1.0),
        ("contacted", 0, 0.0),
    ]


def test_a_funnel_counts_the_runs_that_began_in_the_period(alice: Client, drawing: Drawing) -> None:
    midnight = datetime(2026, 3, 31, tzinfo=ZoneInfo("Europe/Berlin"))
    for at in (midnight - INSTANT, midnight, midnight + DAY - INSTANT, midnight + DAY):
        drawing.run(at.astimezone(UTC), [0])
    assert funnel(alice, drawing, period="today", timezone="Europe/Berlin")["runs"] == 2


def test_a_node_that_was_deleted_is_told_as_it_was_called(alice: Client, drawing: Drawing) -> None:
    drawing.run(NOW, [0, 1, 2])
    drawing.write(lambda tx: tx.execute(nodes.delete().where(nodes.c.id == drawing.node_ids[2])))
    last = funnel(alice, drawing)["nodes"][-1]
    assert (last["label"], last["runs"], last["is_deleted"]) == ("Node 2", 1, True)


def test_a_workflow_without_nodes_or_runs_has_a_funnel_too(app: App, alice: Client) -> None:
    empty = make_workflow(app, alice, "Empty")
    found = look(alice, f"{FUNNELS}/{empty}")["data"]
    assert (found["runs"], found["nodes"]) == (0, [])


# ── who may look ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_elses_figures_are_not_counted(alice: Client, charlie: Client, drawing: Drawing, desk: Desk) -> None:
    drawing.run(NOW, [0])
    sales, ana = desk.ruleset("sales"), desk.rep("ana")
    desk.given(desk.lead(NOW), ana, NOW, ruleset_id=sales, pool_id=desk.pool(sales, {ana: 1}))
    desk.store()
    found = look(charlie)
    assert (sum(day["leads"] for day in found["days"]), found["summary"]["total_leads_routed"]) == (0, 0)
    assert look(charlie, FAIRNESS)["data"] == []
    for workflow_id in (drawing.workflow_id, new_id(NOW), "nonsense", "%00"):
        assert refusal(charlie, f"{FUNNELS}/{workflow_id}")[0] == 404
    assert refusal(charlie, f"{FUNNELS}/{drawing.workflow_id}") == refusal(charlie, f"{FUNNELS}/nonsense")


def test_viewers_see_figures_and_keys_without_the_scope_do_not(cast: Cast, people: People, bob: Client) -> None:
    viewer = people.colleague(people.owner("Initech"), "viewer")
    for path in (ANALYTICS, FAIRNESS):
        assert viewer.get(path).status_code == 200
        assert bob.get(path).status_code == 403
        assert cast.stranger().get(path).status_code == 401
