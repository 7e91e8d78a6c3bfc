"""The TIME node: how long a run waits.

A config says it in one of these forms:

    {"delay_hours": 48}, {"delay_minutes": 30}, or both, which add up
    {"value": 2, "unit": "seconds" | "minutes" | "hours" | "days"}
    {"time_source": "postcall_analysis", "pca_field": "callback_time"}

`postcall_analysis_field` is another name for `pca_field`, and the field may be `postcall_analysis.callback_time` too.
A config of the last form may have a fixed duration as well: it is what the run waits when the field is missing or
means nothing. `time_source` may also be `fixed` or `fixed_duration`. A day is 24 hours here; only spoken times know
clocks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pointsman.core.spoken_time import understand
from pointsman.core.values import Json, look_up
from pointsman.core.zones import UTC_ZONE, find_zone, in_utc, in_zone, later

LONGEST_DELAY = timedelta(days=3650)
DEFAULT_DELAY = timedelta(hours=24)
"""What a run waits when neither the field nor the config says anything usable."""

FROM_ANALYSIS = "postcall_analysis"
FIXED = ("fixed", "fixed_duration")
UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}

_PREFIX = f"{FROM_ANALYSIS}."
_FIELD_NAMES = ("pca_field", "postcall_analysis_field")
_PLAIN = {"delay_hours": UNITS["hours"], "delay_minutes": UNITS["minutes"]}
_LONGEST_FIELD = 200
_SHOWN = 80

_NO_FORM = (
    "is required; a delay is delay_hours, delay_minutes, value and unit, or time_source postcall_analysis and pca_field"
)
_NOT_LONG = "must be a number from 0 up to ten years"

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Release:
    """When a wait is over (UTC); `note` says so when that is not what the config asked for."""

    at: datetime
    note: str | None = None


def check_delay(config: Mapping[str, Json]) -> list[Problem]:
    """List what is wrong with the config of a TIME node, as (field, reason)."""
    source = config.get("time_source")
    problems = _check_duration(config)
    if source == FROM_ANALYSIS:
        return problems + _check_field(config)
    if source is not None and source not in FIXED:
        return [*problems, ("time_source", f"must be one of {', '.join((FROM_ANALYSIS, *FIXED))}")]
    if problems or _says_duration(config):
        return problems
    if source is None and _named_field(config) is not None:
        return [("time_source", f"must be {FROM_ANALYSIS} for a time from the analysis of a call")]
    return [("delay_hours", _NO_FORM)]


def release_at(
    config: Mapping[str, Json], now: datetime, analysis: Mapping[str, Json] | None, zone: ZoneInfo
) -> Release:
    """Say when a run that reaches a TIME node now goes on. Whatever the config and the analysis hold, it will.

    `analysis` is what was learnt in the lead's last call, and `zone` is whose clocks its spoken times mean.
    """
    now = in_utc(now)
    if not isinstance(config, Mapping):
        config = {}
    fixed = _duration(config)
    if config.get("time_source") != FROM_ANALYSIS:
        if fixed is not None:
            return Release(later(now, fixed))
        return _instead("the node has no usable delay", now, None)
    field = _field(config)
    if field is None:
        return _instead("the node names no field of the analysis", now, fixed)
    said = look_up({FROM_ANALYSIS: dict(analysis) if isinstance(analysis, Mapping) else None}, _PREFIX + field)
    if said is None or said == "":
        return _instead(f"{_show(_PREFIX + field)} is missing", now, fixed)
    moment = understand(said, in_zone(now, zone)) if isinstance(said, str) else None
    if moment is None or in_utc(moment) - now > LONGEST_DELAY:
        return _instead(f"{_show(_PREFIX + field)} is {_show(said)}, which names no time to come", now, fixed)
    return Release(in_utc(moment))


def zone_for(candidates: Iterable[str | None]) -> ZoneInfo:
    """Return the first of the zones that exists, else UTC.

    The order for spoken times: the zone stored with the call, the agent's, the one of the number's country, the
    workflow's (dialnexa contract section 3.1).
    """
    return next((zone for name in candidates if (zone := find_zone(name))), UTC_ZONE)


def _instead(problem: str, now: datetime, fixed: timedelta | None) -> Release:
    wait = DEFAULT_DELAY if fixed is None else fixed
    return Release(later(now, wait), f"{problem}; waits {_spell(wait)} instead")


def _check_duration(config: Mapping[str, Json]) -> list[Problem]:
    problems = [
        (name, _NOT_LONG)
        for name, unit in _PLAIN.items()
        if config.get(name) is not None and _times(config[name], unit) is None
    ]
    value, unit = config.get("value"), config.get("unit")
    if value is None and unit is None:
        return problems
    step = UNITS.get(unit) if isinstance(unit, str) else None
    if step is None:
        problems.append(("unit", f"must be one of {', '.join(UNITS)}"))
    if _times(value, step or UNITS["seconds"]) is None:
        problems.append(("value", _NOT_LONG))
    if any(config.get(name) is not None for name in _PLAIN):
        problems.append(("value", "must not be given beside delay_hours or delay_minutes"))
    return problems


def _check_field(config: Mapping[str, Json]) -> list[Problem]:
    if _field(config) is not None:
        return []
    reason = f"must be the name of a field, of at most {_LONGEST_FIELD} characters, such as callback_time"
    return [(_named_field(config) or "pca_field", reason)]


def _says_duration(config: Mapping[str, Json]) -> bool:
    return any(config.get(name) is not None for name in (*_PLAIN, "value"))


def _named_field(config: Mapping[str, Json]) -> str | None:
    return next((name for name in _FIELD_NAMES if config.get(name) is not None), None)


def _field(config: Mapping[str, Json]) -> str | None:
    """Return the bare name of the field to read."""
    named = _named_field(config)
    text = config[named] if named else None
    if not isinstance(text, str) or len(text) > _LONGEST_FIELD:
        return None
    return text.strip().removeprefix(_PREFIX) or None


def _duration(config: Mapping[str, Json]) -> timedelta | None:
    """Read the fixed duration of a config; None when it has none, or one that means nothing."""
    given = [_times(config[name], unit) for name, unit in _PLAIN.items() if config.get(name) is not None]
    if not given:
        unit = config.get("unit")
        given = [_times(config.get("value"), UNITS[unit]) if isinstance(unit, str) and unit in UNITS else None]
    total = timedelta()
    for part in given:
        if part is None:
            return None
        total += part
    return min(total, LONGEST_DELAY)


def _times(value: Json, unit: timedelta) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value * unit if 0 <= value <= LONGEST_DELAY / unit else None


def _show(value: Json) -> str:
    if not isinstance(value, str):
        return "no text"
    shown = repr(value[:_SHOWN])
    return shown if len(value) <= _SHOWN else f"{shown[:-1]}…{shown[-1]}"


def _spell(wait: timedelta) -> str:
    name = next((name for name, unit in reversed(UNITS.items()) if wait % unit == timedelta()), "seconds")
    amount = f"{wait / UNITS[name]:.10g}"
    return f"{amount} {name.removesuffix('s') if amount == '1' else name}"
