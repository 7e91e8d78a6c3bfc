"""People of the console, who sign in as a browser does, and what they work on."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.services import sign_in_links
from pointsman.services import users as users_service
from pointsman.services.minting import new_id
from pointsman.services.passwords import Passwords
from pointsman.storage import sign_in_failures
from pointsman.storage.tables import sessions, users
from tests.conftest import Cast, Client, routes_of
from tests.factories import make_workflow
from tests.web.console.importing import start, uploaded
from tests.web.console.nurture import Nurture

PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
"""What is tested here does not depend on how long a guess takes."""


class People:
    """Makes users of one application, with the endpoints that make users."""

    def __init__(self, app: App, cast: Cast, runner: asyncio.Runner) -> None:
        self._app, self._runner, self._asgi = app, runner, cast._asgi
        self._state = routes_of(app).state
        self._state.passwords = Passwords(QUICK)
        self._open: list[httpx.AsyncClient] = []

    def browser(self, *, from_address: str = "127.0.0.1", **headers: Any) -> Client:
        """A browser in which nobody is signed in."""
        transport = httpx.ASGITransport(self._asgi, raise_app_exceptions=False, client=(from_address, 4711))
        http = httpx.AsyncClient(transport=transport, base_url="http://pointsman.test", headers=headers)
        self._open.append(http)
        return Client(self._runner, http)

    def forget_checks(self) -> None:
        """Let a moment pass, so that the next request asks the database who calls."""
        self._state.key_cache._checks.clear()

    def serve_pages_from(self, dist: Path) -> None:
        """Serve pages that were built into a folder."""
        self._state.dist = dist

    def first_token(self) -> Any:
        """The token of the link that the first start prints."""
        return token_of(self.run(lambda tx: sign_in_links.make_first_link(tx, self._app.clock())))

    def owner(self, organization: str = "Acme", email: str = "olivia@acme.test") -> Client:
        """The first user of all, signed in."""
        body = {"name": "Olivia", "email": email, "password": PASSWORD, "organization": organization}
        return self.enter(self.first_token(), body)

    def colleague(self, owner: Client, role: str, email: str = "") -> Client:
        """Somebody whom an owner invited, signed in."""
        invited = owner.post("/console/users", {"email": email or f"{role}@acme.test", "name": role, "role": role})
        assert invited.status_code == 201, invited.text
        return self.enter(token_of(invited.json()["link"]), {"password": PASSWORD})

    def enter(self, token: str, body: dict[str, Any]) -> Client:
        """Follow a link in a fresh browser."""
        browser = self.browser()
        answer = browser.post(f"/console/links/{token}", body)
        assert answer.status_code == 200, answer.text
        return carry_token(browser, answer.json())

    def sign_in(self, email: str, password: str = PASSWORD) -> Client:
        """Sign in in a fresh browser."""
        browser = self.browser()
        answer = browser.post("/console/session", {"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return carry_token(browser, answer.json())

    def fail_from(self, source: str, *, times: int) -> None:
        """Have attempts from somewhere failed just now."""
        now = self._app.clock()
        rows: list[dict[str, object]] = [{"id": new_id(now), "source": source, "failed_at": now} for _ in range(times)]
        self.run(lambda tx: sign_in_failures.insert_failures(tx, rows))

    def invite_from_command_line(self, email: str, organization: str | None = None) -> str:
        """Let somebody in as `pointsman user invite` does."""

        def work(tx: Any) -> str:
            now = self._app.clock()
            return users_service.let_in(tx, now, email=email, name=None, role=None, organization=organization)

        return str(self.run(work))

    def together(self, *requests: tuple[Client, str, str, Any]) -> list[int]:
        """Have several do something to users at the same time; returns the statuses."""

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(
                *(
                    who.http.request(method, f"/console/users/{user_id}", json=body)
                    for who, method, user_id, body in requests
                )
            )

        return [answer.status_code for answer in self._runner.run(send())]

    def count_owners(self) -> int:
        """How many owners can sign in."""
        query = select(func.count()).select_from(users).where(users.c.role == "owner", users.c.is_active)
        return int(self.run(lambda tx: tx.execute(query).scalar_one()))

    def weaken(self, email: str) -> None:
        """Store a password as a version with other parameters would have."""
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        self.run(lambda tx: tx.execute(update(users).where(users.c.email == email).values(password_hash=weak)))

    def password_hash(self, email: str) -> str:
        return str(
            self.run(lambda tx: tx.execute(select(users.c.password_hash).where(users.c.email == email)).scalar())
        )

    def seen_at(self) -> datetime:
        """When the only session was last used."""
        seen: datetime = self.run(lambda tx: tx.execute(select(sessions.c.seen_at)).scalar_one())
        return seen

    def run(self, work: Any) -> Any:
        return self._runner.run(self._app.db.write(work))

    def close(self) -> None:
        for http in self._open:
            self._runner.run(http.aclose())


def carry_token(browser: Client, session: dict[str, Any]) -> Client:
    """Send the token against forged requests with everything from now on, as our pages do."""
    browser.http.headers["X-CSRF-Token"] = session["csrf_token"]
    browser.org_id = session["organization"]["id"]
    return browser


def token_of(link: str | None) -> Any:
    return link and link.rpartition("=")[2]


@pytest.fixture
def people(app: App, cast: Cast, runner: asyncio.Runner) -> Iterator[People]:
    people = People(app, cast, runner)
    yield people
    people.close()


@pytest.fixture
def nurture(app: App, alice: Client) -> Iterator[Nurture]:
    """The sample sequence of Alice's organization, and an engine to go through it."""
    nurture = Nurture(app, alice)
    yield nurture
    nurture.close()


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    """The workflow `Sales` of Alice's organization."""
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def engine(app: App, runner: asyncio.Runner) -> Iterator[Engine]:
    """An engine that runs when it is told to."""
    engine = Engine(app)
    yield engine
    runner.run(engine.close())


@pytest.fixture
def done_import(alice: Client, runner: asyncio.Runner, engine: Engine, workflow_id: str) -> str:
    """An import of three rows, one of them without a first name, that is over."""
    id_ = uploaded(alice)
    assert start(alice, id_, workflow_id, mapping={"E-mail": "email"}).status_code == 200
    runner.run(engine.drain())
    return id_
