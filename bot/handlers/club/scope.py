"""Which club is meant, and what its speaker may do there."""

from __future__ import annotations

import re

from bot.club.meeting import may_lead
from bot.domain.errors import BadValue, ClubUnreadable, NoClub, NotFacilitator, NotIn
from bot.domain.model import Actor, Address, Club, ClubKey
from bot.handlers.args import Args
from bot.rules.context import Desk

_MENTION = re.compile(r"<(@!?|#)([^<>|\s]+)(?:\|[^<>]*)?>")


def speaker(desk: Desk) -> Actor:
    """Who speaks; by the book alone when the platform told nothing."""
    return desk.actor or Actor(desk.book.owner)


def key_of(desk: Desk) -> ClubKey:
    """The club in which they speak, whether it is set up or not. Raises `NoClub` and `ClubUnreadable`."""
    if desk.club_unreadable:
        raise ClubUnreadable
    if desk.club:
        return desk.club.key
    if (key := speaker(desk).club) is None:
        raise NoClub(server=False)
    return key


def club_of(desk: Desk) -> Club:
    """The club, introduced and not ended. Raises `NoClub` and `ClubUnreadable`."""
    club = desk.club
    if desk.club_unreadable:
        raise ClubUnreadable
    if club is None or not club.is_open:
        raise NoClub(speaker(desk).club is not None, ended=bool(club and club.ended_at))
    return club


def is_in(desk: Desk) -> bool:
    return desk.club is not None and desk.book.member_of(desk.club.key) is not None


def joined_club(desk: Desk) -> Club:
    """Raises `NoClub` and `NotIn`."""
    club = club_of(desk)
    if not is_in(desk):
        raise NotIn
    return club


def within(desk: Desk) -> Club:
    """For those who are in, and for whoever leads it. Raises `NoClub` and `NotIn`."""
    return club_of(desk) if leads(desk) else joined_club(desk)


def leads(desk: Desk) -> bool:
    return may_lead(desk.club, speaker(desk), desk.now)


def led_club(desk: Desk) -> Club:
    """The club, for whoever leads it. Raises `NoClub` and `NotFacilitator`."""
    if desk.club_unreadable:
        raise ClubUnreadable
    if not leads(desk):
        raise NotFacilitator
    if desk.club is None or desk.club.ended_at:
        raise NoClub(speaker(desk).club is not None, ended=desk.club is not None)
    return desk.club


def room_of(desk: Desk, args: Args) -> str:
    """The platform's id of a channel. Raises `BadValue`."""
    return _chosen(desk, args.text("channel"), "channel", "#")


def person_of(desk: Desk, args: Args) -> Address:
    """A member by the platform's id. Raises `BadValue`."""
    owner = desk.book.owner
    return Address(owner.platform, _chosen(desk, args.text("member"), "member", "@"), owner.team)


def _chosen(desk: Desk, typed: str, name: str, sign: str) -> str:
    """Only the console has names for ids; elsewhere a name that was typed could be anybody's."""
    found = _MENTION.fullmatch(typed.strip())
    if found and found[1].startswith(sign):
        return found[2]
    plain = typed.strip().lstrip("@#")
    if desk.book.owner.platform != "console" or not plain:
        raise BadValue(name, name, typed)
    return plain
