"""Which club is meant, and what its speaker may do there."""

from __future__ import annotations

import re

from bot.club.meeting import may_lead_club
from bot.domain.errors import BadValue, BadValueReason, ClubUnreadable, NoClub, NotClubMember, NotFacilitator
from bot.domain.model import Actor, Address, Club, ClubKey
from bot.handlers.args import Args
from bot.rules.context import BookContext

_MEMBER_OR_CHANNEL_MENTION = re.compile(r"<(@!?|#)([^<>|\s]+)(?:\|[^<>]*)?>")


def current_actor(context: BookContext) -> Actor:
    """Who speaks; by the book alone when the platform told nothing."""
    return context.actor or Actor(context.book.owner)


def require_club_key(context: BookContext) -> ClubKey:
    """The club in which they speak, whether it is set up or not. Raises `NoClub` and `ClubUnreadable`."""
    if context.club_unreadable:
        raise ClubUnreadable
    if context.club:
        return context.club.key
    if (key := current_actor(context).club) is None:
        raise NoClub(club_possible=False)
    return key


def require_open_club(context: BookContext) -> Club:
    """The club, introduced and not ended. Raises `NoClub` and `ClubUnreadable`."""
    club = context.club
    if context.club_unreadable:
        raise ClubUnreadable
    if club is None or not club.is_open:
        raise NoClub(current_actor(context).club is not None, ended=bool(club and club.ended_at))
    return club


def is_club_member(context: BookContext) -> bool:
    return context.club is not None and context.book.membership_in(context.club.key) is not None


def require_joined_club(context: BookContext) -> Club:
    """Raises `NoClub` and `NotIn`."""
    club = require_open_club(context)
    if not is_club_member(context):
        raise NotClubMember
    return club


def require_visible_club(context: BookContext) -> Club:
    """For those who are in, and for whoever leads it. Raises `NoClub` and `NotIn`."""
    return require_open_club(context) if is_club_leader(context) else require_joined_club(context)


def is_club_leader(context: BookContext) -> bool:
    return may_lead_club(context.club, current_actor(context), context.now)


def require_led_club(context: BookContext) -> Club:
    """The club, for whoever leads it. Raises `NoClub` and `NotFacilitator`."""
    if context.club_unreadable:
        raise ClubUnreadable
    if not is_club_leader(context):
        raise NotFacilitator
    if context.club is None or context.club.ended_at:
        raise NoClub(current_actor(context).club is not None, ended=context.club is not None)
    return context.club


def parse_channel_argument(context: BookContext, args: Args) -> str:
    """The platform's id of a channel. Raises `BadValue`."""
    return _parse_mention_id(context, args.text("channel"), "channel", "#")


def parse_member_argument(context: BookContext, args: Args) -> Address:
    """A member by the platform's id. Raises `BadValue`."""
    owner = context.book.owner
    return Address(owner.platform, _parse_mention_id(context, args.text("member"), "member", "@"), owner.team)


def _parse_mention_id(context: BookContext, text: str, argument: str, sign: str) -> str:
    """Only the console has names for ids; elsewhere a name that was typed could be anybody's."""
    found = _MEMBER_OR_CHANNEL_MENTION.fullmatch(text.strip())
    if found and found[1].startswith(sign):
        return found[2]
    plain = text.strip().lstrip("@#")
    if context.book.owner.platform != "console" or not plain:
        reason = BadValueReason.NO_CLUB_CHANNEL if sign == "#" else BadValueReason.NO_CLUB_MEMBER
        raise BadValue(argument, reason, text)
    return plain
