"""The fields that leads have had."""

from pointsman.core.seen_fields import MOST_FIELDS, MOST_VALUES, find_fields


def test_kind_is_the_most_frequent() -> None:
    found = find_fields([{"size": 5}, {"size": "7"}, {"size": "many"}])
    assert found["size"].kinds.most_common(1)[0][0] == "number"


def test_kinds() -> None:
    lead = {"a": "x", "b": "2026-03-31", "c": True, "d": [1], "e": {}, "f": None, "g": 1.5}
    kinds = {path: next(iter(seen.kinds)) for path, seen in find_fields([lead]).items()}
    assert kinds == {"a": "text", "b": "date", "c": "yes_no", "d": "list", "e": "object", "g": "number"}


def test_objects_are_looked_into() -> None:
    assert list(find_fields([{"utm": {"campaign": {"name": {"deep": 1}}}}])) == ["utm.campaign.name"]


def test_values_that_come_again_are_suggested_most_frequent_first() -> None:
    leads = [{"country": value} for value in ("FR", "UK", "UK", "FR", "UK", "DE")]
    assert find_fields(leads)["country"].suggestions() == ["UK", "FR"]


def test_field_with_very_many_values_suggests_none() -> None:
    leads = [{"email": f"a{number % (MOST_VALUES + 1)}@x.test"} for number in range(100)]
    assert find_fields(leads)["email"].suggestions() == []


def test_long_values_are_not_suggested() -> None:
    assert find_fields([{"note": "x" * 61}] * 3)["note"].suggestions() == []


def test_fields_are_limited() -> None:
    assert len(find_fields([{f"k{number}": 1 for number in range(MOST_FIELDS + 5)}])) == MOST_FIELDS
