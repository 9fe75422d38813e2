"""What happens in a club: each function gives the club as it is after it, and repeating one changes nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.club.meeting import in_charge, meeting_from, moment, today
from bot.club.member_messages import letter, with_letters
from bot.domain.calendar import ONE_DAY
from bot.domain.model import Actor, Address, Club, ClubKey, Meeting, Post, PostKind, Season, Shared, StandIn, Word

KEPT = timedelta(days=365)  # wins are kept for the digest; tips for good
TIPS = 20  # of one member
SEASONS = 20


def founded(actor: Actor, key: ClubKey, meeting: Meeting, mark: str, now: datetime) -> Club:
    """A club that was never there before."""
    return arranged(Club(key=key, created=now, facilitator=actor.address, meeting=meeting, mark=""), actor, mark, now)


def founded_again(old: Club, actor: Actor, meeting: Meeting, mark: str, now: datetime) -> Club:
    """After it had ended: nothing of before comes back, and its end is still told.

    What was counted then is still compared (see `counts`).
    """
    new = replace(founded(actor, old.key, meeting, mark, now), letters=old.letters)
    compared = replace(new, cohort=old.cohort, counted_at=old.counted_at)
    return replace(compared, created=old.created, version=old.version)


def arranged(club: Club, actor: Actor, mark: str, now: datetime) -> Club:
    """After a set-up: the channel is tried anew, and the first digest is that of the next meeting."""
    done = club.digested or _last_meeting(club, now)
    return replace(club, mark=mark, language=actor.language or club.language, shut="", digested=done, ended_at=None)


def _last_meeting(club: Club, now: datetime) -> date:
    """The meeting day before the next one."""
    day = today(club, now)
    ahead = meeting_from(club, day if moment(club, day) > now else day + ONE_DAY)
    return ahead - timedelta(weeks=1)


def rearranged(club: Club, actor: Actor, meeting: Meeting, mark: str, now: datetime) -> Club:
    moved = replace(club, meeting=meeting)
    last, same = _last_meeting(moved, now), club.meeting.day == meeting.day
    # What is over by the new clock is over: the first digest is that of the next meeting.
    digested = max(club.digested or last, last) if same else last
    # Good news was shared with one channel, and is not repeated in another, but where the first was shut.
    wins = club.wins if club.shut or meeting.room == club.meeting.room else ()
    moved = replace(moved, digested=digested, viewed=club.viewed if same else None, wins=wins)
    return arranged(moved, actor, mark, now)


def introduced(club: Club, now: datetime) -> Club:
    """Once for each set-up."""
    if club.introduced == club.mark:
        return club
    return posted(replace(club, introduced=club.mark), PostKind.INTRODUCTION, club.mark, now)


def posted(club: Club, kind: PostKind, about: str, now: datetime) -> Club:
    """The club with one more post to be made; once for each occasion."""
    post = Post(kind=kind, about=about, at=now)
    return club if any(one.key == post.key for one in club.posts) else replace(club, posts=(*club.posts, post))


def unposted(club: Club, key: str) -> Club:
    return replace(club, posts=tuple(one for one in club.posts if one.key != key))


def has_told_enough(club: Club, member: Address) -> bool:
    return sum(one.by == member for one in club.tips) >= TIPS


def won(club: Club, win: Shared, now: datetime) -> Club:
    if any(one.id == win.id for one in club.wins):
        return club
    wins = (*(one for one in club.wins if now - one.at < KEPT), win)
    return posted(replace(club, wins=wins), PostKind.WIN, win.id, now)


def tipped(club: Club, tip: Shared) -> Club:
    return club if any(one.id == tip.id for one in club.tips) else replace(club, tips=(*club.tips, tip))


def without_tip(club: Club, key: str) -> Club:
    return replace(club, tips=tuple(one for one in club.tips if one.id != key))


def busied(club: Club, season: Season, now: datetime) -> Club:
    """Every member's book hears of it."""
    if any((one.first, one.last, one.reason) == (season.first, season.last, season.reason) for one in club.seasons):
        return club
    ahead = tuple(one for one in club.seasons if one.last >= today(club, now) - timedelta(days=90))
    return _told_of_seasons(replace(club, seasons=(*ahead, season)[-SEASONS:]), now)


def unbusied(club: Club, key: str, now: datetime) -> Club:
    left = tuple(one for one in club.seasons if one.id != key)
    return club if left == club.seasons else _told_of_seasons(replace(club, seasons=left), now)


def _told_of_seasons(club: Club, now: datetime) -> Club:
    about = "\0".join([now.isoformat(), *(one.id for one in club.seasons)])
    return with_letters(club, [letter(club, Word.SEASONS, one, now, about) for one in club.members])


def handed_over(club: Club, by: Address, to: Address, until: date | None, now: datetime) -> Club:
    """For good, or until the end of a day. Whoever had the role hears of it, unless it was `by` them."""
    before = in_charge(club, now)
    changed = replace(club, stand_in=StandIn(to, until)) if until else replace(club, facilitator=to, stand_in=None)
    if changed == club:
        return club
    told = [letter(club, Word.ROLE, to, now, now.isoformat(), until=str(until or ""))] if to != before else []
    gone = {before, club.facilitator if not until else before} - {by, to}
    over = [letter(club, Word.ROLE, one, now, f"{now.isoformat()} over", over="yes") for one in gone]
    return with_letters(changed, [*told, *over])


def wants_to_talk(club: Club, who: Actor, now: datetime) -> Club:
    """Once a day for each member."""
    told = letter(
        club,
        Word.TALK,
        in_charge(club, now),
        now,
        f"{who.address.user} {today(club, now)}",
        who=who.address.user,
        name=who.name,
    )
    return with_letters(club, [told])


def skipped(club: Club, day: date | None) -> Club:
    return replace(club, skipped=day)


def ended(club: Club, now: datetime) -> Club:
    """Every member is told, and whoever leads it or waits for something; nothing more is posted."""
    if club.ended_at:
        return club
    leading, asking = {club.facilitator, in_charge(club, now)}, {one.asker for one in club.asks}
    helping = {offer.helper for ask in club.asks if ask.closed_at is None for offer in ask.offers}
    people = dict.fromkeys([*club.members, *sorted(leading | asking | helping, key=lambda one: one.user)])
    told = [letter(club, Word.ENDED, one, now, club.mark) for one in people]
    over = replace(
        club, ended_at=now, posts=(), envelopes=(), asks=(), wins=(), tips=(), seasons=(), pulse=None, members=()
    )
    return with_letters(replace(over, letters=()), told)
