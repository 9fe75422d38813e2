"""When a club meets, and who its facilitator is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import Actor, Address, Club, ClubChannel, Weekday

DIGEST_PREVIEW_LEAD = ONE_DAY  # how long before the digest the facilitator gets a preview
MAX_DIGEST_DELAY = ONE_DAY  # a digest that is late by this much is dropped
MEETING_INTERVAL = timedelta(weeks=1)


def meeting_calendar(club: Club) -> Calendar:
    """A calendar in the club's zone. It has no holidays, since members may live in several countries."""
    return Calendar(club.meeting.zone)


def today_in_meeting_zone(club: Club, now: datetime) -> date:
    return meeting_calendar(club).day_of(now)


def meeting_start(club: Club, day: date) -> datetime:
    """The start (UTC) of the meeting on this day (local to the club's zone). Its digest is due then."""
    return meeting_calendar(club).instant_at(day, club.meeting.start_time)


def first_meeting_day(club: Club, day: date) -> date:
    """The first meeting day on or after `day`."""
    days_ahead = list(Weekday).index(club.meeting.weekday) - day.weekday()
    return day + timedelta(days=days_ahead % 7)


def next_meeting_day(club: Club, now: datetime) -> date:
    """The next meeting day (local to the club's zone) whose digest is neither done nor too late."""
    day = first_meeting_day(club, today_in_meeting_zone(club, now) - ONE_DAY)
    while (club.digest_done_day and day <= club.digest_done_day) or meeting_start(club, day) + MAX_DIGEST_DELAY <= now:
        day += MEETING_INTERVAL
    return day


def meeting_channel(club: Club) -> ClubChannel:
    return ClubChannel(club.key, club.meeting.channel_id)


def current_facilitator(club: Club, now: datetime) -> Address:
    """The stand-in until the end of their last day, else the facilitator."""
    stand_in = club.stand_in
    return stand_in.member if stand_in and today_in_meeting_zone(club, now) <= stand_in.last_day else club.facilitator


def may_lead_club(club: Club | None, actor: Actor, now: datetime) -> bool:
    """True for those who may set up the club, for the facilitator and for the stand-in."""
    return actor.may_set_up_club or (
        club is not None and actor.address in (club.facilitator, current_facilitator(club, now))
    )
