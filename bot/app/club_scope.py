"""Which club is meant by what somebody says, if any."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.parser import Invocation
from bot.domain.errors import UserError
from bot.domain.model import ClubKey
from bot.rules.context import BookContext

CLUB_AWARE_COMMANDS = frozenset(("resume", "share", "askclub"))  # commands of the board that may lead to the club


def needs_club(invocation: Invocation) -> bool:
    """Whether the club matters to what was said: the others are spared the reading of it."""
    return invocation.command.root == "club" or invocation.command.name in CLUB_AWARE_COMMANDS


def find_club_in_scope(context: BookContext, invocation: Invocation) -> ClubKey | None:
    """The one in which they speak; in private the one that a button names, or the only one they are in."""
    if context.actor and context.actor.club:
        return context.actor.club
    mine = [*(membership.club for membership in context.book.memberships), *context.book.clubs_with_my_data]
    if named := invocation.values.get("club"):
        return next((one for one in mine if one.team == named), None)
    return mine[0] if len(set(mine)) == 1 else None


def parse_or_none(parse_input: Callable[[], Invocation]) -> Invocation | None:
    """What was said; None when it cannot be read."""
    try:
        return parse_input()
    except UserError:
        return None
