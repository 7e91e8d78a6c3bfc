"""What can be set on a workflow (design §6): its zone, its calling hours and its caps on calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from pointsman.core.calling_hours import Hours, check_hours, parse_hours
from pointsman.core.values import Json
from pointsman.core.zones import NO_ZONE, find_zone

DEFAULT_ATTEMPTS_PER_DAY = 10
"""How often a lead may be called on one day when the workflow does not say: a loop must not hammer anybody."""

MOST_ATTEMPTS_PER_DAY = 1000
MOST_SIMULTANEOUS_CALLS = 100_000

KEYS = ("timezone", "calling_hours", "max_attempts_per_day", "max_simultaneous_calls")

_SHOWN = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowSettings:
    """A workflow's settings. None means: no own zone, any hour, as many calls at once as there are."""

    timezone: str | None = None
    hours: Hours | None = None
    max_attempts_per_day: int = DEFAULT_ATTEMPTS_PER_DAY
    max_simultaneous_calls: int | None = None


def check_settings(value: Json) -> list[tuple[str, str]]:
    """List what is wrong with the `settings` of a workflow, as (field, reason). Null counts as absent."""
    if not isinstance(value, Mapping):
        return [("settings", "must be an object")]
    problems = [
        (str(key)[:_SHOWN], f"is not a setting of a workflow; those are {', '.join(KEYS)}")
        for key in value
        if key not in KEYS
    ]
    given = {key: value[key] for key in KEYS if value.get(key) is not None}
    if "timezone" in given and find_zone(given["timezone"]) is None:
        problems.append(("timezone", NO_ZONE))
    if "calling_hours" in given:
        problems += check_hours(given["calling_hours"])
    for key, most in _CAPS.items():
        if key in given and not _is_count(given[key], most):
            problems.append((key, f"must be a whole number from 1 to {most}"))
    return problems


def read_settings(value: Json) -> WorkflowSettings:
    """Read stored settings; what is not usable in them counts as absent."""
    if not isinstance(value, Mapping):
        return WorkflowSettings()
    zone, hours = value.get("timezone"), value.get("calling_hours")
    attempts, calls = (value[key] if _is_count(value.get(key), most) else None for key, most in _CAPS.items())
    return WorkflowSettings(
        timezone=zone if find_zone(zone) else None,
        hours=None if check_hours(hours) else parse_hours(hours),
        max_attempts_per_day=attempts or DEFAULT_ATTEMPTS_PER_DAY,
        max_simultaneous_calls=calls,
    )


def _is_count(value: Json, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


_CAPS = {"max_attempts_per_day": MOST_ATTEMPTS_PER_DAY, "max_simultaneous_calls": MOST_SIMULTANEOUS_CALLS}
