"""Imports in the browser, as far as the server goes: cancelling, listing and keeping them, and who may."""

import pytest

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.engine.upkeep import Retention
from pointsman.storage.tables import import_files, import_rejects, imports, leads
from tests.conftest import Cast, Client, Clock
from tests.web.console.conftest import People
from tests.web.console.importing import PATH, count, refused, start, upload, uploaded

MISSING = {"error": "Not found", "message": "there is no such import"}


# ── cancelling, listing, keeping ─────────────────────────────────────────────────────────────────────────────────


def test_a_cancelled_import_takes_in_nothing_more(app: App, alice: Client, engine: Engine, workflow_id: str) -> None:
    id_ = uploaded(alice)
    start(alice, id_, workflow_id)
    for _ in range(2):
        answer = alice.post(f"{PATH}/{id_}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    alice.runner.run(engine.drain())
    assert count(app, alice.runner, leads, import_files) == [0, 0]
    assert refused(start(alice, id_, workflow_id)) == (409, "the import is cancelled: it was started already")


def test_an_upload_can_be_dropped(app: App, alice: Client) -> None:
    id_ = uploaded(alice)
    assert alice.post(f"{PATH}/{id_}/cancel").json()["state"] == "cancelled"
    listed = alice.get(PATH).json()
    assert (listed["data"], listed["total"]) == ([], 0)
    assert count(app, alice.runner, import_files) == [0]


def test_an_import_that_is_over_cannot_be_cancelled(alice: Client, done_import: str) -> None:
    answer = alice.post(f"{PATH}/{done_import}/cancel")
    assert refused(answer) == (409, "the import is done: there is nothing left to cancel")


def test_imports_are_listed_newest_first_page_by_page(alice: Client, clock: Clock) -> None:
    ids = []
    for _ in range(5):
        ids.append(uploaded(alice))
        clock.forward(seconds=1)
    first = alice.get(PATH, params={"limit": 3}).json()
    second = alice.get(PATH, params={"limit": 3, "cursor": first["next"]}).json()
    assert [item["id"] for item in first["data"] + second["data"]] == ids[::-1]
    assert (first["total"], second["next"]) == (5, None)
    assert refused(alice.get(PATH, params={"cursor": "x"})) == (400, "cursor must be the `next` of a page before")


def test_old_imports_are_deleted_with_what_was_kept_of_them(
    app: App, alice: Client, clock: Clock, done_import: str, workflow_id: str
) -> None:
    clock.forward(days=2)
    running = uploaded(alice)
    start(alice, running, workflow_id)
    clock.forward(days=app.settings.retention_days - 1)
    assert count(app, alice.runner, imports, import_rejects) == [2, 1]
    alice.runner.run(Retention(app).run_once())
    assert [item["id"] for item in alice.get(PATH).json()["data"]] == [running]
    clock.forward(days=app.settings.retention_days)
    alice.runner.run(Retention(app).run_once())
    assert count(app, alice.runner, imports, import_rejects, import_files) == [1, 0, 1]


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────


WRITING = [("POST", "/start"), ("POST", "/cancel")]
READING = [("GET", ""), ("GET", "/preview"), ("GET", "/rejects"), ("GET", "/rejects.csv")]


@pytest.mark.parametrize(("method", "path"), WRITING + READING)
def test_a_foreign_import_is_missing(alice: Client, charlie: Client, method: str, path: str) -> None:
    id_ = uploaded(alice)
    body = {"target_kind": "workflow", "target_id": "x"} if path == "/start" else None
    for found in (id_, "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57", "nonsense"):
        answer = charlie.request(method, f"{PATH}/{found}{path}", json=body)
        assert (answer.status_code, answer.json()["message"]) == (404, MISSING["message"])
    assert charlie.get(PATH).json()["data"] == []
    assert alice.get(f"{PATH}/{id_}").json()["state"] == "uploaded"


def test_whoever_may_only_read_leads_sees_imports_and_changes_none(alice: Client, bob: Client) -> None:
    id_ = uploaded(alice)
    for method, path in READING:
        assert bob.request(method, f"{PATH}/{id_}{path}").status_code == 200
    for method, path in [*WRITING, ("POST", "")]:
        there = f"{PATH}/{id_}{path}" if path else PATH
        assert bob.request(method, there, params={"file_name": "a.csv"}, content=b"a\nb\n").status_code == 403


def test_a_member_imports_and_is_named_a_viewer_does_not(people: People) -> None:
    owner = people.owner()
    member, viewer = (people.colleague(owner, role) for role in ("member", "viewer"))
    id_ = uploaded(member)
    assert owner.get(f"{PATH}/{id_}").json()["started_by"] == "member"
    assert upload(viewer).status_code == 403
    assert viewer.get(f"{PATH}/{id_}").status_code == 200
    member.http.headers.pop("X-CSRF-Token")
    assert upload(member).status_code == 403


def test_nobody_without_a_key_or_session_imports(cast: Cast) -> None:
    stranger = cast.stranger()
    assert stranger.get(PATH).status_code == 401
    assert upload(stranger).status_code == 401
