"""Drawing a workflow in the browser: steps, connections, problems, undoing, saving."""

import re
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page, expect

from tests.console.drawing import (
    AGENT,
    NUMBER,
    add_step,
    choose,
    details,
    draw_nurture,
    fill_call,
    fill_wait,
    lead_on,
    open_step,
    rename,
    save,
    step,
)
from tests.console.site import EMAIL, PASSWORD, Site, audit, picture

CALL = {"agent_id": AGENT, "from_phone_number": NUMBER}
NURTURE = {
    ("First call", "Interested?", "COMPLETED"),
    ("First call", "Two days", None),
    ("Two days", "Second call", None),
    ("Second call", "Interested?", "COMPLETED"),
    ("Second call", "Two more days", None),
    ("Two more days", "Third call", None),
    ("Third call", "Interested?", "COMPLETED"),
    ("Third call", "Unresponsive", None),
    ("Interested?", "Converted", "interested"),
    ("Interested?", "Not interested", None),
}
Json = dict[str, Any]


def new_workflow(site: Site, title: str = "Lead nurture sequence") -> str:
    answer = site.api.post("/v1/workflows", json={"title": title})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def open_board(page: Page, workflow_id: str) -> None:
    page.goto(f"/workflows/{workflow_id}/draw")
    expect(page.get_by_role("application")).to_be_visible()


def stored(site: Site, workflow_id: str) -> Json:
    answer = site.api.get(f"/console/workflows/{workflow_id}/drawing")
    assert answer.status_code == 200, answer.text
    drawing: Json = answer.json()
    return drawing


def draw_by_api(site: Site, workflow_id: str, nodes: list[Json], edges: list[Json]) -> Json:
    body = {"nodes": nodes, "edges": edges, "expected": stored(site, workflow_id)["digest"]}
    answer = site.api.put(f"/console/workflows/{workflow_id}/drawing", json=body)
    assert answer.status_code == 200, answer.text
    drawing: Json = answer.json()["drawing"]
    return drawing


def node(label: str, node_type: str, x: float, y: float = 0, config: Json | None = None) -> Json:
    return {
        "id": label, "node_type": node_type, "label": label,
        "position_x": x, "position_y": y, "config": config or {},
    }  # fmt: skip


def two_steps(site: Site) -> str:
    """A call and an end, side by side and not connected."""
    workflow_id = new_workflow(site)
    draw_by_api(site, workflow_id, [node("Ring", "VOICE_CALL", 0, 0, CALL), node("Won", "CONVERTED", 300)], [])
    return workflow_id


def ways(drawing: Json) -> set[tuple[str, str, str | None]]:
    labels = {one["id"]: one["label"] for one in drawing["nodes"]}
    return {(labels[way["from_node_id"]], labels[way["to_node_id"]], way["label"]) for way in drawing["edges"]}


def test_the_nurture_workflow_is_drawn_from_nothing(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site)
    open_board(page, workflow_id)
    expect(details(page).get_by_text("There is no step yet.")).to_be_visible()
    draw_nurture(page)
    drawing = stored(site, workflow_id)
    assert ways(drawing) == NURTURE
    configs = {one["label"]: one["config"] for one in drawing["nodes"]}
    assert configs["Third call"] == CALL
    assert configs["Two more days"] == {"value": 2, "unit": "days"}
    assert configs["Interested?"] == {
        "condition_field": "postcall_analysis.interest",
        "branches": ["interested", "not_interested"],
    }
    page.get_by_role("button", name="Ready").click()
    expect(details(page).get_by_text("Nothing is missing: it can be activated.")).to_be_visible()
    audit(page)
    open_step(page, "Interested?")
    picture(page, "workflow-drawing")
    assert site.api.post(f"/v1/workflows/{workflow_id}/activate").status_code == 200


