"""Drawings of workflows: read, saved whole, looked through for problems."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.workflow import DEFAULT_PIPELINE
from pointsman.engine.engine import Engine
from tests.conftest import Cast, Client, Clock
from tests.factories import make_workflow, set_workflow_status

CALL = {"agent_id": "agt_nurture", "from_phone_number": "+14155550100"}
EDGE_EXISTS = "An edge with the same from_node_id, to_node_id and label already exists"
Json = dict[str, Any]


def node(id_: str, node_type: str, config: Json | None = None, **values: Any) -> Json:
    place = {"position_x": 0, "position_y": 0}
    return {"id": id_, "node_type": node_type, "label": id_, "config": config or {}, **place, **values}


def edge(start: str, end: str, label: str | None = None) -> Json:
    return {"from_node_id": start, "to_node_id": end, "label": label}


CHAIN: tuple[list[Json], list[Json]] = (
    [node("Call", "VOICE_CALL", CALL), node("Won", "CONVERTED"), node("Lost", "DROPPED")],
    [edge("Call", "Won", "COMPLETED"), edge("Call", "Lost")],
)


@pytest.fixture
def engine(app: App, alice: Client) -> Iterator[Engine]:
    engine = Engine(app)
    yield engine
    alice.runner.run(engine.close())


@pytest.fixture
def path(app: App, alice: Client) -> str:
    """An empty draft of Alice's."""
    return f"/console/workflows/{make_workflow(app, alice, 'Nurture', status='draft')}"


def read(client: Client, path: str) -> Json:
    answer = client.get(f"{path}/drawing")
    assert answer.status_code == 200, answer.text
    drawing: Json = answer.json()
    return drawing


def save(client: Client, path: str, nodes: list[Json], edges: list[Json], **more: Any) -> Any:
    body = {"nodes": nodes, "edges": edges, "expected": read(client, path)["digest"], **more}
    return client.put(f"{path}/drawing", body)


def draw_chain(client: Client, path: str) -> Json:
    answer = save(client, path, *CHAIN)
    assert answer.status_code == 200, answer.text
    drawing: Json = answer.json()["drawing"]
    return drawing


def problems(client: Client, path: str, nodes: list[Json], edges: list[Json]) -> list[Json]:
    answer = client.post(f"{path}/problems", {"nodes": nodes, "edges": edges})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]
    return found


