"""Passwords, hashed with Argon2id: each takes 64 MiB and a good part of a tenth of a second; never in a transaction."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pointsman.core.users import LONGEST_PASSWORD, same_on_every_keyboard


class Passwords:
    """Hashes and compares passwords, with the parameters of the hasher."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        """Hash a password for storing."""
        return self._hasher.hash(same_on_every_keyboard(password))

    def is_right(self, stored: str | None, password: str) -> bool:
        """Tell whether this is the password whose hash is stored. It takes as long when none is, and none is right."""
        spelled = same_on_every_keyboard(password[: LONGEST_PASSWORD + 1])
        if stored is None:
            self._hasher.hash(spelled)
            return False
        try:
            return self._hasher.verify(stored, spelled)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a password was hashed with other parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)
