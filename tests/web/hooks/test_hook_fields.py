"""What a hook makes of what came in: names it recognises, forms of advertisers, mappings and defaults."""

import asyncio
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.web.hooks.hooking import new_hook, one


@pytest.mark.parametrize(
    ("said", "first_name", "last_name", "metadata"),
    [
        ({"name": "Ana"}, "Ana", None, {}),
        ({"full_name": " Ana María  Ruiz "}, "Ana", "María  Ruiz", {}),
        ({"your-name": "Ana Ruiz", "last_name": "Soto"}, "Ana", "Soto", {}),
        ({"name": "Form 3", "first_name": "Ana"}, "Ana", None, {"name": "Form 3"}),
        ({"email": "ana@x.org"}, "ana@x.org", None, {}),
        ({"phone": 34600111222}, "34600111222", None, {}),
        ({"name": {"first": "Ana"}, "fname": "Ana"}, "Ana", None, {"name": {"first": "Ana"}}),
        ({"first_name": "Ana", "fname": "Anita"}, "Ana", None, {"fname": "Anita"}),
        ({"first_name": "", "name": "Ana Ruiz", "x": None, "y": []}, "Ana", "Ruiz", {}),
        ({"first_name": "Ana", "campaign_id": 77, "workflow_id": "w"}, "Ana", None,
         {"campaign_id": 77, "workflow_id": "w"}),
        ({"first_name": "Ana", "plan": "a", "metadata": {"plan": "b"}}, "Ana", None, {"plan": "b"}),
        ({"first_name": "Ana", "metadata.plan": "a"}, "Ana", None, {"plan": "a"}),
        ({"first_name": "Ana", "metadata": "loose"}, "Ana", None, {"metadata": "loose"}),
    ],
)  # fmt: skip
def test_names_are_recognised_and_the_rest_is_metadata(
    app: App, runner: asyncio.Runner, anybody: Client, path: str,
    said: dict[str, Any], first_name: str, last_name: str | None, metadata: dict[str, Any],
) -> None:  # fmt: skip
    assert anybody.post(path, said).status_code == 201
    lead = one(app, runner)
    assert (lead.first_name, lead.last_name, lead.metadata) == (first_name, last_name, metadata)


def test_lead_forms_of_facebook_are_understood(app: App, runner: asyncio.Runner, anybody: Client, path: str) -> None:
    said = {
        "id": "1138",
        "form_id": "77",
        "field_data": [
            {"name": "full_name", "values": ["Ana Ruiz"]},
            {"name": "email", "values": ["ana@x.org"]},
            {"name": "which_topics?", "values": ["price", "dates"]},
        ],
    }
    assert anybody.post(path, said).status_code == 201
    lead = one(app, runner)
    assert (lead.first_name, lead.last_name, lead.email, lead.external_id) == ("Ana", "Ruiz", "ana@x.org", "1138")
    assert lead.metadata == {"which_topics?": ["price", "dates"], "form_id": "77"}


def test_lead_forms_of_google_are_understood_and_their_key_is_not_kept(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    said = {
        "lead_id": "TeSter-123",
        "campaign_id": 123456,
        "google_key": "secret",
        "user_column_data": [
            {"column_id": "FULL_NAME", "column_name": "Full Name", "string_value": "Ana Ruiz"},
            {"column_id": "PHONE_NUMBER", "column_name": "Phone", "string_value": "+34600111222"},
        ],
    }
    assert anybody.post(path, said).status_code == 201
    lead = one(app, runner)
    assert (lead.first_name, lead.phone, lead.external_id) == ("Ana", "+34600111222", "TeSter-123")
    assert lead.metadata == {"campaign_id": 123456}


def test_field_data_of_another_kind_is_kept_as_it_came(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    said = {"first_name": "Ana", "id": 5, "field_data": [{"name": 1, "values": []}, "x"]}
    assert anybody.post(path, said).status_code == 201
    assert one(app, runner).metadata == {"id": 5, "field_data": [{"name": 1, "values": []}, "x"]}


def test_a_mapping_says_where_fields_are(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    mapping = {
        "name": "contact.names.0",
        "email": "Work.E-Mail",
        "metadata.size": "company.size",
        "external_id": "answers.1.text",
    }
    path = new_hook(alice, workflow_id=workflow_id, mapping=mapping)["path"]
    said = {
        "contact": {"names": ["Ana Ruiz", "x"]},
        "Work.E-Mail": "ana@x.org",
        "company": {"size": 70},
        "answers": [{"text": "a"}, {"text": 900719925474099}],
        "email": "other@x.org",
    }
    assert anybody.post(path, said).status_code == 201
    lead = one(app, runner)
    assert (lead.first_name, lead.last_name, lead.email) == ("Ana", "Ruiz", "ana@x.org")
    assert (lead.external_id, lead.company) == ("900719925474099", None)
    kept = {key: said[key] for key in ("contact", "company", "answers", "email")}
    assert lead.metadata == {**kept, "size": 70}


@pytest.mark.parametrize("path_", ["a.b.c.d", "answers.9", "answers.-1", "answers.٣", "answers.99999999999999", "..."])
def test_a_path_that_leads_nowhere_finds_nothing(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str, path_: str
) -> None:
    path = new_hook(alice, workflow_id=workflow_id, mapping={"company": path_})["path"]
    assert anybody.post(path, {"first_name": "Ana", "answers": ["x"], "a": {"b": 1}}).status_code == 201
    assert one(app, runner).company is None


def test_a_mapped_field_that_is_no_text_is_refused(alice: Client, anybody: Client, workflow_id: str) -> None:
    path = new_hook(alice, workflow_id=workflow_id, mapping={"email": "contact"})["path"]
    answer = anybody.post(path, {"first_name": "Ana", "contact": {"a": 1}})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "email must be a text, but contact holds something else",
    )


def test_defaults_fill_what_did_not_come_in(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    defaults = {"source": "Spring fair", "company": "Unknown", "metadata.booth": 7}
    path = new_hook(alice, workflow_id=workflow_id, defaults=defaults)["path"]
    anybody.post(path, {"first_name": "Ana", "company": "Acme"})
    lead = one(app, runner)
    assert (lead.source, lead.company, lead.metadata) == ("Spring fair", "Acme", {"booth": 7})
