"""What the facilitator does: setting up, busy days, how the club is doing, handing over, ending it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.club import lifecycle, privacy
from bot.club.meeting import next_meeting, today
from bot.club.schedule import holds
from bot.domain.errors import BadValue, NoClub, NotFacilitator
from bot.domain.messages import Ask
from bot.domain.model import Club, Meeting, Post, PostKind, Season, Weekday
from bot.handlers.args import Answer, Args
from bot.handlers.club.scope import key_of, leads, led_club, person_of, room_of, speaker
from bot.handlers.drafts import keep
from bot.handlers.member import zone_of
from bot.rules.context import Desk
from bot.text import dates
from bot.views.club import facilitator as club_leading
from bot.views.club import overview as view

SET_UP = ("channel", "day", "hour", "zone")
NEW = "new"  # shown while there was no club
HOUR = "17:00"


def setup(desk: Desk, args: Args) -> Answer:
    """The present set-up, a form for it, or a new one. What another facilitator did meanwhile is shown first."""
    key, club = key_of(desk), desk.club if desk.club and not desk.club.ended_at else None
    if not leads(desk):
        raise NotFacilitator
    shown = club.mark if club else NEW
    if not all(args.text(name) for name in SET_UP):
        if club and not any(args.text(name) for name in SET_UP) and not args.flag("change"):
            return Answer(club_leading.present(desk, club))
        return Answer(Ask(SET_UP, (*_present(desk, club), *args.values.items(), ("shown", shown)), needed=True))
    if speaker(desk).club is None:
        raise NoClub(server=False)  # in private nobody vouches for whose channel it is
    meeting = _meeting(desk, args)
    if club and club.meeting == meeting and not club.shut:
        return Answer(club_leading.set_up(desk, club))
    if club and args.text("shown") != shown and club.meeting != meeting:
        book, draft = keep(desk, "setup", {**args.values, "shown": shown})
        return Answer(club_leading.set_up_meanwhile(desk, club, meeting, draft), book)
    actor, mark = speaker(desk), desk.entry_id()
    if club:
        after = lifecycle.rearranged(club, actor, meeting, mark, desk.now)
    elif desk.club:
        after = lifecycle.founded_again(desk.club, actor, meeting, mark, desk.now)
    else:
        after = lifecycle.founded(actor, key, meeting, mark, desk.now)
    return Answer(club_leading.set_up(desk, after), club=after, final=True)


def _present(desk: Desk, club: Club | None) -> tuple[tuple[str, str], ...]:
    if club is None:
        room = speaker(desk).room
        here = (("channel", f"<#{room}>"),) if room else ()
        return (*here, ("hour", HOUR), ("zone", desk.days.calendar.zone))
    meeting = club.meeting
    return (
        ("channel", f"<#{meeting.room}>"),
        ("day", str(meeting.day)),
        ("hour", f"{meeting.hour:%H:%M}"),
        ("zone", meeting.zone),
    )


def _meeting(desk: Desk, args: Args) -> Meeting:
    day = args.choice("day", Weekday)
    if day is None:
        raise BadValue("day", "not a choice", args.text("day"))
    hour = dates.hour(args.text("hour"), "hour")
    return Meeting(room=room_of(desk, args), day=day, hour=hour, zone=zone_of(args))


def introduce(desk: Desk, args: Args) -> Answer:
    """The introduction is posted; from now on the club is open."""
    club = led_club(desk)
    after = lifecycle.introduced(club, desk.now)
    return Answer(club_leading.introduced(after), club=after if after != club else None)


def busy(desk: Desk, args: Args) -> Answer:
    """Days that lengthen the waits of all who joined."""
    club = led_club(desk)
    first, last = args.day("from"), args.day("until")
    if last < first:
        raise BadValue("until", "before it begins", args.text("until"))
    if privacy.named(args.text("reason"), desk.book.contacts):
        raise BadValue("reason", "names", args.text("reason"))
    season = Season(id=desk.entry_id(), first=first, last=last, reason=args.text("reason"))
    after = lifecycle.busied(club, season, desk.now)
    kept = next(one for one in after.seasons if (one.first, one.last, one.reason) == (first, last, season.reason))
    return Answer(club_leading.busy(desk, kept), club=after if after != club else None)


def seasons(desk: Desk, args: Args) -> Answer:
    """The busy days to come, each of which can be taken back."""
    club = led_club(desk)
    ahead = [one for one in club.seasons if one.last >= today(club, desk.now)]
    return Answer(club_leading.seasons(desk, ahead))


def unbusy(desk: Desk, args: Args) -> Answer:
    club = led_club(desk)
    after = lifecycle.unbusied(club, args.text("season"), desk.now)
    return Answer(club_leading.not_busy(), club=after if after != club else None)


def pulse(desk: Desk, args: Args) -> Answer:
    return Answer(club_leading.pulse(desk, led_club(desk)))


def skip_week(desk: Desk, args: Args) -> Answer:
    """The digest of one meeting is left out, or posted after all."""
    club, day = led_club(desk), next_meeting(led_club(desk), desk.now)
    if args.text("day") not in ("", day.isoformat()):
        return Answer(club_leading.week_is_over())
    skips = args.text("how") != "post"
    after = lifecycle.skipped(club, day if skips else None)
    return Answer(club_leading.skipped(desk, after, day, skips=skips), club=after if after != club else None)


def facilitator(desk: Desk, args: Args) -> Answer:
    """The role goes to another, for good or until the end of a day."""
    club, to = led_club(desk), person_of(desk, args)
    until = args.day("until") if args.text("until") else None
    for_good = speaker(desk).leads or desk.book.owner == club.facilitator
    if club.stand_in and not for_good and (until is None or until > club.stand_in.until):
        raise BadValue("until", "stands in", desk.day(club.stand_in.until))
    if not args.flag("sure"):
        return Answer(club_leading.sure_to_hand_over(desk, to, until))
    after = lifecycle.handed_over(club, speaker(desk).address, to, until, desk.now)
    return Answer(club_leading.handed_over(desk, to, until), club=after if after != club else None)


def end(desk: Desk, args: Args) -> Answer:
    club = led_club(desk)
    if not args.flag("sure"):
        return Answer(club_leading.sure_to_end(club))
    return Answer(club_leading.ended(), club=lifecycle.ended(club, desk.now))


def repost(desk: Desk, args: Args) -> Answer:
    """Nobody knew whether a post arrived; whoever it belongs to has looked, and says it once."""
    club, kind, about, doubt = desk.club, args.text("kind"), args.text("about"), args.text("doubt")
    if club is None or not club.is_open or doubt not in club.doubts:
        return Answer(view.as_it_is())
    if not leads(desk) and not _is_theirs(desk, club, about):
        raise NotFacilitator
    settled = replace(club, doubts=tuple(one for one in club.doubts if one != doubt))
    if not _can_be_said(club, kind, about, desk.now):
        return Answer(view.as_it_is(), club=settled)
    return Answer(view.posting_again(), club=lifecycle.posted(settled, PostKind(kind), about, desk.now))


def _is_theirs(desk: Desk, club: Club, about: str) -> bool:
    owners = {**{one.id: one.by for one in club.wins}, **{one.id: one.asker for one in club.asks}}
    return owners.get(about) == speaker(desk).address


def _can_be_said(club: Club, kind: str, about: str, now: datetime) -> bool:
    if kind not in set(PostKind):
        return False
    try:
        return holds(club, Post(kind=PostKind(kind), about=about, at=now), now)
    except ValueError:
        return False  # no day
