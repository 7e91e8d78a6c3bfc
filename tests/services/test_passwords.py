"""How passwords are hashed: in a way that is slow to guess, and can become slower."""

from argon2 import PasswordHasher

from pointsman.services.passwords import Passwords

PASSWORD = "correct horse battery"


def test_a_password_is_hashed_with_argon2id_64_mib_and_a_salt() -> None:
    first, second = (Passwords().hash(PASSWORD) for _ in range(2))
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert Passwords().is_right(first, PASSWORD)
    assert not Passwords().is_outdated(first)


def test_what_is_no_password_of_anybody_is_wrong() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    assert not Passwords().is_right(stored, PASSWORD + "!")
    assert not Passwords().is_right(None, PASSWORD)
    assert not Passwords().is_right("no hash", PASSWORD)


def test_a_password_hashed_with_other_parameters_is_right_and_outdated() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    assert Passwords().is_right(stored, PASSWORD)
    assert Passwords().is_outdated(stored)