def test_problems_are_shown_where_they_are_and_go_one_by_one(page: Page, site: Site) -> None:
    open_board(page, new_workflow(site))
    add_step(page, "Call", "Ring")
    agent, number = (details(page).get_by_text(f"Choose the {word}") for word in ("agent who", "number to"))
    expect(agent).to_be_visible()
    expect(number).to_be_visible()
    expect(step(page, "Ring")).to_contain_text("Say where leads go next.")
    fill_call(page)
    expect(agent).to_be_hidden()
    expect(number).to_be_hidden()
    lead_on(page, "Otherwise", "Wait", "Later")
    expect(details(page).get_by_text("Say how long to wait.")).to_be_visible()
    fill_wait(page, 3, "Hours")
    expect(details(page).get_by_text("Say how long to wait.")).to_be_hidden()
    expect(page.get_by_role("button", name="2 things to do")).to_be_visible()
    lead_on(page, "Then", "Dropped", "Out")
    expect(page.get_by_role("button", name="Ready")).to_be_visible()


def test_a_problem_leads_to_its_step(page: Page, site: Site) -> None:
    open_board(page, two_steps(site))
    page.get_by_role("button", name=re.compile("things to do")).click()
    details(page).get_by_role("button", name=re.compile("^Won")).first.click()
    expect(details(page).get_by_role("textbox", name="Name", exact=True)).to_have_value("Won")


def test_steps_are_dragged_from_the_palette_and_connected_by_dragging(page: Page, site: Site) -> None:
    workflow_id = two_steps(site)
    open_board(page, workflow_id)
    page.get_by_role("button", name="Add a step: Dropped").drag_to(
        page.get_by_role("application"), target_position={"x": 300, "y": 620}
    )
    expect(step(page, "Dropped")).to_be_visible()
    for branch, target in (("COMPLETED", "Won"), ("", "Dropped")):
        port = step(page, "Ring").locator(f'[data-handleid="out:{branch}"]')
        port.drag_to(step(page, target).locator('[data-handleid="in"]'))
    save(page)
    assert ways(stored(site, workflow_id)) == {("Ring", "Won", "COMPLETED"), ("Ring", "Dropped", None)}


