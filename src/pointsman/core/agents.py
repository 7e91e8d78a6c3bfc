"""Agents: what each provider needs to know, and which part of it is a secret that is never shown again."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from pointsman.core.calls import PROVIDERS
from pointsman.core.errors import Invalid, SeveralInvalid

MASK = "********"
"""Stands where a secret is; sent back, it means the secret that is stored."""

LARGEST_CONFIG = 64 * 1024
"""Bytes of a config as JSON."""

_SECRET_ENDINGS = ("token", "secret", "apikey", "password", "authorization")
_ALL_SECRET = "headers"
"""Everything in this object is a secret, whatever it is called: headers are where credentials go."""


def check_agent(provider: str, config: Mapping[str, Any]) -> None:
    """Refuse a provider that is not there, or a config that it could not place a call with."""
    if provider not in PROVIDERS:
        raise Invalid(f"provider must be one of {', '.join(PROVIDERS)}")
    if len(msgspec.json.encode(config)) > LARGEST_CONFIG:
        raise Invalid(f"config must have at most {LARGEST_CONFIG} bytes as JSON")
    problems: list[str] = []
    if provider == "http":
        problems += _url_problems(config, required=True)
    if provider == "twilio":
        problems += [f"config.{name} is required" for name in ("account_sid", "auth_token") if _blank(config, name)]
        if _blank(config, "url") and _blank(config, "twiml"):
            problems.append("config.url or config.twiml is required")
        problems += _url_problems(config, required=False)
    if len(problems) > 1:
        raise SeveralInvalid(problems)
    if problems:
        raise Invalid(problems[0])


def mask(value: Any) -> Any:
    """Return a config as it may be shown: with a mask for every secret that is set."""
    if isinstance(value, Mapping):
        return {name: _covered(part) if _is_secret(name) else _masked_part(name, part) for name, part in value.items()}
    if isinstance(value, list):
        return [mask(part) for part in value]
    return value


def unmask(value: Any, stored: Any, path: str = "config") -> Any:
    """Return a config as it is to be stored: every mask that was sent back stands for the secret `stored` there."""
    if isinstance(value, Mapping):
        before = stored if isinstance(stored, Mapping) else {}
        return {name: unmask(part, before.get(name), f"{path}.{name}") for name, part in value.items()}
    if isinstance(value, list):
        items = stored if isinstance(stored, list) else []
        return [unmask(part, items[at] if at < len(items) else None, f"{path}[{at}]") for at, part in enumerate(value)]
    if value != MASK:
        return value
    if stored is None:
        raise Invalid(f"{path} must be the secret itself: none is stored that {MASK} could stand for")
    return stored


def _masked_part(name: str, part: Any) -> Any:
    if name.lower() == _ALL_SECRET and isinstance(part, Mapping):
        return {header: _covered(value) for header, value in part.items()}
    return mask(part)


def _covered(value: Any) -> Any:
    return value if value is None or value == "" else MASK


def _is_secret(name: str) -> bool:
    return name.lower().replace("_", "").replace("-", "").endswith(_SECRET_ENDINGS)


def _blank(config: Mapping[str, Any], name: str) -> bool:
    value = config.get(name)
    return not isinstance(value, str) or not value.strip()


def _url_problems(config: Mapping[str, Any], *, required: bool) -> list[str]:
    url = config.get("url")
    if url is None or url == "":
        return ["config.url is required"] if required else []
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        usable = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        parts, usable = None, False
    if parts is None or not usable:
        return ["config.url must be an http or https address"]
    if "@" in parts.netloc:
        return ["config.url must not hold a user name or password; put them into config.headers"]
    return []
