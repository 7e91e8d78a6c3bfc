"""Serving the pages: to browsers, from a folder that nobody gets out of, with nothing from elsewhere."""

import gzip
from pathlib import Path

import pytest

from pointsman.web.console.pages import ADDRESSES
from tests.conftest import Client
from tests.web.console.conftest import People

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Pages have nothing to do with the database."""

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
INDEX = b"<!doctype html><title>Pointsman</title>"
SCRIPT = b"console.log('hello');\n" * 200


@pytest.fixture
def dist(people: People, tmp_path: Path) -> Path:
    """Built pages, and a file beside them that is not for anybody."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_bytes(INDEX)
    (dist / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    (dist / "assets" / "font-3c4d.woff2").write_bytes(b"wOF2" * 100)
    (dist / "assets" / "tiny-5e6f.css").write_bytes(b"a{}")
    (tmp_path / "secret.txt").write_text("secret")
    people.serve_pages_from(dist)
    return dist


@pytest.fixture
def browser(people: People, dist: Path) -> Client:
    return people.browser(**HTML)


@pytest.mark.parametrize("path", ["/", *ADDRESSES, "/leads/0198b1f0", "/settings/webhooks/1/deliveries"])
def test_a_browser_gets_the_console_at_every_address_of_a_page(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.content) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_pages_load_nothing_from_elsewhere_and_stand_in_no_frame(browser: Client) -> None:
    headers = browser.get("/").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    assert headers["cache-control"] == "no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["vary"] == "Accept"


def test_a_program_is_told_at_the_front_what_is_served_here(people: People, dist: Path) -> None:
    answer = people.browser(Accept="*/*").get("/")
    assert answer.json()["openapi"] == "/openapi.json"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", ["/leads", "/settings/users", "/welcome"])
def test_a_program_finds_nothing_at_the_addresses_of_pages(people: People, dist: Path, path: str) -> None:
    answer = people.browser(Accept="application/json").get(path)
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "Not found", "message": "There is nothing at this address"},
    )


@pytest.mark.parametrize("path", ["/nowhere", "/leadsx", "/api/public/nowhere", "/v1/nowhere", "/assets"])
def test_an_unknown_address_is_missing_for_a_browser_too(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(("path", "kind"), [("/nowhere", "text/html"), ("/v1/nowhere", "application/json")])
def test_a_lost_browser_gets_the_page_that_says_so_but_an_api_answers_as_ever(
    browser: Client, path: str, kind: str
) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (404, kind)


def test_a_program_that_is_lost_is_told_in_json(people: People, dist: Path) -> None:
    answer = people.browser(Accept="*/*").get("/nowhere")
    assert (answer.status_code, answer.json()["error"]) == (404, "Not found")


def test_before_the_pages_are_built_a_browser_is_told_how(people: People, tmp_path: Path) -> None:
    people.serve_pages_from(tmp_path / "none")
    answer = people.browser(**HTML).get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "make console" in answer.text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index-1a2b.js", "text/javascript; charset=utf-8"),
        ("font-3c4d.woff2", "font/woff2"),
        ("tiny-5e6f.css", "text/css; charset=utf-8"),
    ],
)
def test_a_part_of_the_pages_is_kept_for_ever(browser: Client, dist: Path, name: str, kind: str) -> None:
    answer = browser.get(f"/assets/{name}")
    assert answer.content == (dist / "assets" / name).read_bytes()
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_part_comes_packed_to_whoever_can_unpack_it(browser: Client) -> None:
    packed = browser.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "br, gzip"})
    plain = browser.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(SCRIPT, mtime=0))
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == SCRIPT
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_a_part_that_was_packed_when_it_was_built_comes_like_that(browser: Client, dist: Path) -> None:
    (dist / "assets" / "index-1a2b.js.br").write_bytes(b"packed")
    answer = browser.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "br"
    assert int(answer.headers["content-length"]) == len(b"packed")


def test_what_packing_does_not_make_smaller_comes_as_it_is(browser: Client) -> None:
    for name in ("tiny-5e6f.css", "font-3c4d.woff2"):
        assert "content-encoding" not in browser.get(f"/assets/{name}").headers


def test_pages_that_are_built_anew_are_served_without_a_restart(browser: Client, dist: Path) -> None:
    assert browser.get("/assets/tiny-5e6f.css").content == b"a{}"
    (dist / "index.html").write_bytes(b"new")
    (dist / "assets" / "new-7a8b.js").write_bytes(b"new")
    assert browser.get("/").content == b"new"
    assert browser.get("/assets/new-7a8b.js").content == b"new"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../index.html",
        "/assets/..%2findex.html",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets/%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "/assets/%2e%2e",
        "/assets/.",
        "/assets/%00",
        "/assets/index-1a2b.js%00.css",
        "/assets/" + "x" * 5000,
        "/assets/é",
    ],
)
def test_nobody_gets_out_of_the_folder(people: People, dist: Path, path: str) -> None:
    answer = people.browser().get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text
