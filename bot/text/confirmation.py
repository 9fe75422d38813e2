"""The confirmation code of a final act: what was shown when its button was drawn, and when that was.

A button stays in a conversation for ever. Whoever presses it weeks later, or after things have changed, has not agreed
to what would happen now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

CONFIRMATION_LIFETIME = timedelta(minutes=10)
_DIGEST_BYTES = 3


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a final act was confirmed; if not, the code for a button that confirms it."""

    is_given: bool
    code: str


def check_confirmation(given_code: str, now: datetime, *shown: object) -> Confirmation:
    """Given, if the code was made for the same `shown`, at most ten minutes ago."""
    digest, drawn_at = given_code[: 2 * _DIGEST_BYTES], given_code[2 * _DIGEST_BYTES :]
    try:
        age = timedelta(seconds=abs(int(now.timestamp()) - int(drawn_at, 16)))  # the clock may have been set back
    except (ValueError, OverflowError):
        age = timedelta.max
    is_given = digest == _digest(shown) and age <= CONFIRMATION_LIFETIME
    return Confirmation(is_given, confirmation_code(now, *shown))


def confirmation_code(now: datetime, *shown: object) -> str:
    """The code of a button drawn now: 14 letters and digits."""
    return f"{_digest(shown)}{int(now.timestamp()):08x}"


def _digest(shown: tuple[object, ...]) -> str:
    return blake2b("\0".join(map(str, shown)).encode(), digest_size=_DIGEST_BYTES).hexdigest()
