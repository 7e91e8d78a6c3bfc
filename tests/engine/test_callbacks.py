"""Results of calls from a voice platform: in time, late, twice, never, and from those who guess."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from tests.conftest import Client, Clock
from tests.connectors.fakes import Answer, Request, said, serving
from tests.engine.conftest import CALL, Flow


class Platform:
    """A voice platform that takes calls and answers nothing by itself."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[Answer] = []

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0) if self.answers else said(202, {"id": f"platform-{len(self.requests)}"})

    @property
    def keys(self) -> list[str]:
        return [request.headers["idempotency-key"] for request in self.requests]


@pytest.fixture
def platform(flow: Flow) -> Iterator[Platform]:
    """A voice platform; the engine of `flow` places its calls there."""
    taken = Platform()
    server = serving(taken)
    url = flow.runner.run(server.__aenter__())
    flow.app.settings = replace(flow.app.settings, call_url=url, allow_private_urls=True)
    flow.engine = Engine(flow.app)
    yield taken
    flow.runner.run(flow.engine.close())
    flow.runner.run(server.__aexit__(None, None, None))


@pytest.fixture
def workflow(flow: Flow) -> str:
    return flow.draw(
        {"call": ("VOICE_CALL", CALL), "won": ("CONVERTED", {}), "lost": ("DROPPED", {})},
        ("call", "won", "COMPLETED"), ("call", "lost"),
    )  # fmt: skip


def hook(platform: Platform, number: int = -1) -> str:
    return str(platform.requests[number].json["callback_url"]).removeprefix("http://127.0.0.1:8000")


def placed(flow: Flow, platform: Platform, workflow: str) -> tuple[str, str]:
    lead = flow.enrol(workflow, color="blue")
    flow.drain()
    assert flow.path(workflow, lead) == [("call", "running")]
    return lead, hook(platform)


def test_the_platform_is_told_what_it_needs(flow: Flow, platform: Platform, workflow: str) -> None:
    lead, _ = placed(flow, platform, workflow)
    (request,) = platform.requests
    told = request.json
    assert (told["to_phone_number"], told["from_phone_number"], told["agent_id"], told["attempt"]) == (
        "+14155552671", CALL["from_phone_number"], CALL["agent_id"], 1,
    )  # fmt: skip
    assert (told["variables"]["color"], told["idempotency_key"]) == ("blue", request.headers["idempotency-key"])
    call = flow.alice.get("/v1/calls").json()["data"][0]
    assert (call["status"], call["lead_id"].removeprefix("lead_")) == ("initiated", lead.replace("-", ""))


def test_a_result_moves_the_run_on(flow: Flow, platform: Platform, workflow: str, cast: Any) -> None:
    lead, address = placed(flow, platform, workflow)
    answer = cast.stranger().post(address, {"status": "completed", "duration": 61, "analysis": {"mood": "good"}})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "changed": True})
    flow.drain()
    assert flow.status(workflow, lead) == "completed"
    call = flow.alice.get("/v1/calls").json()["data"][0]
    assert (call["status"], call["duration_seconds"]) == ("completed", 61)


def test_a_second_result_changes_nothing_even_when_it_says_something_else(
    flow: Flow, platform: Platform, workflow: str
) -> None:
    lead, address = placed(flow, platform, workflow)
    flow.alice.post(address, {"status": "completed"})
    flow.drain()
    again = flow.alice.post(address, {"status": "busy"})
    assert (again.status_code, again.json()) == (200, {"success": True, "changed": False})
    flow.drain()
    assert flow.path(workflow, lead) == [("call", "completed"), ("won", "completed")]
    assert flow.alice.get("/v1/calls").json()["data"][0]["status"] == "completed"


def test_results_that_come_at_the_same_time_count_once(flow: Flow, platform: Platform, workflow: str) -> None:
    _, address = placed(flow, platform, workflow)
    answers = flow.alice.together(*(("POST", address, {"status": status}) for status in ("completed", "busy") * 4))
    assert sorted(answer.json()["changed"] for answer in answers) == [False] * 7 + [True]


def test_a_result_that_never_comes_is_a_failed_call(
    flow: Flow, platform: Platform, workflow: str, clock: Clock
) -> None:
    lead, address = placed(flow, platform, workflow)
    flow.pass_time(minutes=flow.app.settings.call_result_minutes - 1)
    assert flow.status(workflow, lead) == "active"
    flow.pass_time(minutes=1)
    assert flow.path(workflow, lead) == [("call", "failed"), ("lost", "completed")]
    late = flow.alice.post(address, {"status": "completed"})
    assert late.json()["changed"] is False
    flow.drain()
    assert flow.status(workflow, lead) == "dropped"


def test_a_result_that_comes_before_the_platform_has_answered_counts(
    flow: Flow, platform: Platform, workflow: str, app: App
) -> None:
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    dispatch = flow.runner.run(flow.engine.effects._lease())
    settled = flow.runner.run(flow.engine.effects._perform_all(dispatch.leased))
    flow.alice.post(hook(platform), {"status": "completed"})
    flow.runner.run(flow.engine.effects._settle(settled))
    flow.drain()
    assert flow.status(workflow, lead) == "completed"


