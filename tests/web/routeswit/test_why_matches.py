"""Why a rule that looks for people found these and not those; and the answer stays as it was given."""

from typing import Any

import pytest

from pointsman.services import explaining
from tests.conftest import Client, Clock
from tests.web.routeswit.hiring import changed, made
from tests.web.routeswit.ruling import rule, save

LAND = "rep.attributes.land == attributes.land"


def match(**options: Any) -> dict[str, Any]:
    return rule(assignment={"type": "match", "where": LAND, **options})


def routed(client: Client, lead_id: str = "L1", land: str = "es") -> str:
    lead = {"lead_id": lead_id, "ruleset_id": "inbound", "attributes": {"land": land}}
    return str(client.post("/api/v1/leads", lead).json()["data"]["explain_url"])


def why(client: Client, url: str) -> Any:
    """The first rule of a decision."""
    return client.get(url).json()["data"]["rules"][0]


def verdicts(story: Any) -> dict[str, str]:
    return {rep["rep_id"]: rep["verdict"] for rep in story["reps"]}


@pytest.mark.parametrize("method", ["round_robin", "least_loaded"])
def test_whoever_does_not_fit_is_named(alice: Client, method: str) -> None:
    for ref, land in (("ana", "es"), ("ben", "fr"), ("cleo", "es"), ("dan", None)):
        made(alice, ref, attributes={"land": land} if land else {})
    save(alice, match(method=method))
    asked = alice.post("/api/v1/rules/inbound/explain", {"attributes": {"land": "es"}}).json()["data"]["rules"][0]
    told = why(alice, routed(alice))
    assert verdicts(told) == {
        "ana": "chosen", "cleo": "somebody else's turn", "ben": "does not fit", "dan": "does not fit",
    }  # fmt: skip
    assert asked == told


def test_where_nobody_fits_everybody_is_named(alice: Client) -> None:
    made(alice, "ana", attributes={"land": "fr"})
    save(alice, match())
    told = why(alice, routed(alice))
    assert (told["skipped"], verdicts(told)) == ("nobody fits", {"ana": "does not fit"})


@pytest.mark.parametrize("method", ["round_robin", "least_loaded"])
def test_a_decision_reads_the_same_after_people_changed(alice: Client, clock: Clock, method: str) -> None:
    for ref, land in (("ana", "es"), ("ben", "fr"), ("cleo", "es")):
        made(alice, ref, attributes={"land": land}, max_open=1)
    save(alice, match(method=method))
    urls = [routed(alice, "L1"), routed(alice, "L2"), routed(alice, "L3"), routed(alice, "L4", "de")]
    before = [why(alice, url) for url in urls]
    assert verdicts(before[2]) == {"ana": "open_cap", "cleo": "open_cap", "ben": "does not fit"}
    clock.forward(minutes=1)
    for ref, land in (("ana", "de"), ("ben", "es"), ("cleo", "fr")):
        changed(alice, ref, attributes={"land": land}, status="inactive")
    made(alice, "zoe", attributes={"land": "de"})
    assert [why(alice, url) for url in urls] == before


def test_of_many_who_do_not_fit_some_are_named_and_the_rest_is_counted(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "MOST_UNFIT", 2)
    for ref in ("ana", "ben", "cleo", "dan", "eve"):
        made(alice, ref, attributes={"land": "es" if ref == "eve" else "fr"})
    save(alice, match())
    told = why(alice, routed(alice))
    assert verdicts(told) == {"eve": "chosen", "ana": "does not fit", "ben": "does not fit"}
    assert told["reps_not_listed"] == 2


def test_whoever_stands_in_is_not_also_named_as_not_fitting(alice: Client) -> None:
    made(alice, "ben")
    made(alice, "ana", attributes={"land": "es"}, status="ooo", overflow_to="ben")
    save(alice, match())
    assert verdicts(why(alice, routed(alice))) == {"ana": "out_of_office", "ben": "stands in"}
