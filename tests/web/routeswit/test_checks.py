"""What is wrong with a body is said as zod 4.3.6 says it (contract routeswit section 6); its words are in zod.json."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pointsman.core.errors import Invalid, Unreadable
from pointsman.web.routeswit.checks import (
    MOST_ISSUES,
    Check,
    anything,
    boolean,
    by_kind,
    choice,
    either,
    email,
    listing,
    moment,
    number,
    optional,
    read_checked,
    read_value,
    record,
    shape,
    text,
    url,
    whole,
)

SAMPLES = json.loads(Path(__file__).with_name("zod.json").read_text(encoding="utf-8"))

PAIR = shape({"a": text(), "b": number()})
CHECKS = {
    "text": text(1, 128),
    "any_text": text(),
    "rep_id": text(1, 64, pattern="[a-zA-Z0-9_-]+", message="rep_id must be alphanumeric, hyphens, or underscores"),
    "lower": text(pattern="[a-z]+"),
    "email": email(),
    "short_email": email(10),
    "url": url(),
    "moment": moment(),
    "minutes": whole(1, 10080),
    "count": whole(0),
    "number": number(0.5, 10),
    "boolean": boolean(),
    "status": choice("active", "ooo", "inactive"),
    "webhook": choice("webhook"),
    "texts": listing(text(), least=1, most=3),
    "pairs": listing(PAIR, least=3),
    "record": record(),
    "lists": record(listing(text())),
    "anything": anything(),
    "optional": optional(text()),
    "nullable": optional(text(), null=True),
    "pair": PAIR,
    "member": either(text(), shape({"rep_id": text()})),
    "target": by_kind(
        "type",
        {
            "specific_rep": shape({"type": choice("specific_rep"), "rep_id": text(1)}),
            "round_robin": shape({"type": choice("round_robin"), "pool": listing(text(), least=1)}),
        },
    ),
}


def said(body: Any, check: Check) -> str | None:
    try:
        read_value(body, check)
    except Invalid as problem:
        return problem.message
    return None


@pytest.mark.parametrize("name", [None, *CHECKS])
def test_every_check_says_what_the_original_says(name: str | None) -> None:
    check = shape({"it": CHECKS[name] if name else text()})
    samples = [sample for sample in SAMPLES if sample["check"] == name]
    assert samples
    assert [(sample["body"], said(sample["body"], check)) for sample in samples] == [
        (sample["body"], sample["said"]) for sample in samples
    ]


def test_the_message_of_the_contract() -> None:
    assert said({}, shape({"lead_id": text(1, 128)})) == (
        '[\n  {\n    "expected": "string",\n    "code": "invalid_type",\n    "path": [\n      "lead_id"\n    ],\n'
        '    "message": "Invalid input: expected string, received undefined"\n  }\n]'
    )


def test_what_was_not_given_and_what_is_not_known_is_left_out() -> None:
    check = shape({"a": text(), "b": optional(text()), "c": optional(text(), null=True), "d": anything()})
    assert read_value({"a": "x", "c": None, "z": 1}, check) == {"a": "x", "c": None}


def test_moments_are_read_in_utc() -> None:
    assert read_value("2026-01-01T02:00:00.123456789+02:00", moment()) == datetime(2026, 1, 1, 0, 0, 0, 123456, UTC)
    assert read_value("9999-12-31T23:59:59-12:00", moment()) == datetime.max.replace(tzinfo=UTC)


def test_moments_that_no_database_keeps_are_refused() -> None:
    assert "Invalid ISO datetime" in str(said("0000-01-01T00:00:00Z", moment()))
    assert "Invalid ISO datetime" in str(said("1000-12-31T00:00:00Z", moment()))


def test_whole_numbers_may_be_written_with_a_point() -> None:
    read = read_value(5.0, whole(1, 10))
    assert (read, type(read)) == (5, int)


def test_addresses_that_are_not_of_the_web_are_refused() -> None:
    for address in ("ftp://example.com", "javascript:alert(1)", "http://[", "https://example.com:x y"):
        assert "Invalid URL" in str(said(address, url()))


def test_other_dialects_are_turned_into_this_one_before_checking() -> None:
    check = shape({"ruleset_id": text(1)})
    read = read_checked(b'{"slug": "emea"}', check, lambda body: {"ruleset_id": body["slug"]})
    assert read == {"ruleset_id": "emea"}


def test_what_is_no_object_is_not_normalised() -> None:
    with pytest.raises(Invalid, match="expected object, received array"):
        read_checked(b"[]", shape({}), lambda body: body["x"])


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"a": 1,}', b"\xff", b'{"a": "\\ud800"}', b"nul", b"{} {}", b'{"a": 1e999}']
)
def test_what_is_not_json_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_checked(raw, shape({}))


@pytest.mark.parametrize("raw", [b'{"a": "x\\u0000"}', b'{"\\u0000": 1}', b"[" * 100 + b"]" * 100, b"[" * 100_000])
def test_what_cannot_be_stored_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        read_checked(raw, shape({"a": anything()}))


def test_huge_numbers_are_refused_as_others_are() -> None:
    assert "Too big" in str(said({"n": 10**400}, shape({"n": whole(1, 10)})))
    with pytest.raises(Invalid, match=r"Too big|not valid JSON"):
        read_checked(b'{"n": ' + b"9" * 400 + b"}", shape({"n": whole(1, 10)}))


def test_a_body_wrong_in_many_places_is_answered_briefly() -> None:
    read: list[int] = []

    def count(value: Any, path: Any, issues: list[Any]) -> Any:
        read.append(value)
        return text().read(value, path, issues)

    for body, check in (
        ([1] * 10_000, listing(Check(count, {}))),
        ([1] * 10_000, listing(Check(count, {}), most=3)),
        ({str(key): 1 for key in range(10_000)}, record(Check(count, {}))),
        (["x"] * 10_000, listing(Check(count, {}), most=3)),
    ):
        read.clear()
        assert len(json.loads(str(said(body, check)))) <= MOST_ISSUES
        assert len(read) <= MOST_ISSUES + 3


def test_checks_describe_themselves() -> None:
    assert shape({"a": text(1, 5, pattern="[a-z]+"), "b": optional(whole(1, 9), null=True)}).schema == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^[a-z]+$"},
            "b": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 9}, {"type": "null"}]},
        },
        "required": ["a"],
    }