def test_everything_is_done_with_the_keyboard(page: Page, site: Site) -> None:
    workflow_id = two_steps(site)
    open_board(page, workflow_id)
    before = stored(site, workflow_id)["nodes"][0]["position_x"]
    name = details(page).get_by_role("textbox", name="Name", exact=True)
    step(page, "Ring").focus()
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    page.keyboard.press("Escape")
    expect(step(page, "Ring")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    expect(step(page, "Won")).to_be_focused()
    page.keyboard.press("Enter")
    expect(name).to_have_value("Won")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    expect(step(page, "Won")).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(step(page, "Won")).to_be_visible()
    open_step(page, "Ring")
    choose(page, "Answered", "Won")
    save(page)
    drawing = stored(site, workflow_id)
    assert drawing["nodes"][0]["position_x"] > before
    assert ways(drawing) == {("Ring", "Won", "COMPLETED")}


def test_what_was_done_is_undone_and_redone(page: Page, site: Site) -> None:
    open_board(page, two_steps(site))
    open_step(page, "Ring")
    rename(page, "Ring them")
    page.get_by_role("button", name="Duplicate").click()
    expect(step(page, "Ring them (copy)")).to_be_visible()
    for name in ("Undo", "Undo"):
        page.get_by_role("button", name=name).click()
    expect(step(page, "Ring")).to_be_visible()
    expect(step(page, "Ring them")).to_be_hidden()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    expect(step(page, "Ring them")).to_be_visible()


def test_every_action_is_configured_with_its_options(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site)
    open_board(page, workflow_id)
    add_step(page, "Action", "Write")
    choose(page, "What to do", "Send an e-mail")
    for field, value in (("Sender's e-mail", "a@example.com"), ("Subject", "Hello"), ("Text", "Hi {{first_name}}")):
        details(page).get_by_role("textbox", name=field, exact=True).fill(value)
    details(page).get_by_text("More options").click()
    details(page).get_by_role("textbox", name="Answers go to").fill("b@example.com")
    audit(page)
    add_step(page, "Action", "Tell them")
    choose(page, "What to do", "Call a web address")
    details(page).get_by_role("textbox", name="Web address").fill("https://example.com/hook")
    details(page).get_by_role("textbox", name="What to send").fill('{"name": "{{first_name}}"}')
    choose(page, "Method", "PUT")
    add_step(page, "Action", "Mark")
    choose(page, "What to do", "Set the status")
    choose(page, "Status", "Qualified")
    save(page)
    assert [one["config"] for one in stored(site, workflow_id)["nodes"]] == [
        {
            "action_key": "email",
            "action_config": {
                "from": "a@example.com", "subject": "Hello", "text": "Hi {{first_name}}", "reply_to": "b@example.com",
            },
        },
        {
            "action_key": "webhook",
            "action_config": {
                "url": "https://example.com/hook", "body": {"name": "{{first_name}}"}, "method": "PUT",
            },
        },
        {"action_key": "set_status", "action_config": {"status_key": "qualified"}},
    ]  # fmt: skip


def test_a_branch_decides_by_rules(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site)
    open_board(page, workflow_id)
    add_step(page, "Branch", "Large?")
    choose(page, "Decide by", "Rules")
    panel = details(page)
    for at, (field, comparison) in enumerate((("metadata.size", "is more than"), ("email", "is known"))):
        panel.get_by_role("button", name="Add a rule").click()
        rule = panel.get_by_role("group", name=f"Rule {at + 1}")
        rule.get_by_role("combobox", name="What to look at").fill(field)
        page.keyboard.press("Escape")
        rule.get_by_role("button", name=re.compile("Comparison$")).click()
        page.get_by_role("option", name=comparison, exact=True).click()
    panel.get_by_role("textbox", name="Value", exact=True).fill("100")
    choose(page, "A lead goes to “Yes” when", "at least one rule is true")
    lead_on(page, "Yes", "Converted", "Won")
    save(page)
    config = stored(site, workflow_id)["nodes"][0]["config"]
    assert config["logic"] == "OR"
    assert [(rule["field"], rule["operator"], rule["value"]) for rule in config["rules"]] == [
        ("metadata.size", "greater_than", 100),
        ("email", "exists", ""),
    ]


def test_statuses_are_edited_with_the_drawing(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site)
    open_board(page, workflow_id)
    page.get_by_role("button", name="Statuses of leads").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add a status").click()
    dialog.get_by_role("textbox", name="Name of status 7").fill("Call back")
    dialog.get_by_role("button", name="Move Call back up").click()
    audit(page)
    dialog.get_by_role("button", name="Use these").click()
    save(page)
    assert [status["key"] for status in stored(site, workflow_id)["statuses"]][-2:] == ["call_back", "lost"]


def test_a_session_that_ends_while_drawing_loses_nothing(page: Page, site: Site) -> None:
    workflow_id = two_steps(site)
    open_board(page, workflow_id)
    open_step(page, "Ring")
    rename(page, "Ring them twice")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Password").fill(PASSWORD)
    expect(dialog.get_by_role("textbox", name="E-mail")).to_have_value(EMAIL)
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main").get_by_text("Saved", exact=True)).to_be_visible()
    assert stored(site, workflow_id)["nodes"][0]["label"] == "Ring them twice"


def test_a_drawing_that_was_not_saved_is_still_there_after_a_reload(page: Page, site: Site) -> None:
    open_board(page, two_steps(site))
    open_step(page, "Ring")
    rename(page, "Not saved")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(step(page, "Not saved")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(step(page, "Ring")).to_be_visible()


def test_the_second_of_two_editors_is_shown_what_the_first_did(page: Page, site: Site) -> None:
    workflow_id = two_steps(site)
    open_board(page, workflow_id)
    open_step(page, "Ring")
    rename(page, "Mine")
    ring, won = stored(site, workflow_id)["nodes"]
    draw_by_api(
        site, workflow_id, [{**ring, "label": "Theirs"}, node("Out", "DROPPED", 600)],
        [{"from_node_id": ring["id"], "to_node_id": "Out", "label": "BUSY"}],
    )  # fmt: skip
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    for line in ("Out", "Won", "Theirs: its name", "Theirs → Busy → Out"):
        expect(dialog.get_by_text(line, exact=True)).to_be_visible()
    audit(page)
    dialog.get_by_role("button", name="Later").click()
    expect(step(page, "Mine")).to_be_visible()
    page.get_by_role("button", name="Show what they changed").click()
    dialog.get_by_role("button", name="Save mine over theirs").click()
    expect(page.get_by_role("main").get_by_text("Saved", exact=True)).to_be_visible()
    assert [one["label"] for one in stored(site, workflow_id)["nodes"]] == ["Mine", won["label"]]


def test_the_second_of_two_editors_can_take_what_the_first_did(page: Page, site: Site) -> None:
    workflow_id = two_steps(site)
    open_board(page, workflow_id)
    open_step(page, "Ring")
    rename(page, "Mine")
    ring = stored(site, workflow_id)["nodes"][0]
    site.api.patch(f"/v1/workflows/{workflow_id}/nodes/{ring['id']}", json={"label": "Theirs"})
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Take theirs").click()
    expect(step(page, "Theirs")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_a_workflow_of_500_nodes_stays_usable(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site, "Five hundred")
    values = [f"value {at}" for at in range(20)]
    start = node("Which?", "CONDITIONAL", 0, 0, {"condition_field": "plan", "branches": values})
    chains = [[node(f"Wait {at} {more}", "TIME", 0, 0, {"delay_hours": 1}) for more in range(25)] for at in range(20)]
    nodes = [start, *(one for chain in chains for one in chain), node("End", "CONVERTED", 0)]
    edges = [
        {"from_node_id": one["id"], "to_node_id": other["id"], "label": via}
        for label, chain in zip(values, chains, strict=True)
        for one, other, via in [(start, chain[0], label), *((*both, None) for both in pairwise([*chain, nodes[-1]]))]
    ]
    draw_by_api(site, workflow_id, nodes, edges)
    open_board(page, workflow_id)
    expect(step(page, "Which?")).to_be_visible()
    assert page.locator(".react-flow__node").count() < 60
    page.get_by_role("textbox", name="Find a step").fill("Wait 12 21")
    open_step(page, "Wait 12 21")
    expect(step(page, "Wait 12 21")).to_be_visible()
    spent = page.evaluate(TYPE, "Half way")
    assert spent < MOST_MS_A_LETTER, f"a letter took {spent} ms"
    expect(step(page, "Half way")).to_be_visible()
    save(page)
    assert "Half way" in [one["label"] for one in stored(site, workflow_id)["nodes"]]
    page.get_by_role("button", name="Show everything").click()
    expect(step(page, "End")).to_be_attached()


MOST_MS_A_LETTER = 200
TYPE = """async (text) => {
  const field = document.querySelector('aside[aria-label="Details"] input');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const start = performance.now();
  for (let length = 1; length <= text.length; length++) {
    set.call(field, text.slice(0, length));
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => done()));
  }
  return (performance.now() - start) / text.length;
}"""


def test_names_are_text_whatever_they_look_like(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site)
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    draw_by_api(site, workflow_id, [node(evil, "CONVERTED", 0)], [])
    open_board(page, workflow_id)
    expect(page.get_by_role("application").get_by_text(evil, exact=True)).to_be_visible()
    assert page.locator("main script, main img").count() == 0


def test_a_workflow_that_is_over_is_only_looked_at(page: Page, site: Site) -> None:
    workflow_id = two_steps(site)
    site.api.post(f"/v1/workflows/{workflow_id}/cancel")
    open_board(page, workflow_id)
    expect(page.get_by_text("This workflow is over")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Add a step: Call")).to_be_hidden()
    open_step(page, "Ring")
    expect(details(page).get_by_role("textbox", name="Name", exact=True)).to_be_disabled()


def test_what_a_live_workflow_forbids_is_said(page: Page, site: Site) -> None:
    workflow_id = new_workflow(site)
    nodes = [node("Ring", "VOICE_CALL", 0, 0, CALL), node("Won", "CONVERTED", 300)]
    draw_by_api(site, workflow_id, nodes, [{"from_node_id": "Ring", "to_node_id": "Won"}])
    assert site.api.post(f"/v1/workflows/{workflow_id}/activate").status_code == 200
    open_board(page, workflow_id)
    expect(page.get_by_text("Leads are on their way in this workflow.")).to_be_visible()
    add_step(page, "Dropped", "Loose")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("would be left without exactly one entry node")).to_be_visible()
