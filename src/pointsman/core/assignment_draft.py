"""Who gets the leads of a rule, as somebody puts it together: its shape is checked in words for that person."""

from collections.abc import Mapping
from typing import Any

from pointsman.core.errors import Invalid
from pointsman.core.ruleset import EQUAL, LEAST_LOADED, WEIGHTED
from pointsman.core.ruleset_draft import check_assignment

LONGEST_REP, LONGEST_FIELD, MOST_TERRITORIES = 64, 500, 1000
_METHODS = (EQUAL, WEIGHTED, LEAST_LOADED)


def read_assignment(value: Any) -> dict[str, Any]:
    """Read who gets the leads, and return it as it is stored; reps keep the names that were sent."""
    kind = value.get("type") if isinstance(value, dict) else None
    match kind:
        case "specific_rep":
            _check_rep(value.get("rep_id"))
        case "round_robin":
            _check_pool(value.get("pool"), "add at least one person to the rotation")
            _check_method(value, _METHODS)
        case "territory":
            _check_territory(value)
        case "match":
            if not isinstance(value.get("where"), str) or not value["where"].strip():
                raise Invalid("say which people fit, such as rep.attributes.languages.contains(attributes.language)")
            _check_method(value, ("round_robin", LEAST_LOADED))
        case _:
            raise Invalid("choose who gets the leads")
    try:
        return check_assignment(value)
    except Invalid as problem:
        raise Invalid(problem.message.removeprefix(".where: ").removeprefix(".pool: ").lstrip(".")) from problem


def _check_territory(value: Mapping[str, Any]) -> None:
    field, pools = value.get("territory_field"), value.get("territory_map")
    if not isinstance(field, str) or not 0 < len(field) <= LONGEST_FIELD:
        raise Invalid("choose the field that tells the territory of a lead")
    if not isinstance(pools, dict) or not pools:
        raise Invalid("add at least one territory")
    if len(pools) > MOST_TERRITORIES:
        raise Invalid(f"there are at most {MOST_TERRITORIES} territories")
    for name, pool in pools.items():
        if not name:
            raise Invalid("name every territory as leads have it, such as UK")
        _check_pool([pool] if isinstance(pool, str) else pool, f"add at least one person to {name}")
    _check_method(value, _METHODS)


def _check_pool(pool: Any, empty: str) -> None:
    if not isinstance(pool, list) or not pool:
        raise Invalid(empty)
    for member in pool:
        rep, weight = (member.get("rep_id"), member.get("weight", 1)) if isinstance(member, dict) else (member, 1)
        _check_rep(rep)
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise Invalid(f"the weight of {rep!r} must be a number")


def _check_rep(rep: Any) -> None:
    if not isinstance(rep, str) or not 0 < len(rep) <= LONGEST_REP:
        raise Invalid("choose a person")


def _check_method(value: Mapping[str, Any], methods: tuple[str, ...]) -> None:
    if "method" in value and value["method"] not in methods:
        raise Invalid(f"method must be one of {', '.join(methods)}")