def test_progress_is_noted_and_ends_nothing(flow: Flow, platform: Platform, workflow: str) -> None:
    lead, address = placed(flow, platform, workflow)
    assert flow.alice.post(address, {"status": "ringing"}).json()["changed"] is False
    assert flow.alice.get("/v1/calls").json()["data"][0]["status"] == "sent"
    assert flow.status(workflow, lead) == "active"


def test_a_guessed_address_is_not_found(flow: Flow, platform: Platform, workflow: str, charlie: Client) -> None:
    lead, _ = placed(flow, platform, workflow)
    assert charlie.post("/hooks/calls/guessed", {"status": "completed"}).status_code == 404
    flow.drain()
    assert flow.status(workflow, lead) == "active"


@pytest.mark.parametrize("body", [{}, [], "x", {"status": "sideways"}, {"outcome": 7}, None])
def test_what_says_nothing_about_a_call_is_refused(flow: Flow, platform: Platform, workflow: str, body: Any) -> None:
    lead, address = placed(flow, platform, workflow)
    assert flow.alice.post(address, body).status_code == 400
    flow.drain()
    assert flow.status(workflow, lead) == "active"


def test_a_platform_that_is_busy_is_asked_again_with_the_same_key(
    flow: Flow, platform: Platform, workflow: str
) -> None:
    platform.answers = [Answer(503), Answer(429, headers={"Retry-After": "90"})]
    flow.enrol(workflow)
    flow.drain()
    flow.pass_time(minutes=1)
    flow.pass_time(minutes=5)
    assert len(platform.keys) == 3
    assert len(set(platform.keys)) == 1


def test_a_platform_that_refuses_is_a_failed_call(flow: Flow, platform: Platform, workflow: str) -> None:
    platform.answers = [Answer(400)]
    lead = flow.enrol(workflow)
    flow.drain()
    assert flow.path(workflow, lead) == [("call", "failed"), ("lost", "completed")]


def test_after_the_last_try_the_call_has_failed(flow: Flow, platform: Platform, workflow: str) -> None:
    platform.answers = [Answer(503)] * 10
    lead = flow.enrol(workflow)
    flow.drain()
    for _ in range(6):
        flow.pass_time(hours=13)
    assert (len(platform.keys), len(set(platform.keys)), flow.status(workflow, lead)) == (6, 1, "dropped")


def test_an_engine_that_dies_before_it_settles_leaves_the_call_to_the_next_under_the_same_key(
    flow: Flow, platform: Platform, workflow: str
) -> None:
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    dispatch = flow.runner.run(flow.engine.effects._lease())
    dead = flow.runner.run(flow.engine.effects._perform_all(dispatch.leased))
    flow.drain()
    assert len(platform.keys) == 1
    flow.pass_time(seconds=61)
    assert (len(platform.keys), len(set(platform.keys))) == (2, 1)
    flow.runner.run(flow.engine.effects._settle(dead))
    flow.alice.post(hook(platform), {"status": "completed"})
    flow.drain()
    assert flow.path(workflow, lead) == [("call", "completed"), ("won", "completed")]


def test_a_removed_lead_finishes_its_live_call_and_goes_no_further(
    flow: Flow, platform: Platform, workflow: str
) -> None:
    lead, address = placed(flow, platform, workflow)
    flow.alice.delete(f"/v1/workflows/{workflow}/leads/{lead}")
    assert flow.alice.post(address, {"status": "completed"}).json()["changed"] is True
    flow.drain()
    assert (flow.path(workflow, lead), flow.status(workflow, lead)) == ([("call", "completed")], "removed")
    assert flow.alice.get("/v1/calls").json()["data"][0]["status"] == "completed"


def test_only_the_newest_lease_may_settle(flow: Flow, platform: Platform, workflow: str) -> None:
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    performer = flow.engine.effects
    platform.answers = [said(200, {"outcome": "COMPLETED"}), said(200, {"outcome": "BUSY"})]
    slow = flow.runner.run(performer._perform_all(flow.runner.run(performer._lease()).leased))
    flow.clock.forward(seconds=61)
    newest = flow.runner.run(performer._perform_all(flow.runner.run(performer._lease()).leased))
    flow.runner.run(performer._settle(slow))
    assert flow.path(workflow, lead) == [("call", "running")]
    flow.runner.run(performer._settle(newest))
    flow.drain()
    assert flow.path(workflow, lead) == [("call", "busy"), ("lost", "completed")]


def test_a_call_whose_turn_does_not_come_in_its_lease_is_given_back_untried(
    flow: Flow, platform: Platform, workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    monkeypatch.setattr("pointsman.engine.effects.LATEST_START", -1)
    flow.runner.run(flow.engine.effects.run_once())
    assert (platform.keys, flow.path(workflow, lead)) == ([], [("call", "running")])
    monkeypatch.undo()
    flow.drain()
    assert len(platform.keys) == 1
