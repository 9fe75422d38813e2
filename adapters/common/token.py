"""Whether a platform still accepts our token."""

from __future__ import annotations

import structlog

from bot.domain.errors import TryLater

log = structlog.get_logger(__name__)


class TokenRefused(TryLater):
    """The platform refuses the token: surely nothing was sent, and nothing can be until the host replaces it."""


class TokenState:
    """The state of one token, shared by everything that calls with it."""

    def __init__(self, platform: str) -> None:
        self.is_accepted = True
        self._platform = platform
        self._reason = ""

    def raise_if_refused(self) -> None:
        """Raises `TokenRefused` while the token is refused."""
        if not self.is_accepted:
            raise TokenRefused(self._reason)

    def mark_refused(self, reason: str) -> None:
        """Stop all calls with this token. Logged for the host at the first refusal only."""
        if self.is_accepted:
            log.error(
                "the token is refused; nothing is sent until it is taken again", platform=self._platform, why=reason
            )
        self.is_accepted, self._reason = False, reason

    def mark_accepted(self) -> None:
        if not self.is_accepted:
            log.info("the token is taken again", platform=self._platform)
        self.is_accepted = True
