"""Which rules can give a rep a lead, and which of the leads that wait could have been the rep's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.availability import Rep
from pointsman.core.choosing import Crew, rep_facts
from pointsman.core.condition import Operator
from pointsman.core.evaluation import is_true
from pointsman.core.leaving import can_give, waits_for
from pointsman.core.reps import RepStatus
from pointsman.core.ruleset import AssignmentRule, LeastLoaded, Member, OneRep, Rotation, Skilled, Target, Territory
from pointsman.core.stored_condition import FromLead

FIELDS = ("land", "level", "skill")
VALUES = ("es", "fr", 1, 3)


def rep(id_: str = "ana", **attributes: Any) -> Rep:
    return Rep(
        id=id_,
        ref=id_,
        name=id_.title(),
        email=None,
        status=RepStatus.ACTIVE,
        ooo_until=None,
        overflow_to=None,
        timezone=None,
        attributes=attributes,
        working_hours=None,
        time_off=(),
        max_per_day=None,
        max_per_week=None,
        max_open=None,
    )


def compares(of_lead: bool) -> st.SearchStrategy[c.Condition]:
    value = st.sampled_from([FromLead(f"attributes.{name}") for name in FIELDS] if of_lead else VALUES)
    operator = st.sampled_from([Operator.EQ, Operator.NEQ, Operator.GT])
    path = st.sampled_from([f"rep.attributes.{name}" for name in FIELDS])
    return st.builds(c.Compare, path, operator, value)  # type: ignore[arg-type] # what stands for a lead's value


def wheres() -> st.SearchStrategy[c.Condition]:
    def grow(part: st.SearchStrategy[c.Condition]) -> st.SearchStrategy[c.Condition]:
        parts = st.lists(part, max_size=3).map(tuple)
        return st.builds(c.All, parts) | st.builds(c.Any, parts) | st.builds(c.Not, part)

    return st.recursive(compares(of_lead=True) | compares(of_lead=False), grow, max_leaves=6)


attributes = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES))


@given(where=wheres(), of_rep=attributes, of_lead=attributes)
def test_a_rule_that_gives_a_rep_one_lead_is_one_that_can(where: Any, of_rep: Any, of_lead: Any) -> None:
    target, ana = Skilled(where=where), rep(**of_rep)
    facts = {"attributes": of_lead}
    fits = is_true(target.where_for(facts), {"rep": rep_facts(ana)})
    assert can_give(target, ana) or not fits
    crew = Crew([AssignmentRule(priority=1, name="R", condition=c.All(()), target=target)], {})
    assert waits_for(crew, ana, facts, strict=False) == fits


@pytest.mark.parametrize(
    ("where", "can"),
    [
        (c.Compare("rep.attributes.land", Operator.EQ, "es"), True),
        (c.Compare("rep.attributes.land", Operator.EQ, "fr"), False),
        (c.Not(c.Compare("rep.attributes.land", Operator.EQ, "es")), False),
        (c.Compare("rep.attributes.land", Operator.EQ, FromLead("attributes.land")), True),
        (c.Compare("rep.attributes.skill", Operator.EQ, FromLead("attributes.skill")), False),
        (c.Compare("rep.attributes.skill", Operator.NEQ, FromLead("attributes.skill")), True),
    ],
)
def test_a_rule_that_suits_the_rep_for_no_lead_cannot_give_one(where: Any, can: bool) -> None:
    assert can_give(Skilled(where=where), rep(land="es")) is can


@pytest.mark.parametrize(
    "target",
    [
        OneRep(rep="ana"),
        Rotation(members=(Member(rep="ben"), Member(rep="ana"))),
        LeastLoaded(members=(Member(rep="ana"),)),
        Territory(field="attributes.land", map={"es": Rotation(members=(Member(rep="ana"),))}),
        Territory(field="attributes.land", map={}, default=LeastLoaded(members=(Member(rep="ana"),))),
    ],
)
def test_a_rule_that_names_the_rep_can_give_one(target: Target) -> None:
    assert can_give(target, rep("ana"))
    assert not can_give(target, rep("zoe"))


def test_a_lead_waits_only_for_those_of_its_territory() -> None:
    pools = {"es": Rotation(members=(Member(rep="ana"),)), "fr": Rotation(members=(Member(rep="ben"),))}
    target = Territory(field="attributes.land", map=pools)
    crew = Crew([AssignmentRule(priority=1, name="R", condition=c.All(()), target=target)], {})
    assert [waits_for(crew, rep("ana"), {"attributes": {"land": land}}, strict=False) for land in ("es", "fr")] == [
        True, False,
    ]  # fmt: skip


def test_in_a_strict_ruleset_only_the_first_rule_that_matches_counts() -> None:
    rules = [
        AssignmentRule(priority=place, name=ref, condition=c.All(()), target=OneRep(rep=ref))
        for place, ref in enumerate(("ben", "ana"))
    ]
    crew = Crew(rules, {})
    assert [waits_for(crew, rep("ana"), {"attributes": {}}, strict=strict) for strict in (False, True)] == [True, False]
