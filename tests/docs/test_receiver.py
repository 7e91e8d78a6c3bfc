"""The receiver that the page on webhooks shows verifies what is sent, and nothing else."""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import HTTPServer
from typing import Any

import httpx
import pytest

from pointsman.bootstrap import App
from tests.conftest import Client, Clock
from tests.docs.examples import ROOT
from tests.engine.webhook_site import SECRET, Site

PAGE = ROOT / "docs/how-to/receive-webhooks.md"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[Any]]]:
    """The code of the page, running; yields its address and what it has handled."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    handled: list[Any] = []
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    names["handle"] = handled.append
    names["Receiver"].log_message = lambda *_: None
    with HTTPServer(("127.0.0.1", 0), names["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handled
        server.shutdown()
        thread.join()


def test_the_receiver_of_the_page_handles_each_event_once_and_nothing_forged(
    app: App, alice: Client, clock: Clock, runner: asyncio.Runner, receiver: tuple[str, list[Any]]
) -> None:
    app.settings = replace(app.settings, allow_private_urls=True)
    url, handled = receiver
    site = Site(app, alice, clock, runner)
    hook = site.hook(url)
    site.tell(2)
    site.drain()
    (first, _) = site.log(hook)
    alice.post(f"/v1/user-webhooks/{hook['id']}/deliveries/{first['id']}/resend")
    site.drain()
    forged = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    answer = httpx.post(url, content=b"{}", headers=forged)
    site.close()
    assert answer.status_code == 401
    assert {event["event_id"] for event in handled} == {item["event_id"] for item in site.log(hook)}
    assert len(handled) == 2
