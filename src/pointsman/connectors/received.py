"""Signatures of what we receive, after Standard Webhooks (standardwebhooks.com)."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from pointsman.connectors.signing import is_usable_secret, signing_key
from pointsman.core.errors import Invalid, NotAllowed

TOLERANCE = timedelta(minutes=5)
LONGEST_SECRET = 512
SHORTEST_KEY = 16
"""Bytes of a secret; half of them would be too few."""

NO_SECRET = f"secret must stand for at least {SHORTEST_KEY} bytes, as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw does"
UNSIGNED = "This hook takes signed requests only: send webhook-id, webhook-timestamp and webhook-signature"
LATE = "webhook-timestamp must be the present time in Unix seconds, give or take 5 minutes"
WRONG = "The signature does not fit: sign webhook-id, webhook-timestamp and the body as it is sent"

_TIMESTAMP = re.compile(r"[1-9][0-9]{0,10}")


def check_secret(secret: str) -> None:
    """Refuse what cannot be a secret."""
    fits = len(secret) <= LONGEST_SECRET and is_usable_secret(secret)
    if not fits or len(signing_key(secret)) < SHORTEST_KEY:
        raise Invalid(NO_SECRET)


def check_signature(secret: str, headers: Mapping[str, str], content: bytes, now: datetime) -> str:
    """Return the message id of a signed request; refuse one whose signature is missing, late or wrong."""
    message_id, timestamp, signatures = (
        headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature")
    )
    if not (message_id and timestamp and signatures):
        raise NotAllowed(UNSIGNED)
    if not _TIMESTAMP.fullmatch(timestamp):
        raise NotAllowed(LATE)
    sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    if abs(sent_at - now) > TOLERANCE:
        raise NotAllowed(LATE)
    try:
        expected = Webhook(signing_key(secret)).sign(message_id, sent_at, content.decode()).encode()
    except UnicodeError as problem:
        raise NotAllowed(WRONG) from problem
    if not any(hmac.compare_digest(expected, signature.encode()) for signature in signatures.split(" ")):
        raise NotAllowed(WRONG)
    return message_id
