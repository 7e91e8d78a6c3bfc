"""Agents: what each provider needs to know, and which part of it is a secret that is never shown again."""

from base64 import b64decode
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
_HEADERS = "headers"
"""Everything in this object is a secret, whatever its name: this is where credentials go."""


def check_agent(provider: str, config: Mapping[str, Any]) -> None:
    """Refuse a provider that is not there, or a config that it could not place a call with."""
    if provider not in PROVIDERS:
        raise Invalid(f"provider must be one of {', '.join(PROVIDERS)}")
    if len(msgspec.json.encode(config)) > LARGEST_CONFIG:
        raise Invalid(f"config must have at most {LARGEST_CONFIG} bytes as JSON")
    problems: list[str] = []
    if provider == "http":
        problems += [*_url_problems(config, required=True), *_http_problems(config)]
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
        return {name: _shown(name, part) for name, part in value.items()}
    if isinstance(value, list):
        return [mask(part) for part in value]
    return value


def unmask(value: Any, stored: Any, path: str = "config") -> Any:
    """Return a config as it is to be stored: every mask that was sent back stands for the secret `stored` there.

    In a list of another length than before, nobody can tell which secret a mask means.
    """
    if isinstance(value, Mapping):
        before = stored if isinstance(stored, Mapping) else {}
        return {name: unmask(part, before.get(name), f"{path}.{name}") for name, part in value.items()}
    if isinstance(value, list):
        items = stored if isinstance(stored, list) and len(stored) == len(value) else [None] * len(value)
        parts = enumerate(zip(value, items, strict=True))
        return [unmask(part, item, f"{path}[{at}]") for at, (part, item) in parts]
    if value != MASK:
        return value
    if stored is None:
        raise Invalid(f"{path} must be the secret itself: none is stored that {MASK} could stand for")
    return stored


def _shown(name: str, part: Any) -> Any:
    if name.lower() == _HEADERS and isinstance(part, Mapping):
        return {header: _covered(value) for header, value in part.items()}
    return _covered(part) if _is_secret(name) else mask(part)


def _covered(value: Any) -> Any:
    return value if value is None or value == "" else MASK


def _is_secret(name: str) -> bool:
    return name.lower() == _HEADERS or name.lower().replace("_", "").replace("-", "").endswith(_SECRET_ENDINGS)


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


def _http_problems(config: Mapping[str, Any]) -> list[str]:
    problems = []
    headers, secret = config.get("headers"), config.get("secret")
    if headers is not None and not (isinstance(headers, dict) and all(isinstance(v, str) for v in headers.values())):
        problems.append("config.headers must be an object of texts")
    if secret is not None and not _is_base64(secret):
        problems.append("config.secret must be base64, as in whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    return problems


def _is_base64(secret: Any) -> bool:
    if not isinstance(secret, str):
        return False
    encoded = secret.strip().removeprefix("whsec_")
    try:
        b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        return False
    return True
