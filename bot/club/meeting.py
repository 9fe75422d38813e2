"""When a club meets, and who leads it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.calendar import ONE_DAY, Calendar
from bot.domain.model import Actor, Address, Club, ClubChannel, Weekday

DIGEST_PREVIEW_LEAD = ONE_DAY  # the facilitator's private view comes so long before the digest
MAX_DIGEST_DELAY = ONE_DAY  # a digest that could not be posted for so long is left out
MEETING_INTERVAL = timedelta(weeks=1)


def meeting_calendar(club: Club) -> Calendar:
    """The club's own days; it has no holidays, since its members may live in several countries."""
    return Calendar(club.meeting.zone)


def today_in_meeting_zone(club: Club, now: datetime) -> date:
    return meeting_calendar(club).day_of(now)


def meeting_start(club: Club, day: date) -> datetime:
    """When the digest of that meeting day is due (UTC)."""
    return meeting_calendar(club).instant_at(day, club.meeting.start_time)


def first_meeting_day(club: Club, day: date) -> date:
    """The first meeting day that is not before `day`."""
    ahead = list(Weekday).index(club.meeting.weekday) - day.weekday()
    return day + timedelta(days=ahead % 7)


def next_meeting_day(club: Club, now: datetime) -> date:
    """The next meeting day whose digest is not done with."""
    day = first_meeting_day(club, today_in_meeting_zone(club, now) - ONE_DAY)
    while (club.digest_done_day and day <= club.digest_done_day) or meeting_start(club, day) + MAX_DIGEST_DELAY <= now:
        day += MEETING_INTERVAL
    return day


def meeting_channel(club: Club) -> ClubChannel:
    return ClubChannel(club.key, club.meeting.channel_id)


def current_facilitator(club: Club, now: datetime) -> Address:
    """Who has the facilitator's role now."""
    stand_in = club.stand_in
    return stand_in.member if stand_in and today_in_meeting_zone(club, now) <= stand_in.last_day else club.facilitator


def may_lead_club(club: Club | None, actor: Actor, now: datetime) -> bool:
    """Whoever leads the workspace or server, the facilitator, and who stands in for them."""
    return actor.may_set_up_club or (
        club is not None and actor.address in (club.facilitator, current_facilitator(club, now))
    )
