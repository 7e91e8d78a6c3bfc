"""Requests with a file of leads: multipart bodies, repeats, and who may send them (contract section 5)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Cast, Client
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, new_node, new_workflow
from tests.web.dialnexa.uploads import WRONG_KIND, outcome, refusal, stored, upload

# ── multipart ────────────────────────────────────────────────────────────────────────────────────────────────────


def multipart(client: Client, workflow_id: str, body: bytes, kind: bytes = b"multipart/form-data; boundary=x") -> Any:
    path = f"{PATH}/{workflow_id}/leads"
    return outcome(client.request("POST", path, content=body, headers=[(b"content-type", kind)]))


FILE_PART = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\nphone_number\n5"
NOT_MULTIPART = refusal("Request body is not valid multipart/form-data")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", b"multipart/form-data; boundary=x"),
        (b"", b"multipart/form-data"),
        (b"--x\r\n", b"multipart/form-data; boundary=x"),
        (FILE_PART, b"multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n5\r\n--x--", b"multipart/form-data; boundary=x"),
        (b"--y--", b"multipart/form-data; boundary=x"),
        (b"--x--", b'multipart/form-data; boundary="\xc3\xa9"'),
        (b"--x\r\n" + b"A" * 100_000, b"multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_no_multipart_is_refused(alice: Client, body: bytes, kind: bytes) -> None:
    assert multipart(alice, new_workflow(alice), body, kind) == NOT_MULTIPART


def test_too_many_parts_are_refused(alice: Client) -> None:
    part = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
    assert multipart(alice, new_workflow(alice), part * 50 + b"--x--") == NOT_MULTIPART


@pytest.mark.parametrize(
    "files",
    [
        [("leads", ("leads.csv", b"phone_number\n5\n"))],
        [("file", ("a.csv", b"phone_number\n5\n")), ("file", ("b.csv", b"phone_number\n5\n"))],
    ],
)
def test_there_must_be_one_part_called_file(app: App, alice: Client, files: list[Any]) -> None:
    answer = alice.request("POST", f"{PATH}/{new_workflow(alice)}/leads", files=files)
    assert outcome(answer) == refusal("file is required: one part of that name, with the file")
    assert stored(app, alice)[0] == 0


def test_a_part_without_a_file_name_is_no_file(alice: Client) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nphone_number\n5\r\n--x--"
    assert multipart(alice, new_workflow(alice), body) == refusal(WRONG_KIND)


def test_the_charset_of_a_part_is_nobodys_business(alice: Client) -> None:
    head = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\nContent-Type: text/csv; charset=nope"
    assert multipart(alice, new_workflow(alice), head + b"\r\n\r\nphone_number\n5\r\n--x--")[0] == 201


def test_other_parts_do_not_matter(alice: Client) -> None:
    path = f"{PATH}/{new_workflow(alice)}/leads"
    answer = alice.request("POST", path, files={"file": ("a.csv", b"phone_number\n5\n")}, data={"note": "hello"})
    assert answer.status_code == 201


# ── repeats ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_request_repeated_under_its_key_is_done_once(app: App, alice: Client) -> None:
    workflow_id = new_workflow(alice)
    body = FILE_PART + b"\r\n--x--"
    headers = {"content-type": "multipart/form-data; boundary=x", "idempotency-key": "k1"}

    def send(content: bytes) -> Any:
        return outcome(alice.request("POST", f"{PATH}/{workflow_id}/leads", content=content, headers=headers))

    first = send(body)
    new_node(alice, workflow_id, "VOICE_CALL", config=VOICE)  # the number would not do any more
    assert send(body) == first
    assert first[0] == 201
    assert send(body.replace(b"5", b"6"))[0] == 409
    assert stored(app, alice)[0] == 1


def test_a_repeated_file_is_recognised_whatever_stands_between_the_parts(app: App, alice: Client) -> None:
    workflow_id, headers = new_workflow(alice), {"idempotency-key": "k1"}
    first = upload(alice, workflow_id, "phone_number\n5\n", headers=headers)  # each with a boundary of its own
    again = upload(alice, workflow_id, "phone_number\n5\n", headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    for content, name in (("phone_number\n6\n", "leads.csv"), ("phone_number\n5\n", "others.csv")):
        assert upload(alice, workflow_id, content, name, headers=headers).status_code == 409
    assert stored(app, alice)[0] == 1


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_elses_workflow_is_a_missing_one(app: App, alice: Client, charlie: Client) -> None:
    for workflow_id in (new_workflow(alice), "wf_0", "wf_00000000000070008000000000000000"):
        assert outcome(upload(charlie, workflow_id, "phone_number\n5\n")) == (404, MISSING)
    assert stored(app, alice)[0] == 0


def test_a_key_that_may_only_read_enrols_nobody(alice: Client, bob: Client, cast: Cast) -> None:
    workflow_id = new_workflow(alice)
    assert upload(bob, workflow_id, "phone_number\n5\n").status_code == 403
    assert upload(cast.member("Acme", scopes=("leads:write",)), workflow_id, "phone_number\n5\n").status_code == 201
