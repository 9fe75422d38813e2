"""When a club meets, and who leads it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import Actor, Address, Club, Room, Weekday

VIEW_BEFORE = ONE_DAY  # the facilitator's private view comes so long before the digest
STALE = ONE_DAY  # a digest that could not be posted for so long is left out
WEEK = timedelta(weeks=1)


def calendar(club: Club) -> Calendar:
    """The club's own days; it has no holidays, since its members may live in several countries."""
    return Calendar(club.meeting.zone)


def today(club: Club, now: datetime) -> date:
    return calendar(club).day(now)


def moment(club: Club, day: date) -> datetime:
    """When the digest of that meeting day is due (UTC)."""
    return calendar(club).at(day, club.meeting.hour)


def meeting_from(club: Club, day: date) -> date:
    """The first meeting day that is not before `day`."""
    ahead = list(Weekday).index(club.meeting.day) - day.weekday()
    return day + timedelta(days=ahead % 7)


def next_meeting(club: Club, now: datetime) -> date:
    """The next meeting day whose digest is not done with."""
    day = meeting_from(club, today(club, now) - ONE_DAY)
    while (club.digested and day <= club.digested) or moment(club, day) + STALE <= now:
        day += WEEK
    return day


def room(club: Club) -> Room:
    return Room(club.key, club.meeting.room)


def in_charge(club: Club, now: datetime) -> Address:
    """Who has the facilitator's role now."""
    stand_in = club.stand_in
    return stand_in.member if stand_in and today(club, now) <= stand_in.until else club.facilitator


def may_lead(club: Club | None, actor: Actor, now: datetime) -> bool:
    """Whoever leads the workspace or server, the facilitator, and who stands in for them."""
    return actor.leads or (club is not None and actor.address in (club.facilitator, in_charge(club, now)))
