"""Asking for the figures of a month or of a rep."""

from datetime import timedelta
from typing import Any

from tests.conftest import Client

SUMMARY = "/api/v1/analytics/summary"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def summary(client: Client, **params: Any) -> dict[str, Any]:
    """The figures of a month."""
    answer = client.get(SUMMARY, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def refusal(client: Client, path: str = SUMMARY, **params: Any) -> tuple[int, str, str, str]:
    """Status, code, reason and message of what is refused."""
    answer = client.get(path, params=params)
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["reason"], error["message"]
