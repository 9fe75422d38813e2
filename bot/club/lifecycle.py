"""What happens in a club: each function gives the club as it is after it, and repeating one changes nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.club.meeting import current_facilitator, first_meeting_day, meeting_start, today_in_meeting_zone
from bot.club.member_messages import build_outgoing_note, with_outgoing_notes
from bot.domain.calendar import ONE_DAY
from bot.domain.model import (
    Actor,
    Address,
    Club,
    ClubKey,
    ClubNoteKind,
    IntroductionSubject,
    Meeting,
    Post,
    PostSubject,
    Season,
    StandIn,
    WinOrTip,
    WinSubject,
)

WIN_RETENTION = timedelta(days=365)  # wins are kept for the digest; tips for good
MAX_TIPS_PER_MEMBER = 20  # of one member
MAX_SEASONS = 20


def create_club(actor: Actor, club_key: ClubKey, meeting: Meeting, setup_id: str, now: datetime) -> Club:
    """A club that was never there before."""
    return with_fresh_setup(
        Club(key=club_key, created_at=now, facilitator=actor.address, meeting=meeting, setup_id=""),
        actor,
        setup_id,
        now,
    )


def recreate_club(ended_club: Club, actor: Actor, meeting: Meeting, setup_id: str, now: datetime) -> Club:
    """After it had ended: nothing of before comes back, and its end is still told.

    What was counted then is still compared (see `counts`).
    """
    new = replace(create_club(actor, ended_club.key, meeting, setup_id, now), outgoing_notes=ended_club.outgoing_notes)
    compared = replace(new, counted_members=ended_club.counted_members, counted_at=ended_club.counted_at)
    return replace(compared, created_at=ended_club.created_at, version=ended_club.version)


def with_fresh_setup(club: Club, actor: Actor, setup_id: str, now: datetime) -> Club:
    """After a set-up: the channel is tried anew, and the first digest is that of the next meeting."""
    done = club.digest_done_day or _previous_meeting_day(club, now)
    return replace(
        club,
        setup_id=setup_id,
        language=actor.language or club.language,
        channel_refusal="",
        digest_done_day=done,
        ended_at=None,
    )


def _previous_meeting_day(club: Club, now: datetime) -> date:
    """The meeting day before the next one."""
    day = today_in_meeting_zone(club, now)
    ahead = first_meeting_day(club, day if meeting_start(club, day) > now else day + ONE_DAY)
    return ahead - timedelta(weeks=1)


def with_changed_setup(club: Club, actor: Actor, meeting: Meeting, setup_id: str, now: datetime) -> Club:
    moved = replace(club, meeting=meeting)
    last, same = _previous_meeting_day(moved, now), club.meeting.weekday == meeting.weekday
    # What is over by the new clock is over: the first digest is that of the next meeting.
    digested = max(club.digest_done_day or last, last) if same else last
    # Good news was shared with one channel, and is not repeated in another, but where the first was shut.
    wins = club.wins if club.channel_refusal or meeting.channel_id == club.meeting.channel_id else ()
    moved = replace(
        moved, digest_done_day=digested, preview_done_day=club.preview_done_day if same else None, wins=wins
    )
    return with_fresh_setup(moved, actor, setup_id, now)


def with_introduction_post(club: Club, now: datetime) -> Club:
    """Once for each set-up."""
    if club.introduced_setup_id == club.setup_id:
        return club
    return with_post(replace(club, introduced_setup_id=club.setup_id), IntroductionSubject(club.setup_id), now)


def with_post(club: Club, subject: PostSubject, now: datetime) -> Club:
    """The club with one more post to be made; once for each occasion."""
    post = Post(subject=subject, requested_at=now)
    return club if any(one.key == post.key for one in club.posts) else replace(club, posts=(*club.posts, post))


def without_post(club: Club, post_key: str) -> Club:
    return replace(club, posts=tuple(post for post in club.posts if post.key != post_key))


def has_reached_tip_limit(club: Club, member: Address) -> bool:
    return sum(tip.author == member for tip in club.tips) >= MAX_TIPS_PER_MEMBER


def with_win(club: Club, win: WinOrTip, now: datetime) -> Club:
    if any(one.id == win.id for one in club.wins):
        return club
    wins = (*(one for one in club.wins if now - one.shared_at < WIN_RETENTION), win)
    return with_post(replace(club, wins=wins), WinSubject(win.id), now)


def with_tip(club: Club, tip: WinOrTip) -> Club:
    return club if any(one.id == tip.id for one in club.tips) else replace(club, tips=(*club.tips, tip))


def without_tip(club: Club, tip_id: str) -> Club:
    return replace(club, tips=tuple(tip for tip in club.tips if tip.id != tip_id))


def with_season(club: Club, season: Season, now: datetime) -> Club:
    """Every member's book hears of it."""
    if any((one.first, one.last, one.reason) == (season.first, season.last, season.reason) for one in club.seasons):
        return club
    ahead = tuple(one for one in club.seasons if one.last >= today_in_meeting_zone(club, now) - timedelta(days=90))
    return _with_season_notes(replace(club, seasons=(*ahead, season)[-MAX_SEASONS:]), now)