def messages(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def test_a_new_workflow_is_an_empty_drawing_with_the_usual_statuses(alice: Client, path: str) -> None:
    drawing = read(alice, path)
    assert (drawing["nodes"], drawing["edges"]) == ([], [])
    assert [status["key"] for status in drawing["statuses"]] == [status.key for status in DEFAULT_PIPELINE]
    assert drawing["workflow"]["title"] == "Nurture"
    assert drawing["workflow"]["status"] == "draft"


def test_a_drawing_is_saved_whole_and_new_nodes_are_named(alice: Client, path: str) -> None:
    answer = save(alice, path, *CHAIN).json()
    drawing, ids = answer["drawing"], answer["ids"]
    assert list(ids) == ["Call", "Won", "Lost"]
    assert [shown["id"] for shown in drawing["nodes"]] == list(ids.values())
    assert [(way["from_node_id"], way["to_node_id"], way["label"]) for way in drawing["edges"]] == [
        (ids["Call"], ids["Won"], "COMPLETED"),
        (ids["Call"], ids["Lost"], None),
    ]
    assert drawing == read(alice, path)


def test_the_drawing_is_what_the_api_shows(alice: Client, path: str) -> None:
    drawing = draw_chain(alice, path)
    api = path.replace("/console", "/v1")
    shown = alice.get(f"{api}/nodes").json()["data"]
    assert [{key: one[key] for key in drawing["nodes"][0]} for one in shown] == drawing["nodes"]
    assert alice.post(f"{api}/activate").status_code == 200


def test_unchanged_nodes_and_edges_keep_their_ids(alice: Client, clock: Clock, path: str) -> None:
    before = draw_chain(alice, path)
    clock.forward(seconds=1)
    nodes = [{**before["nodes"][0], "label": "First call"}, *before["nodes"][1:], node("new", "TIME")]
    answer = save(alice, path, nodes, before["edges"]).json()
    after = answer["drawing"]
    assert [one["id"] for one in after["nodes"]][:3] == [one["id"] for one in before["nodes"]]
    assert [one["id"] for one in after["edges"]] == [one["id"] for one in before["edges"]]
    assert after["nodes"][0]["label"] == "First call"
    assert list(answer["ids"]) == ["new"]


def test_saving_what_is_stored_changes_nothing(alice: Client, path: str) -> None:
    before = draw_chain(alice, path)
    answer = save(alice, path, before["nodes"], before["edges"], statuses=before["statuses"]).json()
    assert answer == {"drawing": before, "ids": {}}


def test_what_is_left_out_is_deleted(alice: Client, path: str) -> None:
    before = draw_chain(alice, path)
    after = save(alice, path, before["nodes"][:2], before["edges"][:1]).json()["drawing"]
    assert (len(after["nodes"]), len(after["edges"])) == (2, 1)


def test_a_node_that_was_deleted_and_comes_back_is_new(alice: Client, path: str) -> None:
    before = draw_chain(alice, path)
    save(alice, path, before["nodes"][:2], before["edges"][:1])
    answer = save(alice, path, before["nodes"], before["edges"]).json()
    assert list(answer["ids"]) == [before["nodes"][2]["id"]]
    assert answer["ids"][before["nodes"][2]["id"]] != before["nodes"][2]["id"]


def test_a_node_without_a_label_is_called_after_its_type(alice: Client, path: str) -> None:
    drawing = save(alice, path, [node("a", "TIME", label="")], []).json()["drawing"]
    assert drawing["nodes"][0]["label"] == "TIME"


def test_who_comes_second_is_shown_what_is_there(alice: Client, path: str) -> None:
    seen = read(alice, path)["digest"]
    current = draw_chain(alice, path)
    answer = alice.put(f"{path}/drawing", {"nodes": [], "edges": [], "expected": seen})
    assert answer.status_code == 409
    assert answer.json() == {
        "error": "Conflict",
        "message": "Somebody else has changed this workflow since you opened it. Nothing was saved",
        "current": current,
    }
    assert read(alice, path) == current


def test_a_change_over_the_api_is_noticed_too(alice: Client, path: str) -> None:
    seen = draw_chain(alice, path)
    alice.patch(f"{path.replace('/console', '/v1')}/nodes/{seen['nodes'][0]['id']}", {"label": "Other"})
    answer = alice.put(f"{path}/drawing", {"nodes": [], "edges": [], "expected": seen["digest"]})
    assert answer.status_code == 409


def test_a_repeated_request_is_done_once(alice: Client, path: str) -> None:
    body = {"nodes": CHAIN[0], "edges": CHAIN[1], "expected": read(alice, path)["digest"]}
    first = alice.put(f"{path}/drawing", body, headers={"Idempotency-Key": "save-1"})
    again = alice.put(f"{path}/drawing", body, headers={"Idempotency-Key": "save-1"})
    assert first.status_code == 200
    assert again.json() == first.json()


def test_configs_may_be_incomplete_in_a_draft_but_not_wrong(alice: Client, path: str) -> None:
    assert save(alice, path, [node("Call", "VOICE_CALL")], []).status_code == 200
    wrong = [node("Wait", "TIME", {"delay_hours": "soon"}), node("Call", "VOICE_CALL", {"agent_id": 1})]
    assert messages(save(alice, path, wrong, [])) == (
        400,
        (
            'node "Wait": config.delay_hours must be a number from 0 up to ten years; '
            'node "Call": config.agent_id must be a text that is not blank'
        ),
    )


def test_a_node_keeps_its_type(alice: Client, path: str) -> None:
    drawing = draw_chain(alice, path)
    nodes = [{**drawing["nodes"][0], "node_type": "TIME"}]
    assert messages(save(alice, path, nodes, [])) == (
        400,
        'node "Call": node_type cannot be changed; delete the node and add another',
    )


@pytest.mark.parametrize(
    ("nodes", "edges", "status", "message"),
    [
        ([node("a", "TIME"), node("a", "TIME")], [], 400, "nodes must have distinct ids"),
        ([node("a", "TIME")], [edge("a", "b")], 400, "edges[0].to_node_id not found in this workflow"),
        ([node("a", "TIME")], [edge("b", "a")], 400, "edges[0].from_node_id not found in this workflow"),
        ([node("a", "TIME")], [edge("a", "a"), edge("a", "a", "")], 409, EDGE_EXISTS),
        (
            [node("a", "JUMP")],
            [],
            400,
            'node "a": node_type must be one of VOICE_CALL, CONDITIONAL, TIME, APPLICATION, CONVERTED, DROPPED',
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_stored(
    alice: Client, path: str, nodes: list[Json], edges: list[Json], status: int, message: str
) -> None:
    before = draw_chain(alice, path)
    assert messages(save(alice, path, nodes, edges)) == (status, message)
    assert read(alice, path) == before


def test_one_node_cannot_be_named_in_two_spellings(alice: Client, path: str) -> None:
    first = draw_chain(alice, path)["nodes"][0]
    twice = [first, {**first, "id": first["id"].removeprefix("node_")}]
    assert messages(save(alice, path, twice, [])) == (400, "nodes must have distinct ids")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"nodes": [], "edges": []},
        {"nodes": [], "edges": [], "expected": 1},
        {"nodes": [{}], "edges": [], "expected": ""},
        {"nodes": [node("", "TIME")], "edges": [], "expected": ""},
        {"nodes": [node("a", "TIME", position_x=1e300)], "edges": [], "expected": ""},
        {"nodes": [node("a", "TIME", label="x" * 201)], "edges": [], "expected": ""},
        {"nodes": [node("a", "TIME", label="\0")], "edges": [], "expected": ""},
        {"nodes": [], "edges": [edge("a", "a", "x" * 201)], "expected": ""},
        {"nodes": [node("a", "TIME")] * 5001, "edges": [], "expected": ""},
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(alice: Client, path: str, body: Any) -> None:
    assert alice.put(f"{path}/drawing", body).status_code == 400


def test_a_live_workflow_keeps_exactly_one_entry(alice: Client, path: str) -> None:
    drawing = draw_chain(alice, path)
    alice.post(f"{path.replace('/console', '/v1')}/activate")
    loose = [*drawing["nodes"], node("Loose", "TIME", {"delay_hours": 1})]
    assert messages(save(alice, path, loose, drawing["edges"])) == (
        409,
        "This workflow is active and would be left without exactly one entry node",
    )
    assert read(alice, path)["digest"] == drawing["digest"]


def test_a_live_workflow_takes_a_new_step_in_the_middle(alice: Client, path: str) -> None:
    drawing = draw_chain(alice, path)
    alice.post(f"{path.replace('/console', '/v1')}/activate")
    call, won, lost = (one["id"] for one in drawing["nodes"])
    nodes = [*drawing["nodes"], node("Wait", "TIME", {"delay_hours": 1})]
    edges = [edge(call, won, "COMPLETED"), edge(call, "Wait"), edge("Wait", lost)]
    assert save(alice, path, nodes, edges).status_code == 200


def test_a_new_step_of_a_live_workflow_must_be_complete(alice: Client, path: str) -> None:
    drawing = draw_chain(alice, path)
    alice.post(f"{path.replace('/console', '/v1')}/activate")
    call, won, _ = (one["id"] for one in drawing["nodes"])
    nodes, edges = [*drawing["nodes"], node("Wait", "TIME")], [*drawing["edges"], edge(call, "Wait", "BUSY")]
    answer = save(alice, path, nodes, [*edges, edge("Wait", won)])
    assert messages(answer)[0] == 400
    assert messages(answer)[1].startswith('node "Wait": config.delay_hours is required')


def test_the_graph_of_a_cancelled_workflow_stays(app: App, alice: Client, path: str) -> None:
    set_workflow_status(app, alice, path.rpartition("/")[2], status="cancelled")
    assert messages(save(alice, path, [], [])) == (
        409,
        "The graph of a cancelled workflow cannot be changed; duplicate the workflow",
    )


def test_a_lead_that_waits_for_an_edge_goes_on_when_it_is_drawn(alice: Client, engine: Engine, path: str) -> None:
    api = path.replace("/console", "/v1")
    drawing = save(alice, path, CHAIN[0], [*CHAIN[1][:1], edge("Call", "Lost", "BUSY")]).json()["drawing"]
    assert alice.post(f"{api}/activate").status_code == 200
    lead = {"phone_number": "+14155552671", "metadata": {"simulated_outcomes": "NO_ANSWER"}}
    assert alice.post(f"{api}/leads", lead).status_code == 201
    alice.runner.run(engine.drain())
    assert stand(alice, api) == (drawing["nodes"][0]["id"], "active")
    call, lost = drawing["nodes"][0]["id"], drawing["nodes"][2]["id"]
    save(alice, path, drawing["nodes"], [*drawing["edges"], edge(call, lost, "NO_ANSWER")])
    alice.runner.run(engine.drain())
    assert stand(alice, api) == (lost, "dropped")


def stand(client: Client, api: str) -> tuple[str, str]:
    """Where the only lead of a workflow is."""
    (lead,) = client.get(f"{api}/leads").json()["data"]
    return lead["current_node_id"], lead["status"]


def test_statuses_are_added_renamed_ordered_and_removed(alice: Client, path: str) -> None:
    before = read(alice, path)["statuses"]
    wanted = [
        {**before[0], "label": "Fresh"},
        {"key": "asleep", "label": "Asleep", "category": "paused", "is_initial": False, "is_terminal": False},
        before[4],
        before[2],
    ]
    saved = save(alice, path, [], [], statuses=wanted)
    assert saved.status_code == 200, saved.text
    assert read(alice, path)["statuses"] == wanted


def test_a_status_that_leads_have_stays(alice: Client, path: str) -> None:
    draw_chain(alice, path)
    api = path.replace("/console", "/v1")
    assert alice.post(f"{api}/leads", {"phone_number": "+14155552671"}).status_code == 201
    drawing = read(alice, path)
    statuses = [{**drawing["statuses"][1], "is_initial": True}, *drawing["statuses"][2:]]
    assert messages(save(alice, path, drawing["nodes"], drawing["edges"], statuses=statuses)) == (
        409,
        'The status "New" cannot be removed: leads of this workflow have it, or ended with it',
    )
    assert read(alice, path) == drawing


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "Not A Key"}, "statuses[0].key must match ^[a-z][a-z0-9_]{0,63}$"),
        ({"key": "won"}, "statuses must have distinct keys"),
        ({"is_initial": False}, "exactly one status must be initial"),
        ({"category": "odd"}, "statuses[0].category must be one of active, won, lost, paused, deferred"),
    ],
)
def test_statuses_that_make_no_pipeline_are_refused(alice: Client, path: str, change: Json, message: str) -> None:
    first, *others = read(alice, path)["statuses"]
    assert messages(save(alice, path, [], [], statuses=[{**first, **change}, *others])) == (400, message)


