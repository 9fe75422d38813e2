"""Which club an invocation is about, if any."""

from __future__ import annotations

from bot.commands import CLUB_ROOT
from bot.commands.parser import Invocation, ParsedInput, PlainWords
from bot.domain.model import ClubKey
from bot.rules.context import BookContext

CLUB_AWARE_COMMANDS = frozenset(("resume", "share", "askclub"))  # commands of the board that may lead to the club


def find_club_in_scope(context: BookContext, said: ParsedInput) -> ClubKey | None:
    """The club in whose workspace the member speaks; in private the one a button names, or the only one.

    None for an input that does not depend on a club, so that the club is not loaded.
    """
    invocation = said.as_command if isinstance(said, PlainWords) else said
    if not isinstance(invocation, Invocation) or not _needs_club(invocation):
        return None
    if context.actor and context.actor.club:
        return context.actor.club
    mine = [*(membership.club for membership in context.book.memberships), *context.book.clubs_with_my_data]
    if team := invocation.values.get("club"):
        return next((key for key in mine if key.team == team), None)
    return mine[0] if len(set(mine)) == 1 else None


def _needs_club(invocation: Invocation) -> bool:
    return invocation.command.root == CLUB_ROOT or invocation.command.name in CLUB_AWARE_COMMANDS
