"""`pointsman user invite` and `list`."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from pointsman.bootstrap import App
from pointsman.storage.tables import users
from tests.cli.command import pointsman, query
from tests.conftest import Client

START = "http://127.0.0.1:8000/welcome?token="


def invite(url: str, email: str, *options: str) -> str:
    done = pointsman("user", "invite", email, "--database-url", url, *options)
    assert done.exit_code == 0, done.stderr
    return str(done.stdout)


def listed(url: str, *options: str) -> list[list[str]]:
    lines = pointsman("user", "list", "--database-url", url, *options).stdout.splitlines()[1:]
    return [line.split() for line in lines]


def test_invite_prints_the_link_alone_on_stdout(database_url: str) -> None:
    printed = invite(database_url, "olga@example.com", "--org", "Acme")
    assert printed.startswith(START)
    assert printed == f"{printed.strip()}\n"


def test_the_link_begins_with_the_address_that_others_use(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTSMAN_BASE_URL", "https://leads.example.com/")
    printed = invite(database_url, "olga@example.com", "--org", "Acme")
    assert printed.startswith("https://leads.example.com/welcome?token=")


def test_invite_migrates_an_empty_database(tmp_path: Path) -> None:
    done = pointsman("user", "invite", "olga@example.com", "--org", "Acme", "--data", tmp_path / "new")
    assert (done.exit_code, done.stdout.startswith(START)) == (0, True)


def test_the_first_user_of_an_organization_is_its_owner_and_the_next_a_member(database_url: str) -> None:
    invite(database_url, "Olga@example.com", "--org", "Acme", "--name", "Olga")
    invite(database_url, "max@example.com")
    invite(database_url, "vera@example.com", "--role", "viewer")
    assert [(line[0], *line[2:4]) for line in listed(database_url)] == [
        ("olga@example.com", "Olga", "owner"),
        ("max@example.com", "max", "member"),
        ("vera@example.com", "vera", "viewer"),
    ]
    assert {line[-1] for line in listed(database_url)} == {"invited"}


def test_list_shows_the_users_of_one_organization(database_url: str) -> None:
    invite(database_url, "olga@example.com", "--org", "Acme")
    invite(database_url, "otto@example.com", "--org", "Other")
    assert [line[:2] for line in listed(database_url, "--org", "Other")] == [["otto@example.com", "Other"]]


def test_inviting_a_user_again_makes_a_new_link_and_no_other_user(database_url: str) -> None:
    links = {invite(database_url, "olga@example.com", *options) for options in (["--org", "Acme"], [], [])}
    assert len(links) == 3
    assert len(listed(database_url)) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("olga",), "email must be an e-mail address, such as ana@example.com"),
        (("max@example.com", "--name", " " * 3, "--org", "Acme"), "name must have 1 to 200 characters"),
        (("max@example.com", "--org", " "), "the organization needs a name"),
        (("olga@example.com", "--org", "Other"), "olga@example.com is a user of another organization"),
        (
            ("olga@example.com", "--role", "viewer"),
            "olga@example.com has the role owner already: without --role this makes a new link for them",
        ),
    ],
)
def test_who_cannot_be_invited_is_one_clear_line(database_url: str, options: tuple[str, ...], message: str) -> None:
    invite(database_url, "olga@example.com", "--org", "Acme")
    done = pointsman("user", "invite", *options, "--database-url", database_url)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"pointsman: {message}\n")


def test_of_several_organizations_one_must_be_named(alice: Client, charlie: Client, database_url: str) -> None:
    done = pointsman("user", "invite", "max@example.com", "--database-url", database_url)
    assert (done.exit_code, done.stderr) == (1, "pointsman: say which organization it is, with --org NAME\n")


def test_who_is_switched_off_is_let_in_by_an_administrator_only(
    app: App, database_url: str, runner: asyncio.Runner
) -> None:
    invite(database_url, "olga@example.com", "--org", "Acme")
    runner.run(app.db.write(lambda tx: tx.execute(update(users).values(is_active=False))))
    done = pointsman("user", "invite", "olga@example.com", "--database-url", database_url)
    assert (done.exit_code, done.stderr) == (1, "pointsman: This user is switched off: switch them on first\n")
    assert listed(database_url)[0][-2:] == ["switched", "off"]
    assert len(query(app, runner, users.select())) == 1
