"""`pointsman key`: create, list, revoke."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pointsman.cli.keys import read_expiry
from pointsman.core.access import Caller, KeyStyle, read_key
from pointsman.core.errors import Invalid
from pointsman.services.access import authenticate
from pointsman.storage.db import open_database
from tests.cli.command import pointsman

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


def holder(url: str, key: str) -> Caller | None:
    async def run() -> Caller | None:
        db = open_database(url)
        try:
            return await db.read(lambda tx: authenticate(tx, key, datetime.now(UTC)))
        finally:
            await db.close()

    return asyncio.run(run())


def create(url: str, *options: str) -> str:
    done = pointsman("key", "create", "--org", "Acme", "--database-url", url, *options)
    assert done.exit_code == 0, done.stderr
    return str(done.stdout.strip())


def listed(url: str, *options: str) -> list[str]:
    return list(pointsman("key", "list", "--database-url", url, *options).stdout.splitlines()[1:])


def test_create_prints_the_key_alone_on_stdout(database_url: str) -> None:
    done = pointsman("key", "create", "--org", "Acme", "--database-url", database_url)
    assert done.exit_code == 0
    assert done.stdout == f"{done.stdout.strip()}\n"
    assert done.stdout.startswith("nxr_live_")
    assert holder(database_url, done.stdout.strip()) is not None


@pytest.mark.parametrize("style", list(KeyStyle))
def test_every_style_is_a_working_key(database_url: str, style: KeyStyle) -> None:
    key = create(database_url, "--style", style)
    starts = {KeyStyle.NEXOR: "nxr_live_", KeyStyle.ROUTESWIT: "sk_live_", KeyStyle.DIALNEXA: f"{key[:16]}:"}
    assert key.startswith(starts[style])
    assert holder(database_url, key) is not None


def test_create_migrates_an_empty_database(tmp_path: Path) -> None:
    key = pointsman("key", "create", "--org", "Acme", "--data", tmp_path / "new").stdout.strip()
    assert holder(f"sqlite:///{tmp_path}/new/pointsman.db", key) is not None


def test_create_uses_the_organization_that_is_there(database_url: str) -> None:
    first, second = (holder(database_url, create(database_url)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.org_id == second.org_id


def test_scopes_restrict_the_key(database_url: str) -> None:
    caller = holder(database_url, create(database_url, "--scope", "leads:read", "--scope", "routing:write"))
    assert caller is not None
    assert caller.scopes == {"leads:read", "routing:write"}


def test_unknown_scope_is_refused_with_the_scopes_there_are(database_url: str) -> None:
    done = pointsman("key", "create", "--org", "Acme", "--scope", "leads:eat", "--database-url", database_url)
    assert done.exit_code == 2
    assert "leads:write" in done.stderr


def test_list_shows_keys_of_one_organization_without_their_secret(database_url: str) -> None:
    key = create(database_url, "--name", "website", "--scope", "leads:write")
    pointsman("key", "create", "--org", "Other", "--database-url", database_url)
    (line,) = listed(database_url, "--org", "Acme")
    key_id, secret = read_key(key) or ("", "")
    assert line.split()[:4] == [key_id, "Acme", "website", "leads:write"]
    assert line.endswith("active")
    assert secret not in line


@pytest.mark.parametrize("spell", [lambda key: key, lambda key: (read_key(key) or ("", ""))[0]])
def test_revoke_takes_the_key_or_its_id(database_url: str, spell: Any) -> None:
    key = create(database_url)
    assert pointsman("key", "revoke", spell(key), "--database-url", database_url).exit_code == 0
    assert holder(database_url, key) is None
    assert listed(database_url)[0].endswith("revoked")


def test_revoke_says_when_there_is_no_such_key(database_url: str) -> None:
    done = pointsman("key", "revoke", "nobody", "--database-url", database_url)
    assert (done.exit_code, done.stderr) == (1, "pointsman: no active key nobody\n")


def test_a_key_that_expires_is_listed_with_its_last_moment(database_url: str) -> None:
    create(database_url, "--expires", "2099-12-31")
    assert "2100-01-01 00:00" in listed(database_url)[0]


def test_expiry_in_days_counts_from_now() -> None:
    assert read_expiry("30d", NOW) == datetime(2026, 4, 30, 12, 0, tzinfo=UTC)


def test_expiry_on_a_date_includes_that_day() -> None:
    assert read_expiry("2026-03-31", NOW) == datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "30", "0d", "-1d", "2026-13-01", "2026-03-30", "9999-12-31"])
def test_an_expiry_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_expiry(text, NOW)
