"""Twilio's REST API, version 2010-04-01, and what speaks like it: form in, JSON out, HTTP basic authentication."""

from collections.abc import Mapping
from urllib.parse import quote

import httpx

from pointsman.connectors.clean import parsed_json
from pointsman.connectors.outbound import Form, Outbound, Response
from pointsman.connectors.outcome import Later, Never
from pointsman.connectors.settings import text_in
from pointsman.core.values import Json

API_URL = "https://api.twilio.com"
CREDENTIALS = ("account_sid", "auth_token")


async def create(outbound: Outbound, config: Mapping[str, Json], resource: str, form: Form) -> Response | Later | Never:
    """Create a call or a message; `api_url` names another host, for a region or another provider."""
    base = (text_in(config, "api_url") or API_URL).rstrip("/")
    account, token = (text_in(config, name) for name in CREDENTIALS)
    url = f"{base}/2010-04-01/Accounts/{quote(account, safe='', errors='replace')}/{resource}.json"
    return await outbound.post(url, data=form, headers={"accept": "application/json"}, auth=(account, token))


def error_code(answer: Response) -> int | None:
    """Read the number of the error, such as 21211, from an answer that is one."""
    said = parsed_json(answer.body)
    code = said.get("code") if isinstance(said, Mapping) else None
    return code if type(code) is int else None


def refusal(answer: Response, code: int | None) -> Never:
    """Say why Twilio refuses, with the number that its list of errors explains."""
    if answer.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Never(f"Twilio refuses these credentials ({code or answer.status})")
    return Never(f"Twilio answered {answer.status}" + (f", error {code}" if code else ""))
