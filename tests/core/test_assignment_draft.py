"""Who gets the leads of a rule, as somebody puts it together."""

from typing import Any

import pytest

from pointsman.core.assignment_draft import read_assignment
from pointsman.core.errors import Invalid


@pytest.mark.parametrize(
    ("assignment", "problem"),
    [
        ({"type": "specific_rep"}, "choose a person"),
        ({"type": "specific_rep", "rep_id": 5}, "choose a person"),
        ({"type": "specific_rep", "rep_id": "x" * 65}, "choose a person"),
        ({"type": "round_robin"}, "add at least one person to the rotation"),
        ({"type": "round_robin", "pool": "ana"}, "add at least one person to the rotation"),
        ({"type": "round_robin", "pool": [{"weight": 1}]}, "choose a person"),
        ({"type": "round_robin", "pool": ["ana"], "method": "magic"}, "method must be one of equal_distribution"),
        ({"type": "round_robin", "pool": [{"rep_id": "ana", "weight": 0}]}, "the weight of 'ana' must be between"),
        ({"type": "round_robin", "pool": [{"rep_id": "ana", "weight": "2"}]}, "the weight of 'ana' must be a number"),
        ({"type": "territory", "territory_map": {"UK": ["ana"]}}, "choose the field that tells the territory"),
        ({"type": "territory", "territory_field": "a", "territory_map": {}}, "add at least one territory"),
        ({"type": "territory", "territory_field": "a", "territory_map": {"UK": []}}, "add at least one person to UK"),
        ({"type": "territory", "territory_field": "a", "territory_map": {"": ["ana"]}}, "name every territory"),
        ({"type": "match", "where": " "}, "say which people fit"),
        ({"type": "match", "where": ["x"]}, "say which people fit"),
        ({"type": "match", "where": "rep.attributes.x = 1"}, "line 1, column 18"),
        ({"type": "match", "where": "attributes.x == 1"}, "attributes.x is no field of a rep"),
        ({"type": "magic"}, "choose who gets the leads"),
        ([], "choose who gets the leads"),
        (None, "choose who gets the leads"),
    ],
)
def test_what_is_missing_is_said(assignment: Any, problem: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_assignment(assignment)
    assert caught.value.message.startswith(problem)


def test_assignment_is_returned_as_it_is_stored() -> None:
    pool = [{"rep": "ana", "weight": 2}, {"rep": "ben", "weight": 1}]
    assignment = {"type": "round_robin", "pool": [{"rep_id": "ana", "weight": 2}, "ben"], "method": "weighted"}
    assert read_assignment(assignment) == {"type": "round_robin", "method": "weighted", "pool": pool}
