"""What an APPLICATION node does: its action, and what each action needs (design section 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pointsman.core.values import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """Something to do, and how: `config` is the node's `action_config`, which has all that the action needs."""

    kind: str
    config: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Form:
    """What an action looks at. Of each group in `needs` at least one has to be given."""

    needs: Sequence[Sequence[str]]
    texts: Sequence[str] = ()
    objects: Sequence[str] = ()


_MESSAGE = _Form(needs=[["body"], ["from"]], texts=["to", "from", "body"])

_FORMS: Mapping[str, _Form] = {
    "webhook": _Form(needs=[["url"]], texts=["url"], objects=["headers"]),
    "email": _Form(needs=[["from"], ["subject"], ["text", "html"]], texts=["to", "from", "subject", "text", "html"]),
    "sms": _MESSAGE,
    "whatsapp": _MESSAGE,
    "assign_rep": _Form(needs=[["ruleset_id", "rep_id"]], texts=["ruleset_id", "rep_id"]),
    "set_status": _Form(needs=[["status_key"]], texts=["status_key"]),
    "add_tag": _Form(needs=[["tag", "tag_id", "slug"]], texts=["tag", "tag_id", "slug"]),
    "update_lead": _Form(needs=[["fields", "metadata"]], objects=["fields", "metadata"]),
}

ACTIONS = tuple(_FORMS)
"""Every action."""

_PROVIDERS = {"wati": "whatsapp", "resend": "email"}
"""The action of a provider, for nodes that name nothing but their provider."""

_WEB = ("http://", "https://", "{{")
"""How the address of a webhook begins; a template is looked at when it is filled in."""


def action_of(config: Mapping[str, Json]) -> str | None:
    """Say which action a node performs, or None when it names none that we know."""
    names = (config.get("action_key"), config.get("function_key"), config.get("provider_key"))
    for name in names:
        kind = _PROVIDERS.get(name, name) if isinstance(name, str) else None
        if kind in _FORMS:
            return kind
    return None


def read_action(config: Mapping[str, Json]) -> Action | None:
    """Read the action of a node, or None when it cannot be performed as it is configured."""
    kind = action_of(config)
    if kind is None or check_action(config, complete=True):
        return None
    return Action(kind=kind, config=config["action_config"])


def check_action(config: Mapping[str, Json], *, complete: bool) -> list[tuple[str, str]]:
    """Say what is wrong with the action of a node as `(field, reason)`; what is missing only when it is `complete`."""
    kind, settings = action_of(config), config.get("action_config")
    problems = [] if kind else _unknown(config, complete=complete)
    if settings is not None and not isinstance(settings, dict):
        return [*problems, ("action_config", "must be an object")]
    if kind is None:
        return problems
    form, given = _FORMS[kind], settings or {}
    problems += [
        (f"action_config.{name}", "must be a text")
        for name in form.texts
        if not isinstance(given.get(name, ""), str | None)
    ]
    problems += [
        (f"action_config.{name}", "must be an object")
        for name in form.objects
        if not isinstance(given.get(name, {}), dict | None)
    ]
    url = given.get("url")
    if kind == "webhook" and isinstance(url, str) and url.strip() and not url.strip().lower().startswith(_WEB):
        problems.append(("action_config.url", "must begin with http:// or https://"))
    return [*problems, *_missing(form, given)] if complete else problems


def _unknown(config: Mapping[str, Json], *, complete: bool) -> list[tuple[str, str]]:
    named = next((name for name in ("action_key", "function_key") if config.get(name) not in (None, "")), None)
    if named is None:
        return [("action_key", "is required")] if complete else []
    return [(named, f"must be one of {', '.join(ACTIONS)}")]


def _missing(form: _Form, given: Mapping[str, Json]) -> list[tuple[str, str]]:
    return [
        (f"action_config.{group[0]}", "is required" + "".join(f", or {name}" for name in group[1:]))
        for group in form.needs
        if all(_is_blank(given.get(name)) for name in group)
    ]


def _is_blank(value: Json) -> bool:
    return value is None or value == {} or (isinstance(value, str) and not value.strip())
