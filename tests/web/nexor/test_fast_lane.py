"""A plain POST of leads goes past the framework; nobody can tell from the answer."""

import pytest

from tests.conftest import Cast, Client

LEADS = "/api/public/leads"
PROCESSOR = "/api/public/processors/00000000-0000-7000-8000-000000000000/leads"


@pytest.mark.parametrize("path", [LEADS, PROCESSOR])
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"5", b'{"first_name": 5}', b'[{"last_name": "A"}]', b'{"first_name": "A", "campaign_id": "x"}'],
)
def test_both_ways_refuse_alike(alice: Client, path: str, content: bytes) -> None:
    plain = alice.request("POST", path, content=content)
    ordinary = alice.request("POST", path, content=content, headers={"Idempotency-Key": "k"})
    assert (plain.status_code, plain.json()) == (ordinary.status_code, ordinary.json())


def test_both_ways_answer_alike(alice: Client) -> None:
    plain = alice.post(LEADS, {"first_name": "Ana", "plan": "x"})
    ordinary = alice.post(LEADS, {"first_name": "Ana", "plan": "x"}, headers={"Idempotency-Key": "k"})
    assert plain.status_code == ordinary.status_code == 201
    assert plain.headers["content-type"] == ordinary.headers["content-type"]
    assert {**plain.json()["lead"], "id": None} == {**ordinary.json()["lead"], "id": None}


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "nope"}, {"Authorization": "Bearer nope"}])
def test_both_ways_refuse_a_wrong_key_alike(cast: Cast, headers: dict[str, str]) -> None:
    stranger = cast.stranger(headers=headers)
    plain = stranger.post(LEADS, {"first_name": "Ana"})
    ordinary = stranger.post(LEADS, {"first_name": "Ana"}, headers={"Idempotency-Key": "k"})
    assert (plain.status_code, plain.json()) == (ordinary.status_code, ordinary.json())
    assert plain.status_code == 401


def test_a_key_without_the_scope_is_refused_on_both_ways(bob: Client) -> None:
    plain = bob.post(LEADS, {"first_name": "Ana"})
    ordinary = bob.post(LEADS, {"first_name": "Ana"}, headers={"Idempotency-Key": "k"})
    assert (plain.status_code, plain.json()) == (403, ordinary.json())
