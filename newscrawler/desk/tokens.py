"""Who may write on the desk: a page that we made, opened on this machine, a while ago at most.

The token of a page is the time and its HMAC (RFC 2104) by a secret that ends with the process.  A page of another site can
have a browser post here, and cannot read the token.  Pure: the time and the secret are arguments.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import Enum

HOURS = 12  # that a page may lie open and still write


class TokenState(Enum):
    """What a token is."""

    GOOD = "good"
    EXPIRED = "expired"  # ours, and too old; or one of a process that is no more
    MISSING = "missing"


def token(secret: bytes, now: int) -> str:
    """A token of a page that is made now (seconds since 1970).

    >>> token_state(token(b"secret", 1000), b"secret", 1000 + 3600)
    <TokenState.GOOD: 'good'>
    """
    return f"{now:x}-{_sign(secret, now)}"


def token_state(told: str, secret: bytes, now: int) -> TokenState:
    """What a token is at a moment (seconds since 1970).

    >>> token_state("", b"secret", 0), token_state("3e8-00", b"secret", 1000)
    (<TokenState.MISSING: 'missing'>, <TokenState.EXPIRED: 'expired'>)
    """
    made, _, signature = told.partition("-")
    if not signature:
        return TokenState.MISSING
    try:
        at = int(made, 16)
    except ValueError:
        return TokenState.MISSING
    is_ours = hmac.compare_digest(_sign(secret, at), signature) if signature.isascii() else False
    return TokenState.GOOD if is_ours and 0 <= now - at < HOURS * 3600 else TokenState.EXPIRED


def _sign(secret: bytes, at: int) -> str:
    return hmac.new(secret, f"desk {at}".encode(), hashlib.sha256).hexdigest()[:32]
