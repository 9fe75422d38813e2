"""The club that a command is about, and what the member who runs the command may do there."""

from __future__ import annotations

import re

from bot.club.meeting import may_lead_club
from bot.domain.errors import BadValue, BadValueReason, ClubUnreadable, NoClub, NotClubMember, NotFacilitator
from bot.domain.model import Actor, Address, Club, ClubKey
from bot.handlers.args import Args
from bot.rules.context import BookContext

_MEMBER_OR_CHANNEL_MENTION = re.compile(r"<(@!?|#)([^<>|\s]+)(?:\|[^<>]*)?>")


def current_actor(context: BookContext) -> Actor:
    """Return who runs the command; if the platform sent no actor, one with the book owner's address only."""
    return context.actor or Actor(context.book.owner)


def require_club_key(context: BookContext) -> ClubKey:
    """Return the key of the club of the command, whether it is set up or not. Raises NoClub and ClubUnreadable."""
    if context.club_unreadable:
        raise ClubUnreadable
    if context.club:
        return context.club.key
    if (key := current_actor(context).club) is None:
        raise NoClub(club_possible=False)
    return key


def require_open_club(context: BookContext) -> Club:
    """Return the club if it is introduced and not ended. Raises NoClub and ClubUnreadable."""
    club = context.club
    if context.club_unreadable:
        raise ClubUnreadable
    if club is None or not club.is_open:
        raise NoClub(current_actor(context).club is not None, ended=bool(club and club.ended_at))
    return club


def is_club_member(context: BookContext) -> bool:
    return context.club is not None and context.book.membership_in(context.club.key) is not None


def require_joined_club(context: BookContext) -> Club:
    """Return the open club if the member has joined it. Raises NoClub, ClubUnreadable and NotClubMember."""
    club = require_open_club(context)
    if not is_club_member(context):
        raise NotClubMember
    return club


def require_visible_club(context: BookContext) -> Club:
    """Return the open club for its members and its leader. Raises NoClub, ClubUnreadable and NotClubMember."""
    return require_open_club(context) if is_club_leader(context) else require_joined_club(context)


def is_club_leader(context: BookContext) -> bool:
    return may_lead_club(context.club, current_actor(context), context.now)


def require_led_club(context: BookContext) -> Club:
    """Return the club, not ended, for its leader. Raises NoClub, ClubUnreadable and NotFacilitator."""
    if context.club_unreadable:
        raise ClubUnreadable
    if not is_club_leader(context):
        raise NotFacilitator
    if context.club is None or context.club.ended_at:
        raise NoClub(current_actor(context).club is not None, ended=context.club is not None)
    return context.club


def parse_channel_argument(context: BookContext, args: Args) -> str:
    """Return the platform's id of the channel that the argument mentions. Raises BadValue."""
    return _parse_mention_id(context, args.text("channel"), "channel", "#")


def parse_member_argument(context: BookContext, args: Args) -> Address:
    """Return the address of the member that the argument mentions. Raises BadValue."""
    owner = context.book.owner
    return Address(owner.platform, _parse_mention_id(context, args.text("member"), "member", "@"), owner.team)


def _parse_mention_id(context: BookContext, text: str, argument: str, sign: str) -> str:
    """Return the id in a mention such as `<@id>`. Raises BadValue.

    Only the console accepts a plain name as an id; elsewhere a typed name could be anybody's.
    """
    mention = _MEMBER_OR_CHANNEL_MENTION.fullmatch(text.strip())
    if mention and mention[1].startswith(sign):
        return mention[2]
    plain = text.strip().lstrip("@#")
    if context.book.owner.platform != "console" or not plain:
        reason = BadValueReason.NO_CLUB_CHANNEL if sign == "#" else BadValueReason.NO_CLUB_MEMBER
        raise BadValue(argument, reason, text)
    return plain


def is_shown_elsewhere(club: Club, args: Args) -> bool:
    """Whether the preview of a post named another channel than the club's present one, which others read."""
    return args.text("shown_in") not in ("", club.meeting.channel_id)
