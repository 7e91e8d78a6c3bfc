"""`/hooks/leads/<token>` and `/v1/lead-hooks`: leads from whoever has no key."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from pointsman.bootstrap import App
from pointsman.services.processors import RuleDraft, create_processor, create_rule
from pointsman.storage.tables import decisions, runs
from tests.cli.command import query, stored_leads
from tests.conftest import Cast, Client, Clock
from tests.factories import make_workflow, set_workflow_status

HOOKS = "/v1/lead-hooks"
BASE = "http://127.0.0.1:8000"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UNKNOWN = {"error": "Not found", "message": "There is no hook for leads at this address"}
MISSING = {"statusCode": 404, "message": "Lead hook not found", "error": "Not Found"}


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def anybody(cast: Cast) -> Client:
    """Somebody with a browser and no key."""
    return cast.stranger()


@pytest.fixture
def path(alice: Client, workflow_id: str) -> str:
    """Where the leads of a plain hook into the workflow go."""
    return str(new_hook(alice, workflow_id=workflow_id)["path"])


def new_hook(client: Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(HOOKS, {"name": "Website", **fields})
    assert answer.status_code == 201, answer.text
    hook: dict[str, Any] = answer.json()
    return {**hook, "path": hook["url"].removeprefix(BASE)}


def bare(id_: str) -> str:
    return id_.removeprefix("wf_").replace("-", "")


def one(app: App, runner: asyncio.Runner) -> Any:
    (lead,) = stored_leads(app, runner)
    return lead


def signed(
    body: bytes, clock: Clock, *, id_: str = "msg_1", secret: str = SECRET, at: timedelta = timedelta()
) -> dict[str, Any]:
    """What is sent with a signed body, as the public package signs it."""
    moment = clock.now + at
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, moment, body.decode()),
    }
    return {"content": body, "headers": headers}


# ── managing hooks ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_hook_shows_its_address(alice: Client, workflow_id: str) -> None:
    answer = alice.post(HOOKS, {"name": "Website", "workflow_id": workflow_id, "secret": SECRET})
    hook = answer.json()
    assert answer.status_code == 201
    assert alice.get(f"{HOOKS}/{hook['id']}").json() == hook
    assert SECRET not in answer.text
    assert hook.pop("id").startswith("hook_")
    assert len(hook.pop("url").removeprefix(f"{BASE}/hooks/leads/")) >= 22  # 128 bits in base64
    assert hook == {
        "name": "Website",
        "processor_id": None,
        "workflow_id": f"wf_{bare(workflow_id)}",
        "ruleset_id": None,
        "mapping": {},
        "defaults": {},
        "has_secret": True,
        "is_active": True,
        "created_at": "2026-03-31T12:00:00.000Z",
        "updated_at": "2026-03-31T12:00:00.000Z",
    }


def test_hooks_are_listed_newest_first_to_their_own_organization(
    alice: Client, charlie: Client, workflow_id: str, clock: Clock
) -> None:
    ids = []
    for _ in range(3):
        ids.append(new_hook(alice, workflow_id=workflow_id)["id"])
        clock.forward(seconds=1)
    page = alice.get(HOOKS, params={"limit": 2}).json()
    assert [hook["id"] for hook in page["data"]] == [ids[2], ids[1]]
    assert page["meta"] == {"page": 1, "limit": 2, "total": 3, "totalPages": 2}
    assert charlie.get(HOOKS).json()["data"] == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Exactly one of processor_id, workflow_id and ruleset_id is required: it says where the leads go"),
        ({"workflow_id": "W", "ruleset_id": "r"}, "Exactly one of processor_id, workflow_id and ruleset_id"),
        ({"workflow_id": "W", "secret": "short"}, "secret must stand for at least 16 bytes"),
        ({"workflow_id": "W", "secret": "whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%"}, "secret must stand for at least"),
        ({"workflow_id": "W", "secret": "x" * 513}, "secret must stand for at least 16 bytes"),
        ({"workflow_id": "W", "mapping": {"workflow_id": "a"}}, "mapping cannot have 'workflow_id': it can have"),
        ({"workflow_id": "W", "mapping": {"metadata.": "a"}}, "mapping cannot have 'metadata.'"),
        ({"workflow_id": "W", "mapping": {"email": " "}}, "mapping.email must be a path of 1 to 500 characters"),
        ({"workflow_id": "W", "mapping": {"email": "a" * 501}}, "mapping.email must be a path"),
        ({"workflow_id": "W", "mapping": {"email": 1}}, "mapping[...] must be a string"),
        (
            {"workflow_id": "W", "mapping": {f"metadata.{number}": "a" for number in range(101)}},
            "mapping must have at most 100 entries",
        ),
        ({"workflow_id": "W", "defaults": {"colour": "red"}}, "defaults cannot have 'colour'"),
        ({"workflow_id": "W", "defaults": {"source": 1}}, "defaults.source must be a string that is not blank"),
        ({"workflow_id": "W", "defaults": {"email": "e" * 321}}, "email must have at most 320 characters"),
        ({"workflow_id": "W", "defaults": {"campaign_id": "x"}}, "campaign_id not found or does not belong"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "javascript:alert(1)"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "//evil.example"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "https://"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "https://a b"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "https://a\r\nX-A: b"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "name": "a\0b"}, "Text must not contain NUL characters"),
        ({"workflow_id": "W", "name": " "}, "name"),
        ({"workflow_id": "W", "is_active": "yes"}, "is_active must be a boolean"),
    ],
)
def test_a_wrong_hook_is_refused(alice: Client, workflow_id: str, fields: dict[str, Any], message: str) -> None:
    fields = {key: workflow_id if value == "W" else value for key, value in fields.items()}
    answer = alice.post(HOOKS, {"name": "Website", **fields})
    assert answer.status_code == 400, answer.text
    assert answer.json()["message"].startswith(message)
    assert alice.get(HOOKS).json()["meta"]["total"] == 0


def test_targets_of_others_are_missing(app: App, alice: Client, charlie: Client, workflow_id: str) -> None:
    processor_id = new_processor(app, alice, workflow_id)
    for target in ({"workflow_id": workflow_id}, {"processor_id": processor_id}, {"workflow_id": "nonsense"}):
        assert charlie.post(HOOKS, {"name": "Mine", **target}).status_code == 404


def test_hooks_of_others_are_missing(alice: Client, charlie: Client, workflow_id: str) -> None:
    id_ = new_hook(alice, workflow_id=workflow_id)["id"]
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/rotate", None),
    ):
        for client, hook_id in ((charlie, id_), (alice, "nonsense"), (alice, "hook_" + "0" * 32)):
            answer = client.request(method, f"{HOOKS}/{hook_id}{tail}", json=body)
            assert (answer.status_code, answer.json()) == (404, MISSING)


def test_only_keys_for_routing_see_hooks_and_only_those_that_write_see_addresses(
    alice: Client, bob: Client, cast: Cast, workflow_id: str
) -> None:
    id_ = new_hook(alice, workflow_id=workflow_id)["id"]
    reader = cast.member("Acme", scopes=("routing:read",))
    assert bob.get(f"{HOOKS}/{id_}").status_code == 403
    assert reader.get(f"{HOOKS}/{id_}").json()["url"] is None
    assert reader.post(f"{HOOKS}/{id_}/rotate").status_code == 403
    assert cast.stranger().get(HOOKS).status_code == 401


def test_a_change_keeps_what_it_does_not_name(app: App, alice: Client, workflow_id: str, clock: Clock) -> None:
    processor_id = new_processor(app, alice, workflow_id)
    hook = new_hook(alice, workflow_id=workflow_id, secret=SECRET, defaults={"source": "web"})
    clock.forward(seconds=1)
    changed = alice.patch(f"{HOOKS}/{hook['id']}", {"processor_id": processor_id, "secret": None}).json()
    wanted = {"processor_id": processor_id, "workflow_id": None, "has_secret": False}
    hook.pop("path")
    assert changed == {**hook, **wanted, "updated_at": "2026-03-31T12:00:01.000Z"}
    assert alice.patch(f"{HOOKS}/{hook['id']}", {"processor_id": None}).status_code == 400
    assert alice.patch(f"{HOOKS}/{hook['id']}", {}).status_code == 400


def test_a_deleted_hook_takes_nothing_and_its_leads_stay(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    hook = new_hook(alice, workflow_id=workflow_id)
    anybody.post(hook["path"], {"first_name": "Ana"})
    assert alice.delete(f"{HOOKS}/{hook['id']}").json() == {"message": "Lead hook deleted."}
    assert anybody.post(hook["path"], {"first_name": "Ben"}).json() == UNKNOWN
    assert one(app, runner).first_name == "Ana"


def test_rotating_gives_a_new_address_and_ends_the_old_one(alice: Client, anybody: Client, workflow_id: str) -> None:
    hook = new_hook(alice, workflow_id=workflow_id)
    answer = alice.post(f"{HOOKS}/{hook['id']}/rotate")
    path = answer.json()["url"].removeprefix(BASE)
    assert (answer.status_code, answer.json()["id"]) == (200, hook["id"])
    assert anybody.post(hook["path"], {"first_name": "Ana"}).json() == UNKNOWN
    assert anybody.post(path, {"first_name": "Ana"}).status_code == 201


# ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_lead_enters_the_workflow_and_the_answer_is_small(
    app: App, runner: asyncio.Runner, anybody: Client, path: str, workflow_id: str
) -> None:
    answer = anybody.post(path, {"firstName": "Ana", "Email": "ana@x.org", "budget": 5, "utm_source": "ad"})
    lead = one(app, runner)
    assert (answer.status_code, answer.json()) == (
        201,
        {"success": True, "leads": [{"lead_id": lead.id, "workflow_id": f"wf_{bare(workflow_id)}"}]},
    )
    assert (lead.first_name, lead.email, lead.source) == ("Ana", "ana@x.org", "hook")
    assert lead.metadata == {"budget": 5, "utm_source": "ad"}
    (run,) = query(app, runner, select(runs))
    assert (run.lead_id, run.workflow_id) == (lead.id, workflow_id)


FIELDS = {"First Name": "Ana", "lname": "Ruiz", "phone_number": "+34600111222", "company": "Ñandú", "colour": "réd"}


@pytest.mark.parametrize(
    "request_",
    [
        {"json": FIELDS},
        {"json": [FIELDS]},
        {"content": json.dumps(FIELDS).encode(), "headers": {"Content-Type": "text/plain"}},
        {"content": json.dumps(FIELDS).encode()},
        {"data": FIELDS},
        {"files": {name: (None, value.encode()) for name, value in FIELDS.items()}},
        {"content": b"First+Name=Ana&lname=Ruiz&phone_number=%2B34600111222&company=%D1and%FA&colour=r%E9d",
         "headers": {"Content-Type": "application/x-www-form-urlencoded; charset=ISO-8859-1"}},
        {"content": "First+Name=Ana&lname=Ruiz&phone_number=%2B34600111222&company=Ñandú&colour=réd".encode(),
         "headers": {"Content-Type": "Application/X-WWW-Form-Urlencoded"}},
    ],
)  # fmt: skip
def test_every_encoding_says_the_same(
    app: App, runner: asyncio.Runner, anybody: Client, path: str, request_: dict[str, Any]
) -> None:
    answer = anybody.request("POST", path, **request_)
    assert answer.status_code == 201, answer.text
    lead = one(app, runner)
    assert (lead.first_name, lead.last_name, lead.phone, lead.company) == ("Ana", "Ruiz", "+34600111222", "Ñandú")
    assert lead.metadata == {"colour": "réd"}


def test_a_form_with_boxes_and_a_file_keeps_every_answer(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    files = [
        ("fname", (None, b"Ana")),
        ("topic", (None, b"price")),
        ("topic", (None, b"dates")),
        ("cv", ("cv.pdf", b"%PDF\xff\x00")),
        ("photo", ("", b"")),
        ("remark", (None, b" ")),
    ]
    assert anybody.request("POST", path, files=files).status_code == 201
    assert one(app, runner).metadata == {"topic": ["price", "dates"], "cv": "cv.pdf"}


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


# ── where they go ────────────────────────────────────────────────────────────────────────────────────────────────


def new_processor(app: App, client: Client, default_workflow_id: str, *, rule_to: str | None = None) -> str:
    def work(tx: Any) -> str:
        processor = create_processor(
            tx, client.org_id, app.clock(), name="P", description=None, default_workflow_id=default_workflow_id
        )
        if rule_to:
            conditions = [{"field": "metadata.budget", "operator": "gte", "value": 1000}]
            draft = RuleDraft(name="Rich", workflow_id=rule_to, conditions=conditions)
            create_rule(tx, client.org_id, processor.id, app.clock(), draft)
        return str(processor.id)

    return client.runner.run(app.db.write(work))


def test_a_processor_decides_about_each_lead(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    premium = make_workflow(app, alice, "Premium")
    path = new_hook(alice, processor_id=new_processor(app, alice, workflow_id, rule_to=premium))["path"]
    answer = anybody.post(path, [{"name": "Ana", "budget": "5000"}, {"name": "Ben", "budget": "5"}])
    assert [bare(lead["workflow_id"]) for lead in answer.json()["leads"]] == [bare(premium), bare(workflow_id)]
    assert len(query(app, runner, select(decisions))) == 2


def test_of_a_batch_each_lead_stands_for_itself(app: App, runner: asyncio.Runner, anybody: Client, path: str) -> None:
    deep: Any = {}
    for _ in range(70):
        deep = {"a": deep}
    items = [{"name": "Ana"}, "x", {}, {"name": "a\0b"}, {"name": "B", "email": "e" * 321}, {"x": deep}, {"name": "Cy"}]
    answer = anybody.post(path, items)
    leads_ = answer.json()["leads"]
    assert answer.status_code == 201
    assert [lead.get("error", "")[:20] for lead in leads_] == [
        "",
        "A lead must be an ob",
        "This says not who th",
        "Text must not contai",
        "email must have at m",
        "Request body is nest",
        "",
    ]
    assert [lead.first_name for lead in stored_leads(app, runner)] == ["Ana", "Cy"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"content": b""}, "Request body is not valid JSON. Request body must be a lead as a JSON object or a form"),
        ({"content": b"{"}, "Request body is not valid JSON. Request body must be a lead"),
        ({"content": b"\xff\xfe"}, "Request body is not valid JSON"),
        ({"content": b'"text"'}, "Request body must be a lead as a JSON object or a form, or an array"),
        ({"content": b"null"}, "Request body must be a lead"),
        ({"content": b"[]"}, "Request body must be a lead"),
        ({"content": b"[1]"}, "A lead must be an object"),
        ({"content": b"{}"}, "This says not who the lead is"),
        ({"content": b"[" * 5000 + b"]" * 5000}, "Request body is nested too deeply"),
        ({"json": [{"name": "Ana"}] * 1001}, "Maximum 1000 leads per request"),
        ({"json": {"name": "a\0b"}}, "Text must not contain NUL characters"),
        ({"json": {"name": "Ana", "k\0": 1}}, "Text must not contain NUL characters"),
        ({"json": {"name": "Ana", **{str(number): 1 for number in range(1000)}}}, "An object must not have more than"),
        ({"content": b"", "headers": FORM}, "This says not who the lead is"),
        ({"content": b"name=%00", "headers": FORM}, "Text must not contain NUL characters"),
        ({"content": b"name=%FF", "headers": FORM}, "Request body is not a valid form"),
        ({"content": b"&a=1" * 1001, "headers": FORM}, "Request body is not a valid form"),
        ({"content": b"name=Ana", "headers": {"Content-Type": f"{FORM['Content-Type']}; charset=utf-7"}},
         "Request body is not a valid form"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "Request body is not a valid form"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
         "Request body is not a valid form"),
        ({"files": {"name": (None, b"\xff")}}, "Request body is not a valid form"),
        ({"files": {"name": (None, b"\x00")}}, "Text must not contain NUL characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_would_do(
    app: App, runner: asyncio.Runner, anybody: Client, path: str, request_: dict[str, Any], message: str
) -> None:
    answer = anybody.request("POST", path, **request_)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] == "Validation error"
    assert answer.json()["message"].startswith(message)
    assert stored_leads(app, runner) == []


@pytest.mark.parametrize("number", ["1" * 30, "1" * 5000, "-1e400", "1e30"])
def test_numbers_of_any_size_are_no_fault_of_ours(anybody: Client, path: str, number: str) -> None:
    for body in (f'{{"phone": {number}}}', f'{{"name": "Ana", "size": {number}}}'):
        assert anybody.request("POST", path, content=body.encode()).status_code in (201, 400)


def test_a_body_that_is_too_large_is_refused(anybody: Client, path: str) -> None:
    answer = anybody.request("POST", path, content=b"name=" + b"x" * (9 * 1024 * 1024), headers=FORM)
    assert answer.status_code == 413


def test_a_lead_whose_external_id_is_known_is_there_already(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    said = {"lead_id": "L-1", "name": "Ana"}
    assert anybody.post(path, said).status_code == 201
    answer = anybody.post(path, {**said, "name": "Somebody else"})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "leads": [{"already_there": True}]})
    assert one(app, runner).first_name == "Ana"


def test_a_target_that_takes_no_leads_says_so(app: App, alice: Client, anybody: Client, path: str) -> None:
    (hook,) = alice.get(HOOKS).json()["data"]
    set_workflow_status(app, alice, hook["workflow_id"][3:], status="cancelled")
    workflow_id = make_workflow(app, alice, "Other")
    set_workflow_status(app, alice, workflow_id, status="cancelled")
    other = new_hook(alice, workflow_id=workflow_id)["path"]
    answer = anybody.post(other, {"name": "Ana"})
    assert (answer.status_code, answer.json()["message"]) == (400, "workflow is cancelled and takes no more leads")


def test_an_inactive_processor_takes_no_leads(app: App, alice: Client, anybody: Client, workflow_id: str) -> None:
    processor_id = new_processor(app, alice, workflow_id)
    path = new_hook(alice, processor_id=processor_id)["path"]
    alice.delete(f"/api/public/processors/{processor_id}")
    answer = anybody.post(path, {"name": "Ana"})
    assert (answer.status_code, answer.json()) == (
        409,
        {"error": "Conflict", "message": "This hook leads to what takes no leads now; nothing was stored"},
    )


# ── to people ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ruleset(alice: Client) -> str:
    """Spaniards go to Ana and Ben in turn; the others wait."""
    return make_ruleset(alice)


def make_ruleset(client: Client, **fields: Any) -> str:
    for ref in ("ana", "ben"):
        client.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.org", "timezone": "UTC"})
    pool = {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}
    rule = {
        "priority": 1,
        "name": "Spain",
        "conditions": [{"field": "country", "operator": "eq", "value": "ES"}],
        "assignment": pool,
    }
    body = {"ruleset_id": "people", "name": "People", "rules": [rule], **fields}
    answer = client.post("/api/v1/rules", {"fallback": {"type": "queue", "queue_id": "q"}, **body})
    assert answer.status_code == 201, answer.text
    return "people"


def test_a_ruleset_gives_leads_to_people(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, ruleset: str
) -> None:
    hook = new_hook(alice, ruleset_id=ruleset)
    assert hook["ruleset_id"] == ruleset
    said = [{"name": "Eva", "country": "ES"}, {"name": "Leo", "country": "ES"}, {"name": "Mia", "country": "PT"}, {}]
    answer = anybody.post(hook["path"], said)
    stored = stored_leads(app, runner)
    ana, ben = ({"rep_id": ref, "name": ref.title()} for ref in ("ana", "ben"))
    assert [lead.first_name for lead in stored] == ["Eva", "Leo", "Mia"]
    assert (answer.status_code, answer.json()["leads"][:3]) == (
        201,
        [{"lead_id": lead.id, "assigned_to": owner} for lead, owner in zip(stored, [ana, ben, None], strict=True)],
    )
    assert "acme.org" not in answer.text


def test_rules_see_the_fields_of_a_hooked_lead(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client
) -> None:
    rule = {"name": "R", "condition": "attributes.email.endsWith('.es') && attributes.source == 'fair'"}
    ruleset = make_ruleset(alice, rules=[{**rule, "target_id": "ben"}])
    path = new_hook(alice, ruleset_id=ruleset, defaults={"source": "fair"})["path"]
    answer = anybody.request("POST", path, content=b"Email+Address=eva%40x.es", headers=FORM)
    assert answer.json()["leads"][0]["assigned_to"] == {"rep_id": "ben", "name": "Ben"}


def test_a_known_lead_is_not_changed_by_a_hook(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, ruleset: str
) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    alice.post("/api/v1/leads", {"lead_id": "L-1", "ruleset_id": ruleset, "attributes": {"country": "ES"}})
    lead = one(app, runner)
    for name in ("L-1", lead.id, bare(lead.id)):
        answer = anybody.post(path, {"lead_id": name, "name": "Mallory", "country": "PT", "more": 1})
        assert (answer.status_code, answer.json()) == (200, {"success": True, "leads": [{"already_there": True}]})
    assert one(app, runner) == lead


def test_a_lead_for_people_sent_again_under_a_key_is_given_once(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, ruleset: str
) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    said = {"lead_id": "L-1", "name": "Eva", "country": "ES"}
    first, again = (anybody.post(path, said, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, first.text) == (201, again.text)
    assert one(app, runner).first_name == "Eva"


def test_a_strict_ruleset_without_anybody_free_stores_nothing(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client
) -> None:
    path = new_hook(alice, ruleset_id=make_ruleset(alice, on_unavailable="error"))["path"]
    for ref in ("ana", "ben"):
        alice.patch(f"/api/v1/reps/{ref}", {"status": "ooo"})
    answer = anybody.post(path, {"name": "Eva", "country": "ES"})
    assert (answer.status_code, answer.json()["message"]) == (
        409,
        "Nobody can take this lead now; it was not stored, so send it again later",
    )
    assert stored_leads(app, runner) == []


def test_a_deleted_ruleset_takes_no_leads(alice: Client, charlie: Client, anybody: Client, ruleset: str) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    assert charlie.post(HOOKS, {"name": "Mine", "ruleset_id": ruleset}).status_code == 404
    assert alice.delete(f"/api/v1/rules/{ruleset}").status_code == 204
    assert anybody.post(path, {"name": "Eva"}).status_code == 409
    assert alice.post(HOOKS, {"name": "Late", "ruleset_id": ruleset}).json()["message"] == "Ruleset not found"


def test_a_lead_for_people_of_a_foreign_campaign_is_refused(
    app: App, runner: asyncio.Runner, alice: Client, charlie: Client, anybody: Client, ruleset: str
) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    campaign = charlie.post("/api/public/campaigns", {"name": "Theirs"}).json()
    id_ = campaign.get("campaign", campaign)["id"]
    answer = anybody.post(path, {"name": "Eva", "campaign_id": id_})
    assert (answer.status_code, stored_leads(app, runner)) == (400, [])


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "a" * 5000, "é" * 32, "' OR 1=1 --" + "a" * 16])
def test_an_unknown_address_has_no_hook(anybody: Client, token: str) -> None:
    answer = anybody.post(f"/hooks/leads/{token}", {"name": "Ana"})
    assert (answer.status_code, answer.json()) == (404, UNKNOWN)


def test_an_inactive_hook_answers_like_none(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    hook = new_hook(alice, workflow_id=workflow_id, is_active=False)
    answer = anybody.post(hook["path"], {"name": "Ana"})
    assert (answer.status_code, answer.json(), stored_leads(app, runner)) == (404, UNKNOWN, [])
    alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": True})
    assert anybody.post(hook["path"], {"name": "Ana"}).status_code == 201


def test_leads_belong_to_the_hooks_organization_whatever_key_comes_along(
    app: App, runner: asyncio.Runner, alice: Client, charlie: Client, path: str
) -> None:
    assert charlie.post(path, {"name": "Ana"}).status_code == 201
    assert one(app, runner).org_id == alice.org_id


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_idempotency_key_works(app: App, runner: asyncio.Runner, anybody: Client, path: str) -> None:
    key = {"Idempotency-Key": "entry-1"}
    first, again = (anybody.post(path, {"name": "Ana"}, headers=key) for _ in range(2))
    other = anybody.post(path, {"name": "Ben"}, headers=key)
    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert (other.status_code, other.json()["message"]) == (
        409,
        "This Idempotency-Key was already used for a different request",
    )
    assert one(app, runner).first_name == "Ana"
    for bad in ("", "x" * 256):
        assert anybody.post(path, {"name": "Ana"}, headers={"Idempotency-Key": bad}).status_code == 400


def test_a_form_sent_again_with_another_boundary_is_the_same(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    texts = [anybody.request("POST", path, files={"name": (None, b"Ana")}, headers={"Idempotency-Key": "e"}).text
             for _ in range(2)]  # fmt: skip
    assert texts[0] == texts[1]
    assert one(app, runner).first_name == "Ana"


def test_keys_of_a_hook_are_not_those_of_programs(alice: Client, anybody: Client, path: str) -> None:
    key = {"Idempotency-Key": "entry-1"}
    assert anybody.post(path, {"name": "Ana"}, headers=key).status_code == 201
    assert alice.post("/api/public/leads", {"first_name": "Ben"}, headers=key).status_code == 201


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def guarded(alice: Client, workflow_id: str) -> str:
    """Where signed leads go."""
    return str(new_hook(alice, workflow_id=workflow_id, secret=SECRET)["path"])


BODY = '{"name": "Ana Ñ"}'.encode()


def forbidden(answer: httpx.Response, message: str) -> bool:
    return (answer.status_code, answer.json()) == (403, {"error": "Forbidden", "message": message})


def test_a_signed_lead_is_taken_once(
    app: App, runner: asyncio.Runner, anybody: Client, guarded: str, clock: Clock
) -> None:
    first = anybody.request("POST", guarded, **signed(BODY, clock))
    clock.forward(seconds=200)
    again = anybody.request("POST", guarded, **signed(BODY, clock))
    assert (first.status_code, first.text) == (201, again.text)
    other = anybody.request("POST", guarded, **signed(b'{"name": "Ben"}', clock))
    assert (other.status_code, other.json()["message"]) == (
        409,
        "This webhook-id was already used for a different request",
    )
    assert one(app, runner).first_name == "Ana"


def test_equal_signed_leads_that_come_together_are_stored_once(
    app: App, runner: asyncio.Runner, anybody: Client, guarded: str, clock: Clock
) -> None:
    request = signed(BODY, clock)

    async def send() -> list[httpx.Response]:
        return await asyncio.gather(*(anybody.http.request("POST", guarded, **request) for _ in range(5)))

    answers = runner.run(send())
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(stored_leads(app, runner)) == 1


def test_what_is_not_signed_is_refused(app: App, runner: asyncio.Runner, anybody: Client, guarded: str) -> None:
    answer = anybody.request("POST", guarded, content=BODY)
    wanted = "This hook takes signed requests only: send webhook-id, webhook-timestamp and webhook-signature"
    assert forbidden(answer, wanted)
    assert stored_leads(app, runner) == []


@pytest.mark.parametrize(
    "change",
    [
        {"content": BODY.replace(b"Ana", b"Eva")},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "1774958401"},
        {"webhook-timestamp": "01774958400"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": " "},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "v1a,AAAA v2,AAAA"},
        {"webhook-signature": b"v1,\xff"},
        {"content": b"\xff\xfe"},
    ],
)
def test_a_tampered_request_is_refused(
    app: App, runner: asyncio.Runner, anybody: Client, guarded: str, clock: Clock, change: dict[str, Any]
) -> None:
    request = signed(BODY, clock)
    request["content"] = change.get("content", BODY)
    request["headers"] |= {name: value for name, value in change.items() if name != "content"}
    answer = anybody.request("POST", guarded, **request)
    assert answer.status_code == 403, answer.text
    assert answer.json()["message"].startswith(
        ("The signature does not fit", "This hook takes signed", "webhook-timestamp")
    )
    assert stored_leads(app, runner) == []


def test_a_signature_under_another_secret_is_refused(anybody: Client, guarded: str, clock: Clock) -> None:
    request = signed(BODY, clock, secret="whsec_" + "A" * 32)
    assert anybody.request("POST", guarded, **request).status_code == 403


def test_one_of_several_signatures_is_enough(anybody: Client, guarded: str, clock: Clock) -> None:
    request = signed(BODY, clock)
    request["headers"]["webhook-signature"] = f"v1,AAAA v1a,x {request['headers']['webhook-signature']}"
    assert anybody.request("POST", guarded, **request).status_code == 201


@pytest.mark.parametrize(("minutes", "status"), [(-4.9, 201), (4.9, 201), (-5.1, 403), (5.1, 403), (-9e6, 403)])
def test_old_and_early_signatures_are_refused(
    anybody: Client, guarded: str, clock: Clock, minutes: float, status: int
) -> None:
    answer = anybody.request("POST", guarded, **signed(BODY, clock, at=timedelta(minutes=minutes)))
    assert answer.status_code == status


@pytest.mark.parametrize("timestamp", ["soon", "-1", "1e9", "9" * 5000, "99999999999", "\u0661\u0667"])
def test_a_timestamp_that_is_none_is_refused(anybody: Client, guarded: str, clock: Clock, timestamp: str) -> None:
    request = signed(BODY, clock)
    request["headers"]["webhook-timestamp"] = timestamp.encode()
    assert forbidden(
        anybody.request("POST", guarded, **request),
        "webhook-timestamp must be the present time in Unix seconds, give or take 5 minutes",
    )


def test_signatures_of_forms_are_over_what_is_sent(anybody: Client, guarded: str, clock: Clock) -> None:
    request = signed(b"name=Ana", clock)
    request["headers"] |= FORM
    assert anybody.request("POST", guarded, **request).status_code == 201


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

BROWSER = {**FORM, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_browser_that_sent_a_form_gets_a_page(anybody: Client, path: str) -> None:
    answer = anybody.request("POST", path, content=b"name=Ana", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (201, "text/html; charset=utf-8")
    assert "<h1>Thank you</h1>" in answer.text
    refused = anybody.request("POST", path, content=b"colour=red", headers=BROWSER)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "send a name, first_name, email or phone" in refused.text
    gone = anybody.request("POST", "/hooks/leads/" + "x" * 32, content=b"name=Ana", headers=BROWSER)
    assert (gone.status_code, "There is no hook" in gone.text) == (404, True)


def test_a_page_shows_nothing_of_what_came_in_as_markup(alice: Client, anybody: Client, workflow_id: str) -> None:
    mapping = {"email": "<script>alert(1)</script>"}
    path = new_hook(alice, workflow_id=workflow_id, mapping=mapping)["path"]
    files = {"name": (None, b"Ana"), "<script>alert(1)</script>": (None, b"x" * 400)}
    answer = anybody.request("POST", path, files=files, headers={"Accept": "text/html"})
    assert (answer.status_code, "<script>" in answer.text) == (400, False)


def test_a_browser_is_sent_on_to_the_hooks_own_page_and_nowhere_else(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    thanks = "https://example.org/thanks?a=1#top"
    path = new_hook(alice, workflow_id=workflow_id, defaults={"redirect_url": thanks})["path"]
    body = b"name=Ana&redirect_url=https://evil.example"
    answer = anybody.request("POST", path, content=body, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, thanks)
    assert one(app, runner).metadata == {"redirect_url": "https://evil.example"}
    assert anybody.request("POST", path, content=body, headers=FORM).status_code == 201
    assert anybody.request("POST", path, content=b"x=1", headers=BROWSER).status_code == 400


def test_scripts_on_any_page_may_post(anybody: Client, path: str) -> None:
    answer = anybody.post(path, {"name": "Ana"}, headers={"Origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
