"""What a simulation foretells is what the engine does, where nothing is left to chance."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from pointsman.storage.tables import calls
from tests.engine.conftest import Flow
from tests.engine.test_nurture import EDGES, NODES

SETTINGS = {
    "timezone": "America/Santiago",
    "calling_hours": [{"days": ["tue", "wed", "thu", "fri"], "start": "10:00", "end": "12:30"}],
    "max_simultaneous_calls": 5,
}


def test_the_engine_calls_when_the_simulation_says(flow: Flow) -> None:
    workflow_id = flow.draw(NODES, *EDGES, settings=SETTINGS)
    start = flow.clock.now
    outcomes = {"answer_by_hour": 0, "arrival_days": 0, "unanswered": {"NO_ANSWER": 1}}
    order = {"leads": 3, "days": 9, "start": start.isoformat(), "outcomes": outcomes}
    foretold = flow.alice.post(f"/v1/workflows/{workflow_id}/simulate", order).json()
    for phone in ("+56221234567", "+56221234568", "+56221234569"):
        flow.enrol(workflow_id, phone, timezone="America/Santiago", simulated_outcomes=["NO_ANSWER"])
    flow.drain()
    for _ in range(9 * 24):
        flow.pass_time(hours=1)
    rang = [row.started_at for row in _calls(flow)]
    assert len(rang) == foretold["calls"]["placed"] == 9
    days = Counter((at - start) // timedelta(days=1) for at in rang)
    assert [days[day] for day in range(9)] == foretold["calls"]["per_day"]
    hours = Counter(at.astimezone(ZoneInfo("America/Santiago")).hour for at in rang)
    assert [hours[hour] for hour in range(24)] == foretold["calls"]["per_hour"]
    listed = flow.alice.get(f"/v1/workflows/{workflow_id}/leads").json()["data"]
    assert Counter(lead["status"] for lead in listed) == {"dropped": foretold["terminal"]["dropped"]}


def _calls(flow: Flow) -> list[Any]:
    return flow.runner.run(flow.app.db.read(lambda tx: list(tx.execute(select(calls.c.started_at)))))
