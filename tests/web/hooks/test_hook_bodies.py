"""Bodies of `POST /hooks/leads/<token>`: every encoding, batches, and what cannot be read."""

import asyncio
import json
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.cli.command import stored_leads
from tests.conftest import Client
from tests.web.hooks.hooking import FORM, one

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