def test_problems_are_those_of_activation_with_their_place(alice: Client, path: str) -> None:
    nodes = [node("Call", "VOICE_CALL", {"agent_id": "a"}), node("Ask", "CONDITIONAL", {"condition_field": "plan"})]
    found = problems(alice, path, nodes, [edge("Call", "Ask")])
    assert [(one["kind"], one["node_id"], one["field"]) for one in found] == [
        ("no_end", None, None),
        ("no_way", "Ask", None),
        ("config", "Call", "config.from_phone_number"),
        ("config", "Ask", "config.branches"),
    ]
    save(alice, path, nodes, [edge("Call", "Ask")])
    answer = alice.post(f"{path.replace('/console', '/v1')}/activate").json()["message"]
    assert len(answer) == len(found)
    assert all(one["reason"] in said for one, said in zip(found, answer, strict=True))


def test_a_branch_without_a_way_is_named(alice: Client, path: str) -> None:
    ask = node("Ask", "CONDITIONAL", {"condition_field": "plan", "branches": ["gold", "iron"]})
    found = problems(alice, path, [ask, node("Won", "CONVERTED")], [edge("Ask", "Won", "gold")])
    assert found == [
        {
            "kind": "branch_without_way",
            "node_id": "Ask",
            "field": "iron",
            "reason": 'it needs an edge labelled "iron", or one without a label',
        }
    ]


