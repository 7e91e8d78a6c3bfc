"""What somebody sees who sent a form to a hook with a browser."""

import asyncio

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.web.hooks.hooking import FORM, new_hook, one

BROWSER = {**FORM, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_browser_that_sent_a_form_gets_a_page(anybody: Client, path: str) -> None:
    answer = anybody.request("POST", path, content=b"name=Ana", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (201, "text/html; charset=utf-8")
    assert "<h1>Thank you</h1>" in answer.text
    refused = anybody.request("POST", path, content=b"colour=red", headers=BROWSER)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "send a name, first_name, email or phone" in refused.text
    gone = anybody.request("POST", "/hooks/leads/" + "x" * 32, content=b"name=Ana", headers=BROWSER)
    assert (gone.status_code, "There is no hook" in gone.text) == (404, True)


def test_a_page_shows_nothing_of_what_came_in_as_markup(alice: Client, anybody: Client, workflow_id: str) -> None:
    mapping = {"email": "<script>alert(1)</script>"}
    path = new_hook(alice, workflow_id=workflow_id, mapping=mapping)["path"]
    files = {"name": (None, b"Ana"), "<script>alert(1)</script>": (None, b"x" * 400)}
    answer = anybody.request("POST", path, files=files, headers={"Accept": "text/html"})
    assert (answer.status_code, "<script>" in answer.text) == (400, False)


def test_a_browser_is_sent_on_to_the_hooks_own_page_and_nowhere_else(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    thanks = "https://example.org/thanks?a=1#top"
    path = new_hook(alice, workflow_id=workflow_id, defaults={"redirect_url": thanks})["path"]
    body = b"name=Ana&redirect_url=https://evil.example"
    answer = anybody.request("POST", path, content=body, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, thanks)
    assert one(app, runner).metadata == {"redirect_url": "https://evil.example"}
    assert anybody.request("POST", path, content=body, headers=FORM).status_code == 201
    assert anybody.request("POST", path, content=b"x=1", headers=BROWSER).status_code == 400


def test_scripts_on_any_page_may_post(anybody: Client, path: str) -> None:
    answer = anybody.post(path, {"name": "Ana"}, headers={"Origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
