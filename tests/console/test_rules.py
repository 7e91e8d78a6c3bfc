"""Rules in the console: drawn and typed, put in order, tried, counted, and saved by two people at once."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.conftest import SIZE
from tests.console.site import PASSWORD, Site, audit, picture, sign_in

UK = {"field": "metadata.country", "operator": "eq", "value": "UK"}
HTTPS = {"x-forwarded-proto": "https"}


@dataclass
class Routing:
    """A processor with two workflows, made over HTTP."""

    site: Site
    id: str
    workflows: dict[str, str]

    @property
    def path(self) -> str:
        return f"/rules/processors/{self.id}"

    def add(self, name: str, workflow: str, *conditions: dict[str, Any]) -> None:
        body = {"name": name, "workflow_id": self.workflows[workflow], "conditions": conditions}
        made = self.site.api.post(f"/api/public/processors/{self.id}/rules", json=body)
        assert made.is_success, made.text

    def route(self, **metadata: Any) -> None:
        lead = {"first_name": "Ana", "email": "ana@example.com", "metadata": metadata}
        made = self.site.api.post(f"/api/public/processors/{self.id}/leads", json=lead)
        assert made.is_success, made.text

    def stored(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = self.site.api.get(f"/console/processors/{self.id}/rules").json()["rules"]
        return rules

    def save_as_somebody_else(self, *names: str) -> None:
        opened = self.site.api.get(f"/console/processors/{self.id}/rules").json()
        rules = [{**rule, "name": name} for rule, name in zip(opened["rules"], names, strict=True)]
        body = {**opened, "expected": opened["digest"], "rules": rules}
        saved = self.site.api.put(f"/console/processors/{self.id}/rules", json=body)
        assert saved.is_success, saved.text


@pytest.fixture(scope="module")
def workflows(site: Site) -> dict[str, str]:
    for title in ("Calls", "Nurture", "Everyone else"):
        made = site.api.post("/v1/workflows", json={"title": title, "workflow_id": None})
        assert made.is_success, made.text
    listed = site.api.get("/api/public/workflows").json()["workflows"]
    return {workflow["name"]: workflow["id"] for workflow in listed}


@pytest.fixture
def routing(site: Site, workflows: dict[str, str]) -> Routing:
    body = {"name": "Inbound", "default_workflow_id": workflows["Everyone else"]}
    made = site.api.post("/api/public/processors", json=body).json()["processor"]
    return Routing(site, made["id"], workflows)


@pytest.fixture(scope="module")
def people(site: Site) -> None:
    for rep, name in (("ana", "Ana Ruiz"), ("ben", "Ben Okoye")):
        body = {"rep_id": rep, "name": name, "email": f"{rep}@example.com"}
        assert site.api.post("/api/v1/reps", json=body, headers=HTTPS).is_success


def rule_list(page: Page) -> Locator:
    return page.get_by_role("grid", name="Rules in the order in which they are tried")


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="As text")


def choose(page: Page, scope: Locator, label: str, option: str) -> None:
    scope.get_by_role("button", name=label).click()
    page.get_by_role("option", name=re.compile(f"^{option}")).first.click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    expect(page.get_by_text("Saved. The rules decide from now on.").first).to_be_visible()


def test_processor_is_made_from_nothing(page: Page, routing: Routing) -> None:
    page.goto("/rules")
    page.get_by_role("button", name="New rules").click()
    page.get_by_role("textbox", name="Name").fill("Fresh")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Fresh")).to_be_visible()
    expect(page.get_by_text("No rule yet.")).to_be_visible()


def test_rule_is_built_and_its_text_follows(page: Page, routing: Routing) -> None:
    routing.route(country="UK", budget=700)
    page.goto(routing.path)
    page.get_by_role("button", name="Add rule").click()
    page.get_by_role("textbox", name="Name").fill("Rich")
    page.get_by_role("button", name="Add condition").click()
    condition = page.get_by_role("group", name="Field", exact=True)
    condition.get_by_role("combobox", name="Field").fill("metadata.budget")
    page.keyboard.press("Escape")
    condition = page.get_by_role("group", name="metadata.budget")
    choose(page, condition, "Comparison", "is at least")
    condition.get_by_role("textbox").fill("500")
    expect(text_of(page)).to_have_value("metadata.budget >= 500")
    choose(page, page.locator("fieldset"), "Send the lead to", "Nurture")
    save(page)
    rule = routing.stored()[0]
    assert rule["condition"] == {"field": "metadata.budget", "operator": "gte", "value": 500}
    assert (rule["name"], rule["workflow_id"]) == ("Rich", routing.workflows["Nurture"])


def test_text_is_typed_and_the_builder_follows(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    expect(text_of(page)).to_have_value("metadata.country == 'UK'")
    text_of(page).fill("email.endsWith('.uk') && !(source in ['fair'])")
    expect(page.get_by_text("Understood")).to_be_visible()
    expect(page.get_by_role("group", name="email").get_by_role("textbox")).to_have_value(".uk")
    expect(page.get_by_role("group", name="source").get_by_role("button", name="Comparison")).to_have_text("is none of")


def test_text_that_is_wrong_says_where_and_the_builder_stays(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    text_of(page).fill("metadata.country = 'UK'")
    expect(page.get_by_text("Line 1, column 18:")).to_be_visible()
    expect(page.get_by_role("group", name="metadata.country")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_groups_stand_in_groups(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    page.get_by_role("button", name="Add group").click()
    group = page.get_by_role("group", name="At least one of these holds")
    group.get_by_role("combobox", name="Field").fill("company")
    page.keyboard.press("Escape")
    choose(page, group.get_by_role("group", name="company"), "Comparison", "is known")
    expect(text_of(page)).to_have_value("metadata.country == 'UK' && has(company)")
    choose(page, group, "How the conditions go together", "None of these holds")
    expect(text_of(page)).to_have_value("metadata.country == 'UK' && company == null")


def test_rules_are_put_in_order_by_keyboard(page: Page, routing: Routing) -> None:
    for name in ("One", "Two", "Three"):
        routing.add(name, "Calls", UK)
    page.goto(routing.path)
    rule_list(page).get_by_role("row", name="Three").click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Move Three")).to_be_focused()
    page.keyboard.press("Enter")
    for place in ("after Three", "between Two and Three", "between One and Two"):
        expect(page.get_by_role("button", name=f"Insert {place}")).to_be_focused()
        page.keyboard.press("Enter" if "One" in place else "ArrowUp")
    expect(rule_list(page).get_by_role("row").nth(1)).to_contain_text("Three")
    save(page)
    assert [rule["name"] for rule in routing.stored()] == ["One", "Three", "Two"]


def test_rules_are_put_in_order_by_mouse(page: Page, routing: Routing) -> None:
    for name in ("One", "Two", "Three"):
        routing.add(name, "Calls", UK)
    page.goto(routing.path)
    rows = rule_list(page).get_by_role("row")
    expect(rows).to_have_count(3)
    rows.nth(2).drag_to(rows.nth(0), source_position={"x": 60, "y": 12}, target_position={"x": 60, "y": 2})
    expect(rows.nth(0)).to_contain_text("Three")


def test_rule_is_copied_switched_off_and_deleted(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    for action in ("Duplicate", "Switch off"):
        page.get_by_role("button", name="More for UK", exact=True).click()
        page.get_by_role("menuitem", name=action).click()
    save(page)
    assert [(rule["name"], rule["is_active"]) for rule in routing.stored()] == [("UK", False), ("UK (copy)", True)]
    page.get_by_role("button", name="More for UK", exact=True).click()
    page.get_by_role("menuitem", name="Delete").click()
    save(page)
    assert [rule["name"] for rule in routing.stored()] == ["UK (copy)"]


def test_warning_and_hits_stand_with_their_rule(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    routing.add("UK again", "Calls", UK)
    routing.route(country="UK")
    page.goto(routing.path)
    rows = rule_list(page).get_by_role("row")
    expect(rows.nth(0)).to_contain_text("Leads in 7 days: 1, in 30 days: 1")
    rows.nth(1).click()
    expect(page.get_by_text("This rule is never reached: rule 1 (UK) takes all of its leads.")).to_be_visible()


def test_bench_tries_rules_that_are_not_saved(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    routing.add("Rich", "Nurture", {"field": "metadata.budget", "operator": "gt", "value": 5})
    page.goto(routing.path)
    text_of(page).fill("metadata.country == 'FR'")
    expect(page.get_by_text("Understood")).to_be_visible()
    page.get_by_role("textbox", name="Lead as JSON").fill('{"country": "UK", "budget": 9}')
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("The lead goes to Nurture by rule 2, Rich")).to_be_visible()
    expect(page.get_by_text("Needs metadata.country == 'FR'")).to_be_visible()
    expect(page.get_by_text('The lead has metadata.country: "UK"')).to_be_visible()
    audit(page)
    picture(page, "rules-bench")
    page.get_by_role("textbox", name="Lead as JSON").fill("{")
    expect(page.get_by_text("This is not JSON")).to_be_visible()


def test_bench_tries_a_stored_lead(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    routing.route(country="UK")
    page.goto(routing.path)
    page.get_by_role("radio", name="Pick a lead").click()
    page.get_by_role("searchbox", name="Search by name").fill("ana@")
    page.get_by_role("option", name="Ana").first.click()
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("The lead goes to Calls by rule 1, UK")).to_be_visible()


def test_second_editor_sees_the_difference_and_can_overwrite(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    page.get_by_role("textbox", name="Name").fill("Mine")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()
    routing.save_as_somebody_else("Theirs")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Somebody else has saved these rules")
    row = dialog.get_by_role("row", name="Theirs")
    expect(row).to_contain_text("Mine")
    audit(page)
    dialog.get_by_role("button", name="Go on editing").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog.get_by_role("button", name="Overwrite with mine").click()
    expect(page.get_by_text("Saved. The rules decide from now on.")).to_be_visible()
    assert [rule["name"] for rule in routing.stored()] == ["Mine"]


def test_second_editor_can_take_what_the_first_saved(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    page.get_by_role("textbox", name="Name").fill("Mine")
    routing.save_as_somebody_else("Theirs")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Theirs")


def test_what_is_not_saved_outlives_a_reload(page: Page, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    page.goto(routing.path)
    page.get_by_role("textbox", name="Name").fill("Mine")
    text_of(page).fill("metadata.country == ")
    page.reload()
    expect(page.get_by_text("These are your changes from before.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Mine")
    expect(text_of(page)).to_have_value("metadata.country == ")
    page.get_by_role("button", name="Discard changes").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("UK")


def test_ruleset_is_made_with_a_rotation(page: Page, site: Site, people: None) -> None:
    page.set_viewport_size({"width": 1280, "height": 1600})  # lists close when what they belong to is scrolled
    page.goto("/rules")
    page.get_by_role("button", name="New rules").click()
    page.get_by_role("textbox", name="Name").fill("Sales team")
    page.get_by_role("radio", name="A person").check(force=True)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Add rule").click()
    page.get_by_role("radio", name="Several people in turn").click()
    choose(page, page.locator("fieldset"), "How they take turns", "By weight")
    for name in ("Ana Ruiz", "Ben Okoye"):
        page.get_by_role("combobox", name="Add a person").fill(name)
        page.get_by_role("option", name=name).click()
        expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    page.get_by_role("textbox", name="Weight of Ana Ruiz").fill("3")
    page.get_by_role("textbox", name="Name").click()
    save(page)
    rule = site.api.get("/console/rulesets/sales-team").json()["rules"][0]
    pool = [{"rep_id": "ana", "weight": 3}, {"rep_id": "ben", "weight": 1}]
    assert rule["assignment"] == {"type": "round_robin", "pool": pool, "method": "weighted"}
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("The lead goes to Ana Ruiz by rule 1, Rule 1")).to_be_visible()
    page.set_viewport_size(SIZE)
    audit(page)
    picture(page, "rules-ruleset")


def test_list_shows_what_routes_and_lets_it_be_renamed(page: Page, routing: Routing) -> None:
    page.goto("/rules")
    row = page.get_by_role("row", name="Inbound").first
    expect(row).to_be_visible()
    audit(page)
    picture(page, "rules")
    row.get_by_role("button", name="More for Inbound").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Renamed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Renamed")).to_be_visible()


def test_editor_has_no_serious_accessibility_problem(page: Page, routing: Routing) -> None:
    routing.add("UK, big budget", "Calls", UK, {"field": "metadata.budget", "operator": "gte", "value": 5000})
    routing.add("From the fair", "Nurture", {"field": "source", "operator": "in", "value": ["fair", "event"]})
    routing.add("UK", "Nurture", UK)
    routing.route(country="UK", budget=9000)
    page.goto(routing.path)
    expect(text_of(page)).to_have_value("metadata.country == 'UK' && metadata.budget >= 5000")
    expect(rule_list(page).get_by_role("row").nth(0)).to_contain_text("Leads in 7 days: 1")
    audit(page)
    picture(page, "rules-editor")


def test_rules_that_are_not_there_say_so(page: Page) -> None:
    page.goto("/rules/rulesets/nothing")
    expect(page.get_by_role("heading", name="There are no such rules")).to_be_visible()


def test_viewer_can_look_and_try_and_not_change(page: Page, site: Site, routing: Routing) -> None:
    routing.add("UK", "Calls", UK)
    invited = site.api.post("/console/users", json={"email": "vera@example.com", "name": "Vera", "role": "viewer"})
    token = invited.json()["link"].rpartition("=")[2]
    entered = httpx.post(f"{site.address}/console/links/{token}", json={"name": "Vera", "password": PASSWORD})
    sign_in(page.context, site, entered.cookies["pointsman_session"])
    page.goto(routing.path)
    expect(page.get_by_text("your role is viewer")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(text_of(page)).not_to_be_editable()
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("The lead goes to Calls by rule 1, UK")).to_be_visible()