def test_a_good_drawing_has_no_problems_and_nothing_is_stored(alice: Client, path: str) -> None:
    assert problems(alice, path, *CHAIN) == []
    assert read(alice, path)["nodes"] == []


def test_a_drawing_of_500_nodes_is_saved_at_once(alice: Client, path: str) -> None:
    nodes = [node(f"n{at}", "TIME", {"delay_hours": 1}) for at in range(499)] + [node("end", "CONVERTED")]
    edges = [edge(one["id"], other["id"]) for one, other in pairwise(nodes)]
    assert problems(alice, path, nodes, edges) == []
    drawing = save(alice, path, nodes, edges).json()["drawing"]
    moved = [{**one, "position_x": 10.5} for one in drawing["nodes"]]
    assert save(alice, path, moved, drawing["edges"]).json()["drawing"]["nodes"] == moved


def test_nobody_else_sees_or_changes_it(alice: Client, charlie: Client, path: str) -> None:
    body = {"nodes": [], "edges": [], "expected": read(alice, path)["digest"]}
    answers = [
        charlie.get(f"{path}/drawing"),
        charlie.put(f"{path}/drawing", body),
        charlie.post(f"{path}/problems", body),
        charlie.get("/console/workflows/nonsense/drawing"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["message"] for answer in answers}) == 1


def test_reading_does_not_allow_changing(cast: Cast, alice: Client, path: str) -> None:
    viewer = cast.member("Acme", scopes=("workflows:read",))
    body = {"nodes": [], "edges": [], "expected": read(alice, path)["digest"]}
    assert read(viewer, path)["nodes"] == []
    assert viewer.post(f"{path}/problems", body).status_code == 200
    assert viewer.put(f"{path}/drawing", body).status_code == 403


def test_another_scope_allows_nothing(bob: Client, path: str) -> None:
    assert bob.get(f"{path}/drawing").status_code == 403
