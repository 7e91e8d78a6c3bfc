"""New ids and secrets: the one place below the edges that takes chance from the system."""

import os
import re
import secrets
import string
from base64 import b64encode
from datetime import datetime

from pointsman.core.access import KEY_ID_LENGTH, SECRET_LENGTH
from pointsman.core.ids import NOISE_BYTES_PER_ID, make_ids

TOKEN_FORM = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a token can look like; anything else is none of ours, and not fit to be looked up."""

_ALPHABET = string.ascii_letters + string.digits


def new_ids(now: datetime, count: int) -> list[str]:
    """Return `count` fresh ids, in ascending order."""
    return list(make_ids(now, os.urandom(NOISE_BYTES_PER_ID * count)))


def new_id(now: datetime) -> str:
    """Return one fresh id."""
    return new_ids(now, 1)[0]


def new_key() -> tuple[str, str]:
    """Return a fresh key id and secret."""
    return _letters(KEY_ID_LENGTH), _letters(SECRET_LENGTH)


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


def new_token() -> str:
    """Return a fresh token for an address that nobody can guess."""
    return secrets.token_urlsafe(24)


def new_session_token() -> str:
    """Return a fresh token of 256 bits, for the cookie of a session."""
    return secrets.token_urlsafe(32)


def new_webhook_secret() -> str:
    """Return a fresh secret as Standard Webhooks spells them."""
    return "whsec_" + b64encode(os.urandom(24)).decode()
