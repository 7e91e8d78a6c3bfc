"""Roles, sessions, passwords and guessing, decided from values alone."""

from datetime import UTC, datetime, timedelta

import pytest

from pointsman.core.access import Caller, Scope
from pointsman.core.errors import Invalid
from pointsman.core.users import (
    SCOPES,
    Role,
    allowed,
    check_password,
    csrf_token,
    digest_token,
    read_email,
    same_on_every_keyboard,
    session_end,
    source_of,
    wait_until,
)

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_is_said_to_allow_is_what_the_guards_let_pass(role: Role) -> None:
    caller = Caller(org_id="o", key_id="u", scopes=frozenset(SCOPES[role]))
    assert allowed(role) == [scope for scope in Scope if caller.may(scope)]


def test_viewers_change_nothing_and_members_administrate_nothing() -> None:
    assert all(scope.endswith(":read") for scope in allowed(Role.VIEWER))
    assert Scope.ADMIN not in allowed(Role.MEMBER)
    assert allowed(Role.OWNER) == allowed(Role.ADMIN) == list(Scope)


def test_a_session_ends_twelve_hours_after_its_use_and_fourteen_days_after_it_began() -> None:
    assert session_end(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=13)
    assert session_end(NOW, NOW + timedelta(days=13, hours=23)) == NOW + timedelta(days=14)


@pytest.mark.parametrize("text", ["", "olga", "@", "olga@", "@acme", "a b@acme", "a@b@c", "x" * 320 + "@a", "a@b\nc"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_email(text)


def test_an_address_is_read_in_lower_case() -> None:
    assert read_email(" Ölga@Büro.example ") == "ölga@büro.example"


@pytest.mark.parametrize(("length", "is_fine"), [(11, False), (12, True), (1024, True), (1025, False)])
def test_only_the_length_of_a_password_is_looked_at(length: int, *, is_fine: bool) -> None:
    if is_fine:
        check_password(" " * length)
        return
    with pytest.raises(Invalid, match="12 to 1,024"):
        check_password("x" * length)


def test_a_password_is_spelled_in_one_way() -> None:
    assert same_on_every_keyboard("e\u0301") == same_on_every_keyboard("\u00e9")


def test_tokens_tell_nothing_of_each_other() -> None:
    assert len({"token", digest_token("token"), csrf_token("token"), csrf_token("other")}) == 4


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "local"),
        ("", "local"),
        ("unknown", "local"),
    ],
)
def test_guessing_is_counted_by_who_can_have_an_address(address: str | None, source: str) -> None:
    assert source_of(address) == source


def test_the_next_attempt_waits_until_the_oldest_failure_that_counts_is_over() -> None:
    failures = [NOW - timedelta(minutes=minutes) for minutes in (1, 2, 3, 4, 10)]
    assert wait_until(failures, 5) == NOW + timedelta(minutes=5)
    assert wait_until(failures[:4], 5) is None
