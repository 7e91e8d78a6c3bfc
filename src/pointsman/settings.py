"""Every setting, read once. The only file that looks at the environment.

`docs/reference/settings.md` lists the same names; a test compares the two.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "POINTSMAN_"
MIB = 1024 * 1024
SHORTEST_LEASE = 5


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what would do."""


def _setting(default: Any, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set; `POINTSMAN_<NAME>` for each, or `POINTSMAN_<NAME>_FILE` to read it from a file."""

    data: str = _setting("pointsman-data", "Folder for the SQLite database; made when missing.")
    database_url: str = _setting("", "`postgresql://…` or `sqlite:///…`; when empty, SQLite in the data folder.")
    host: str = _setting("127.0.0.1", "Address that `serve` listens on.")
    port: int = _setting(8000, "Port that `serve` listens on.")
    processes: int = _setting(1, "HTTP processes that `serve` starts.")
    max_body_bytes: int = _setting(8 * MIB, "Largest request body, in bytes; larger ones answer 413.")
    max_upload_bytes: int = _setting(64 * MIB, "Largest file that can be imported in the browser, in bytes.")
    rate_limit: int = _setting(600_000, "Requests per minute and API key in each HTTP process; 0 for any number.")
    log_level: str = _setting("info", "`debug`, `info`, `warning` or `error`.")

    engine: bool = _setting(
        default=True, about="`false` lets `serve` serve only; run `pointsman engine` beside it then."
    )
    base_url: str = _setting(
        "", "Address that others reach this server at, for results of calls; when empty, `http://HOST:PORT`."
    )
    cors_origins: str = _setting(
        "*", "Origins of web pages that may call the API from a browser, separated by commas; `*` for any."
    )
    allow_http: bool = _setting(
        default=False,
        about="`true` lets other machines call `/api/v1` and sign in over plain HTTP, which shows keys and passwords.",
    )
    allow_private_urls: bool = _setting(
        default=False, about="`true` lets webhooks and calls go to private and local addresses."
    )
    call_url: str = _setting(
        "", "Voice platform that places the calls of agents unknown here; when empty, they are simulated."
    )
    call_secret: str = _setting("", "Signs what is sent to `POINTSMAN_CALL_URL`.")
    call_result_minutes: int = _setting(
        120, "How long to wait for the result of a call, in minutes; then it counts as failed."
    )
    email_api_key: str = _setting("", "Key for sending mail with Resend, or what speaks like it.")
    email_api_url: str = _setting("", "Where mail is sent to; when empty, Resend.")
    sms_account_sid: str = _setting("", "Twilio account that sends text messages and WhatsApp.")
    sms_auth_token: str = _setting("", "Token of that account.")
    sms_api_url: str = _setting("", "Where text messages are sent to; when empty, Twilio.")
    lease_seconds: int = _setting(
        60, "How long an engine may take over a call or message before another one tries it, in seconds; at least 5."
    )
    engine_poll_ms: int = _setting(500, "How often an idle engine looks for work, in milliseconds.")
    retention_days: int = _setting(
        90, "How long idempotency keys, settled effects, deliveries and events are kept, in days."
    )

    @property
    def hook_base(self) -> str:
        """What the addresses that results are sent to begin with."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def url(self) -> str:
        """The database to use, as a SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{Path(self.data) / 'pointsman.db'}"


def read_settings(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """Read the settings; what is `given` (and not None) wins over the environment."""
    values = {name: value for name, value in given.items() if value is not None}
    for setting in fields(Settings):
        text = _from_environment(environment, PREFIX + setting.name.upper())
        if text is not None and setting.name not in values:
            values[setting.name] = _convert(setting.name, setting.type, text)
    settings = Settings(**values)
    if settings.lease_seconds < SHORTEST_LEASE:
        raise SettingError(f"{PREFIX}LEASE_SECONDS must be at least {SHORTEST_LEASE}, not {settings.lease_seconds}")
    return settings


def _from_environment(environment: Mapping[str, str], name: str) -> str | None:
    if name in environment:
        return environment[name]
    file = environment.get(f"{name}_FILE")
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else None
    except OSError as problem:
        raise SettingError(f"{name}_FILE: cannot read {file}: {problem.strerror}") from problem


def _convert(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        return _truth(name, text)
    if kind is not int:
        return text
    try:
        return int(text)
    except ValueError as problem:
        raise SettingError(f"{PREFIX}{name.upper()} must be a whole number, not {text!r}") from problem


def _truth(name: str, text: str) -> bool:
    if text.lower() in ("true", "1", "yes", "on"):
        return True
    if text.lower() in ("false", "0", "no", "off", ""):
        return False
    raise SettingError(f"{PREFIX}{name.upper()} must be true or false, not {text!r}")
