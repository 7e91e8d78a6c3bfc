"""Leads in the browser: searched, filtered, acted on, taken along; and the page of each, which says why it is there."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.site import Site, audit, picture

SCRIPT = "<script>alert(1)</script>"
FIRST = ("Ana", "Luis", "María", "Jorge", "Inés")
LAST = ("Ruiz", "Soto", "Vargas", "Prieto")
MANY = 230


@dataclass
class Office:
    """An organization with reps, rules, a workflow and leads, made as any client would."""

    site: Site
    special: str = ""
    """A lead that has been through a good deal."""

    def post(self, path: str, body: Any) -> Any:
        answer = self.site.api.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def furnish(self) -> None:
        for ref, name in (("ana", "Ana Torres"), ("ben", "Ben Okafor")):
            self.post("/api/v1/reps", {"rep_id": ref, "name": name, "email": f"{ref}@harbour.example"})
        nurture = self.post("/console/workflows/sample", {})["id"]
        large = self.post("/v1/workflows", {"title": "Large accounts"})["id"]
        processor = self.post("/api/public/processors", {"name": "Inbound", "default_workflow_id": _plain(nurture)})
        self._rule(
            processor["processor"]["id"],
            "Large in Spain",
            _plain(large),
            ("employees", "gte", 1000),
            ("country", "eq", "ES"),
        )
        self._ruleset()
        path = f"/api/public/processors/{processor['processor']['id']}/leads"
        for at in range(0, MANY, 200):
            self.post(path, [_lead(number) for number in range(at, min(at + 200, MANY))])
        special = {"first_name": SCRIPT, "last_name": "Núñez", "email": "nunez@example.com", "phone": "+34600999999",
                   "source": "fair", "metadata": {"country": "FR", "employees": 1500}}  # fmt: skip
        self.special = self.post(path, special)["lead"]["id"]
        self.post(f"/api/public/leads/{self.special}/notes", {"content": f"Wants an offer by Friday. {SCRIPT}"})
        self.act("route", "sales")

    def act(self, action: str, target: str | None = None) -> None:
        self.post("/console/leads/bulk", {"action": action, "target": target, "lead_ids": [self.special]})

    def _rule(self, processor: str, name: str, workflow: str, *conditions: tuple[str, str, Any]) -> None:
        wanted = [{"field": f"metadata.{field}", "operator": sign, "value": value} for field, sign, value in conditions]
        body = {"name": name, "workflow_id": workflow, "conditions": wanted}
        self.post(f"/api/public/processors/{processor}/rules", body)

    def _ruleset(self) -> None:
        spain = [{"field": "country", "operator": "eq", "value": "ES"}]
        large = [{"field": "employees", "operator": "gt", "value": 1000}]
        rules = [
            {"priority": 1, "name": "Spain", "conditions": spain, "assignment": {
                "type": "specific_rep", "rep_id": "ana"}},
            {"priority": 2, "name": "Large ones", "conditions": large, "assignment": {
                "type": "round_robin", "pool": ["ben", "ana"], "method": "equal_distribution"}},
        ]  # fmt: skip
        fallback = {"type": "queue", "queue_id": "unassigned"}
        body = {
            "ruleset_id": "sales",
            "name": "Sales team",
            "rules": rules,
            "on_unavailable": "fallback",
            "fallback": fallback,
        }
        self.post("/api/v1/rules", body)


def _plain(workflow_id: str) -> str:
    return workflow_id.removeprefix("wf_")


def _lead(number: int) -> dict[str, Any]:
    return {
        "first_name": FIRST[number % len(FIRST)],
        "last_name": LAST[number % len(LAST)],
        "email": f"lead{number}@example.com",
        "phone": f"+346000{number:05d}",
        "company": f"Company {number % 40}",
        "source": ("website", "referral")[number % 2],
        "external_id": f"CRM-{number}",
        "metadata": {"country": ("ES", "FR", "PT")[number % 3], "employees": number * 10},
    }


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    office = Office(site)
    office.furnish()
    return office


@pytest.fixture
def leads(page: Page, office: Office) -> Page:
    """The list of leads."""
    page.goto("/leads")
    expect(page.get_by_role("table", name="Leads")).to_be_visible()
    return page


@pytest.fixture
def special(page: Page, office: Office) -> Page:
    """The page of a lead that has been through a good deal."""
    page.goto(f"/leads/{office.special}")
    expect(page.get_by_role("heading", name="Núñez")).to_be_visible()
    return page


def rows(page: Page) -> Any:
    return page.get_by_role("table", name="Leads").locator("tbody tr[data-index]")


def go_to_end(page: Page) -> None:
    """Scroll as far down as the list goes; the browser takes its time, and the list grows meanwhile."""
    page.get_by_role("region", name="Leads").evaluate("list => list.scrollTo(0, list.scrollHeight)")


def search(page: Page, text: str) -> None:
    page.get_by_label("Search leads").fill(text)


def test_the_list_says_how_long_it_is_and_every_row_where_it_stands(leads: Page) -> None:
    table = leads.get_by_role("table", name="Leads")
    expect(table).to_have_attribute("aria-rowcount", str(MANY + 2))
    expect(rows(leads).first).to_have_attribute("aria-rowindex", "2")
    expect(rows(leads).first.get_by_role("link")).to_have_text(f"{SCRIPT} Núñez")
    audit(leads)
    picture(leads, "leads")


def test_scrolling_loads_more_and_draws_only_what_can_be_seen(leads: Page) -> None:
    leads.get_by_role("region", name="Leads").focus()
    for loaded in ("The first 100 of 231 leads", "The first 200 of 231 leads", f"{MANY + 1} leads"):
        expect(leads.get_by_text(loaded, exact=True).last).to_be_visible()
        go_to_end(leads)
    for _ in range(100):
        if rows(leads).last.get_attribute("aria-rowindex") != str(MANY + 2):
            go_to_end(leads)
    expect(rows(leads).last).to_have_attribute("aria-rowindex", str(MANY + 2))
    assert rows(leads).count() < 60
    rows(leads).last.get_by_role("link").click()
    expect(leads.get_by_role("table", name="Leads")).to_have_count(0)
    leads.go_back()
    expect(rows(leads).last).to_have_attribute("aria-rowindex", str(MANY + 2))


def test_the_arrow_keys_move_from_lead_to_lead(leads: Page) -> None:
    rows(leads).first.get_by_role("link").focus()
    for _ in range(3):
        leads.keyboard.press("ArrowDown")
    expect(leads.locator("tr[data-index='3'] a")).to_be_focused()
    leads.keyboard.press("ArrowUp")
    leads.keyboard.press("Enter")
    expect(leads.get_by_role("heading", name="Details")).to_be_visible()


def test_a_search_is_kept_in_the_address_and_found_again(leads: Page) -> None:
    search(leads, "CRM-77")
    expect(rows(leads)).to_have_count(1)
    expect(leads).to_have_url(re.compile(r"search=CRM-77$"))
    rows(leads).get_by_role("link").click()
    expect(leads.get_by_role("heading", name="Details")).to_be_visible()
    leads.go_back()
    expect(leads.get_by_label("Search leads")).to_have_value("CRM-77")
    expect(rows(leads)).to_have_count(1)
    search(leads, "%")
    expect(leads.get_by_text("No lead fits")).to_be_visible()
    leads.get_by_role("button", name="Clear search and filters").click()
    expect(rows(leads).first).to_be_visible()


def test_filters_are_chosen_shown_and_taken_away(leads: Page) -> None:
    leads.get_by_role("button", name="Filter", exact=True).click()
    panel = leads.get_by_role("dialog", name="Filter leads")
    panel.get_by_role("button", name=re.compile("^(Any )?Workflow|Workflow$")).first.click()
    leads.get_by_role("option", name="Large accounts").click()
    panel.get_by_role("combobox", name="Source").fill("website")
    leads.keyboard.press("Tab")
    audit(leads)
    panel.get_by_role("button", name="Show leads").click()
    chips = leads.get_by_role("list", name="Filter leads")
    expect(chips).to_contain_text("Large accounts")
    expect(leads).to_have_url(re.compile("source=website"))
    expect(rows(leads).first).to_contain_text("Large accounts")
    chips.get_by_role("button", name="Remove the filter Source").click()
    expect(leads).not_to_have_url(re.compile("source"))
    leads.reload()
    expect(chips).to_contain_text("Large accounts")


def test_columns_are_chosen_also_of_metadata_and_kept_in_the_browser(leads: Page) -> None:
    leads.get_by_role("button", name="Columns").click()
    dialog = leads.get_by_role("dialog", name="Choose columns")
    dialog.get_by_text("country", exact=True).click()
    dialog.get_by_text("Company", exact=True).click()
    dialog.get_by_role("button", name="Close").last.click()
    expect(leads.get_by_role("columnheader", name="country")).to_be_visible()
    leads.reload()
    expect(leads.get_by_role("columnheader", name="country")).to_be_visible()
    expect(leads.get_by_role("columnheader", name="Company")).to_have_count(0)
    expect(rows(leads).first).to_contain_text("FR")


def test_the_file_holds_what_the_list_shows(leads: Page, tmp_path: Path) -> None:
    search(leads, "company 7")
    expect(leads).to_have_url(re.compile("search="))
    with leads.expect_download() as downloading:
        leads.get_by_role("link", name="Export CSV").click()
    path = tmp_path / "leads.csv"
    downloading.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert {lead["company"] for lead in found} == {"Company 7"}
    assert len(found) == len([number for number in range(MANY) if number % 40 == 7])


def test_all_that_match_get_a_tag_batch_by_batch(leads: Page) -> None:
    search(leads, "ana")
    expect(leads).to_have_url(re.compile("search=ana"))
    expect(leads.get_by_role("table", name="Leads")).to_have_attribute("aria-rowcount", "47")
    leads.get_by_role("checkbox", name="Select all that are loaded").first.focus()
    leads.keyboard.press("Space")
    bar = leads.get_by_role("region", name="With the selected leads")
    expect(bar).to_contain_text("46 leads selected")
    bar.get_by_role("button", name="Add tag").click()
    dialog = leads.get_by_role("dialog", name="Add tag")
    dialog.get_by_role("combobox", name="Tag").fill("Spring fair")
    dialog.get_by_role("button", name="Add tag: 46").click()
    expect(dialog).to_contain_text("46 done")
    dialog.get_by_role("button", name="Close").last.click()
    expect(rows(leads).first).to_contain_text("Spring fair")


def test_what_could_not_be_done_is_said_lead_by_lead(leads: Page) -> None:
    search(leads, "luis")
    expect(leads).to_have_url(re.compile("search=luis"))
    expect(rows(leads).first).to_contain_text("Luis")
    rows(leads).first.get_by_role("checkbox").focus()
    leads.keyboard.press("Space")
    bar = leads.get_by_role("region", name="With the selected leads")
    bar.get_by_role("button", name="With the selected leads").click()
    leads.get_by_role("menuitem", name="Resume automation").click()
    dialog = leads.get_by_role("dialog", name="Resume automation")
    dialog.get_by_role("button", name="Resume automation: 1").click()
    expect(dialog).to_contain_text("0 done, 1 were so already")


def test_a_lead_whose_name_is_a_script_is_shown_as_text(special: Page) -> None:
    expect(special.get_by_role("heading", name=f"{SCRIPT} Núñez")).to_be_visible()
    expect(special.get_by_text(f"Wants an offer by Friday. {SCRIPT}")).to_be_visible()
    expect(special).to_have_title(f"{SCRIPT} Núñez · Pointsman")


def test_the_timeline_of_a_lead_tells_what_happened_on_all_surfaces(special: Page) -> None:
    told = special.get_by_role("tabpanel").get_by_role("heading", level=3)
    expect(told).to_have_text(["Got an owner", "Note", "Entered a workflow", "Came in"])
    audit(special)
    picture(special, "lead")


def test_why_here_is_told_in_words_rule_by_rule(special: Page) -> None:
    special.get_by_role("tab", name="Why here?").click()
    panel = special.get_by_role("tabpanel")
    expect(panel.get_by_role("heading", name="“Sales team” gave this lead to Ben Okafor.")).to_be_visible()
    expect(panel).to_contain_text("Because rule 2, “Large ones”, matched first.")
    expect(panel).to_contain_text("country is “ES” · this lead: “FR”")
    expect(panel).to_contain_text("employees is more than 1000 · this lead: 1500")
    expect(panel).to_contain_text("Because no rule matched: this is the default workflow.")
    audit(special)
    picture(special, "lead-why")


def test_the_run_is_drawn_on_its_workflow(special: Page) -> None:
    special.get_by_role("tab", name="Where in the workflow").click()
    expect(special.get_by_role("tabpanel").get_by_text("Its way through the workflow")).to_be_visible()


def test_a_note_is_kept_while_it_is_written_and_then_stands_on_the_timeline(special: Page) -> None:
    special.get_by_role("button", name="Add note").click()
    special.get_by_role("textbox", name="Note").fill("Prefers the afternoon")
    special.reload()
    special.get_by_role("button", name="Add note").click()
    expect(special.get_by_role("textbox", name="Note")).to_have_value("Prefers the afternoon")
    special.get_by_role("dialog").get_by_role("button", name="Add note").click()
    expect(special.get_by_role("tabpanel")).to_contain_text("Prefers the afternoon")


def test_a_lead_is_assigned_moved_stopped_and_goes_on(special: Page) -> None:
    special.get_by_role("button", name="Assign").click()
    dialog = special.get_by_role("dialog", name="Assign")
    dialog.get_by_role("button", name="Rep").first.click()
    special.get_by_role("option", name="Ana Torres").click()
    dialog.get_by_role("button", name="Assign").click()
    expect(special.get_by_text("Owner: Ana Torres")).to_be_visible()
    special.get_by_role("button", name="Move to workflow").click()
    dialog = special.get_by_role("dialog", name="Move to workflow")
    dialog.get_by_role("button", name="Workflow").first.click()
    special.get_by_role("option", name="Large accounts").click()
    dialog.get_by_role("button", name="Move to workflow").click()
    expect(special.get_by_role("link", name="Large accounts").first).to_be_visible()
    special.get_by_role("button", name="Stop automation").click()
    special.get_by_role("button", name="Resume automation").click()
    special.get_by_role("dialog").get_by_role("button", name="Resume automation").click()
    expect(special.get_by_role("button", name="Stop automation")).to_be_visible()


@pytest.fixture
def editing(page: Page, office: Office) -> Locator:
    """The panel in which a lead of each test's own is changed."""
    lead = {"first_name": "Vera", "email": "vera@example.com", "metadata": {"country": "ES", "size": 3, "plan": "007"}}
    lead_id = office.post("/api/public/leads", lead)["lead"]["id"]
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("button", name="Edit", exact=True).click()
    return page.get_by_role("dialog", name="Edit Vera")


