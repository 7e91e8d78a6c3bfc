"""Reading what people wrote into the configuration of an agent or an action."""

from collections.abc import Mapping, Sequence

from pointsman.connectors.outcome import Never
from pointsman.core.values import Json


def text_in(config: Mapping[str, Json], name: str) -> str:
    """Take a text, or empty."""
    value = config.get(name)
    return value.strip() if isinstance(value, str) else ""


def missing_in(config: Mapping[str, Json], names: Sequence[str]) -> Never | None:
    """Name what is required and not there. `text|html` asks for one of the two, and is called by the first."""
    absent = [
        alternatives.partition("|")[0]
        for alternatives in names
        if not any(text_in(config, name) for name in alternatives.split("|"))
    ]
    return Never("missing_fields: " + ", ".join(absent)) if absent else None


def headers_in(config: Mapping[str, Json]) -> dict[str, str] | Never:
    """Take the headers: an object whose values are texts or numbers, in lower case."""
    given = config.get("headers")
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return Never("headers must be an object")
    headers: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return Never(f"the value of the header {name!r} must be a text")
        headers[str(name).lower()] = str(value)
    return headers
