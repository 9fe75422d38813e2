"""Whether a platform still takes our token."""

from __future__ import annotations

import structlog

from bot.domain.errors import TryLater

log = structlog.get_logger(__name__)


class Revoked(TryLater):
    """The platform refuses the token: surely nothing was sent, and nothing will be until the host has mended it."""


class Standing:
    """Shared by all that call with one token."""

    def __init__(self, platform: str) -> None:
        self.open = True
        self._platform = platform
        self._why = ""

    def check(self) -> None:
        """Raises `Revoked` while the token is refused."""
        if not self.open:
            raise Revoked(self._why)

    def close(self, why: str) -> None:
        """No call any more; the host is told once."""
        if self.open:
            log.error("the token is refused; nothing is sent until it is taken again", platform=self._platform, why=why)
        self.open, self._why = False, why

    def reopen(self) -> None:
        if not self.open:
            log.info("the token is taken again", platform=self._platform)
        self.open = True
