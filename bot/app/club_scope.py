"""Which club is meant by what somebody says, if any."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.parser import Invocation
from bot.domain.errors import UserError
from bot.domain.model import ClubKey
from bot.rules.context import Desk

WITH_CLUB = frozenset(("resume", "share", "askclub"))  # commands of the board that may lead to the club


def about_club(said: Invocation) -> bool:
    """Whether the club matters to what was said: the others are spared the reading of it."""
    return said.command.root == "club" or said.command.name in WITH_CLUB


def club_meant(desk: Desk, said: Invocation) -> ClubKey | None:
    """The one in which they speak; in private the one that a button names, or the only one they are in."""
    if desk.actor and desk.actor.club:
        return desk.actor.club
    mine = [*(one.club for one in desk.book.clubs), *desk.book.known_to]
    if named := said.values.get("club"):
        return next((one for one in mine if one.team == named), None)
    return mine[0] if len(set(mine)) == 1 else None


def understood(read: Callable[[], Invocation]) -> Invocation | None:
    """What was said; None when it cannot be read."""
    try:
        return read()
    except UserError:
        return None
