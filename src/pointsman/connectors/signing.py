"""Signatures of what we send, after Standard Webhooks (standardwebhooks.com) and after two vendors."""

import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from pointsman.connectors.outcome import Never
from pointsman.core.webhooks import SignatureHeader

PREFIX = "whsec_"


def signed_headers(secret: str, key: str, content: bytes) -> Mapping[str, str] | Never:
    """Sign a body. `secret` is base64, with or without `whsec_` before it, or empty; `key` becomes the message id."""
    if not secret:
        return {}
    secret_bytes = _decoded(secret)
    if not secret_bytes:
        return Never("the secret must be base64, as in whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    return _standard(secret_bytes, key, content)


def webhook_headers(secret: str, event_id: str, content: bytes, vendor: str | None) -> dict[str, str]:
    """Sign what goes to an endpoint, and also the way of a vendor where the endpoint asks for it.

    A vendor's signature is the HMAC-SHA256 of the body alone, in hexadecimal, under the secret as it is spelled.
    """
    headers = _standard(signing_key(secret), event_id, content)
    plain = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    if vendor == SignatureHeader.NEXOR:
        headers["x-nexor-signature"] = plain
    elif vendor == SignatureHeader.DIALNEXA:
        headers["x-dialnexa-signature"] = f"sha256={plain}"
    return headers


def signing_key(secret: str) -> bytes:
    """Return the key that a secret stands for: what its base64 says or, when it is none, its own bytes."""
    return _decoded(secret) or secret.encode()


def is_usable_secret(secret: str) -> bool:
    """Tell whether what calls itself `whsec_…` is base64; any other text will do."""
    return not secret.startswith(PREFIX) or bool(_decoded(secret))


def _standard(key: bytes, message_id: str, content: bytes) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(key).sign(message_id, now, content.decode()),
    }


def _decoded(secret: str) -> bytes:
    encoded = secret.removeprefix(PREFIX)
    try:
        return b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        return b""
