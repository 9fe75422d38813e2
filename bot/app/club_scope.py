"""Which club an invocation is about, if any."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.parser import Invocation
from bot.domain.errors import UserError
from bot.domain.model import ClubKey
from bot.rules.context import BookContext

CLUB_AWARE_COMMANDS = frozenset(("resume", "share", "askclub"))  # commands of the board that may lead to the club


def needs_club(invocation: Invocation) -> bool:
    """Whether the invocation depends on the club; for others the club is not loaded."""
    return invocation.command.root == "club" or invocation.command.name in CLUB_AWARE_COMMANDS


def find_club_in_scope(context: BookContext, invocation: Invocation) -> ClubKey | None:
    """The club in whose workspace the member speaks; in private the one a button names, or the only one."""
    if context.actor and context.actor.club:
        return context.actor.club
    mine = [*(membership.club for membership in context.book.memberships), *context.book.clubs_with_my_data]
    if team := invocation.values.get("club"):
        return next((key for key in mine if key.team == team), None)
    return mine[0] if len(set(mine)) == 1 else None


def parse_or_none(parse_input: Callable[[], Invocation]) -> Invocation | None:
    """The invocation, or None when it cannot be parsed."""
    try:
        return parse_input()
    except UserError:
        return None
