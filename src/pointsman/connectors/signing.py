"""Signatures of what we send, after Standard Webhooks (standardwebhooks.com)."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from pointsman.connectors.outcome import Never


def signed_headers(secret: str, key: str, content: bytes) -> Mapping[str, str] | Never:
    """Sign a body. `secret` is base64, with or without `whsec_` before it, or empty; `key` becomes the message id."""
    if not secret:
        return {}
    now = datetime.now(UTC)
    encoded = secret.removeprefix("whsec_")
    try:
        secret_bytes = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        secret_bytes = b""
    if not secret_bytes:
        return Never("the secret must be base64, as in whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret_bytes).sign(key, now, content.decode()),
    }