def test_a_leads_own_fields_are_edited(editing: Locator, office: Office) -> None:
    page, lead_id = editing.page, editing.page.url.rsplit("/", 1)[1]
    audit(page)
    editing.get_by_role("textbox", name="Last name").fill("Roth")
    editing.get_by_role("textbox", name="E-mail").fill("")
    editing.get_by_role("textbox", name="country").fill("Spain, Madrid")
    editing.get_by_role("textbox", name="size").fill("12")
    editing.get_by_role("button", name="Add a field").click()
    editing.get_by_role("textbox", name="Field").fill("newsletter")
    editing.get_by_role("textbox", name="Value").fill("true")
    # Somebody else changes another field meanwhile.
    changed = office.site.api.patch(f"/api/public/leads/{lead_id}", json={"company": "Roth & Sons"})
    assert changed.is_success
    editing.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Vera Roth")).to_be_visible()
    lead = office.site.api.get(f"/api/public/leads/{lead_id}").json()["lead"]
    assert (lead["last_name"], lead["email"], lead["company"]) == ("Roth", None, "Roth & Sons")
    assert lead["metadata"] == {"country": "Spain, Madrid", "size": 12, "plan": "007", "newsletter": True}


def test_what_the_server_refuses_about_a_lead_stands_at_its_field(editing: Locator) -> None:
    editing.get_by_role("textbox", name="Phone").fill("1" * 101)
    editing.get_by_role("button", name="Save").click()
    phone = editing.get_by_role("textbox", name="Phone")
    expect(phone).to_have_accessible_description("Must have at most 100 characters")
    phone.fill("+14155550177")
    editing.get_by_role("button", name="Save").click()
    expect(editing).to_have_count(0)
    expect(editing.page.get_by_role("main")).to_contain_text("+14155550177")


def test_a_megabyte_of_metadata_is_shown_in_parts(page: Page, office: Office) -> None:
    metadata = {"first": "Here at once", **{f"key {number}": "x" * 1000 for number in range(950)}}
    lead_id = office.post("/api/public/leads", {"first_name": "Large", "metadata": metadata})["lead"]["id"]
    page.goto(f"/leads/{lead_id}")
    expect(page.get_by_text("Here at once")).to_be_visible()
    expect(page.get_by_text(re.compile(r"of 951 fields; 9\d\d kB in all"))).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    page.get_by_role("button", name="Show the next part").click()
    shown = page.get_by_role("region", name="Your own fields").last
    assert len(shown.inner_text()) < 60_000


def test_a_lead_that_is_not_there_says_so(page: Page, office: Office) -> None:
    page.goto("/leads/00000000-0000-0000-0000-000000000000")
    expect(page.get_by_role("heading", name="This lead is not here")).to_be_visible()