def without_season(club: Club, season_id: str, now: datetime) -> Club:
    left = tuple(season for season in club.seasons if season.id != season_id)
    return club if left == club.seasons else _with_season_notes(replace(club, seasons=left), now)


def _with_season_notes(club: Club, now: datetime) -> Club:
    about = "\0".join([now.isoformat(), *(season.id for season in club.seasons)])
    return with_outgoing_notes(
        club, [build_outgoing_note(club, ClubNoteKind.SEASONS, member, now, about) for member in club.members]
    )


def with_facilitator(club: Club, from_member: Address, to_member: Address, until: date | None, now: datetime) -> Club:
    """For good, or until the end of a day. Whoever had the role hears of it, unless it was `by` them."""
    before = current_facilitator(club, now)
    changed = (
        replace(club, stand_in=StandIn(to_member, until))
        if until
        else replace(club, facilitator=to_member, stand_in=None)
    )
    if changed == club:
        return club
    told = (
        [build_outgoing_note(club, ClubNoteKind.ROLE_RECEIVED, to_member, now, now.isoformat(), until=str(until or ""))]
        if to_member != before
        else []
    )
    gone = {before, club.facilitator if not until else before} - {from_member, to_member}
    over = [
        build_outgoing_note(club, ClubNoteKind.ROLE_RECEIVED, one, now, f"{now.isoformat()} over", over="yes")
        for one in gone
    ]
    return with_outgoing_notes(changed, [*told, *over])


def with_talk_request(club: Club, requester: Actor, now: datetime) -> Club:
    """Once a day for each member."""
    told = build_outgoing_note(
        club,
        ClubNoteKind.TALK_WANTED,
        current_facilitator(club, now),
        now,
        f"{requester.address.user} {today_in_meeting_zone(club, now)}",
        who=requester.address.user,
        name=requester.display_name,
    )
    return with_outgoing_notes(club, [told])


def with_skipped_digest(club: Club, day: date | None) -> Club:
    return replace(club, skipped_day=day)


def with_club_ended(club: Club, now: datetime) -> Club:
    """Every member is told, and whoever leads it or waits for something; nothing more is posted."""
    if club.ended_at:
        return club
    leading, asking = (
        {club.facilitator, current_facilitator(club, now)},
        {question.asker for question in club.questions},
    )
    helping = {offer.helper for ask in club.questions if ask.closed_at is None for offer in ask.offers}
    people = dict.fromkeys([*club.members, *sorted(leading | asking | helping, key=lambda one: one.user)])
    told = [build_outgoing_note(club, ClubNoteKind.CLUB_ENDED, person, now, club.setup_id) for person in people]
    over = replace(
        club, ended_at=now, posts=(), envelopes=(), questions=(), wins=(), tips=(), seasons=(), pulse=None, members=()
    )
    return with_outgoing_notes(replace(over, outgoing_notes=()), told)
