"""Changes to a club, from set-up to end: each function returns the changed club, and applying it again changes nothing.
Also how often one member may post.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.club.meeting import current_facilitator, first_meeting_day, meeting_start, today_in_meeting_zone
from bot.club.member_messages import build_club_note, with_outgoing_notes
from bot.domain.calendar import ONE_DAY
from bot.domain.model import (
    Actor,
    Address,
    Book,
    Club,
    ClubEndedNote,
    ClubKey,
    IntroductionSubject,
    Meeting,
    Post,
    PostSubject,
    RoleLostNote,
    RoleReceivedNote,
    Season,
    SeasonsNote,
    StandIn,
    TalkRequestNote,
    WinOrTip,
    WinSubject,
)

WIN_RETENTION = timedelta(days=365)  # older wins are dropped when one is added; tips are not dropped
MAX_TIPS_PER_MEMBER = 20
MAX_SEASONS = 20
MAX_POSTS_PER_DAY = 4  # of one member, questions and wins together, because all members share the channel


def create_club(actor: Actor, club_key: ClubKey, meeting: Meeting, setup_id: str, now: datetime) -> Club:
    """A club for a workspace or server that never had one."""
    return with_fresh_setup(
        Club(key=club_key, created_at=now, facilitator=actor.address, meeting=meeting, setup_id=""),
        actor,
        setup_id,
        now,
    )


def recreate_club(ended_club: Club, actor: Actor, meeting: Meeting, setup_id: str, now: datetime) -> Club:
    """A new club where one had ended. Of the old one it keeps its creation time and version, the undelivered notes, and
    the last cohort, with which its first counts are still compared (see `bot.club.statistics`).
    """
    new = replace(create_club(actor, ended_club.key, meeting, setup_id, now), outgoing_notes=ended_club.outgoing_notes)
    with_cohort = replace(new, counted_members=ended_club.counted_members, counted_at=ended_club.counted_at)
    return replace(with_cohort, created_at=ended_club.created_at, version=ended_club.version)


def with_fresh_setup(club: Club, actor: Actor, setup_id: str, now: datetime) -> Club:
    """Record a new set-up: an earlier refusal of the channel is cleared, and the first digest is the next meeting's."""
    digest_done_day = club.digest_done_day or _previous_meeting_day(club, now)
    return replace(
        club,
        setup_id=setup_id,
        language=actor.language or club.language,
        channel_refusal="",
        channel_refusal_code="",
        digest_done_day=digest_done_day,
        ended_at=None,
    )


def _previous_meeting_day(club: Club, now: datetime) -> date:
    """One week before the next meeting (local to the club's zone)."""
    day = today_in_meeting_zone(club, now)
    next_day = first_meeting_day(club, day if meeting_start(club, day) > now else day + ONE_DAY)
    return next_day - timedelta(weeks=1)


def with_changed_setup(club: Club, actor: Actor, meeting: Meeting, setup_id: str, now: datetime) -> Club:
    moved = replace(club, meeting=meeting)
    previous_day, is_same_weekday = _previous_meeting_day(moved, now), club.meeting.weekday == meeting.weekday
    # A meeting that the new schedule puts in the past gets no digest: the first one is the next meeting's.
    digest_done_day = max(club.digest_done_day or previous_day, previous_day) if is_same_weekday else previous_day
    # Wins were shared with one channel and are not repeated in another, unless the first one refused posts.
    wins = club.wins if club.channel_refusal or meeting.channel_id == club.meeting.channel_id else ()
    moved = replace(
        moved,
        digest_done_day=digest_done_day,
        preview_done_day=club.preview_done_day if is_same_weekday else None,
        wins=wins,
    )
    return with_fresh_setup(moved, actor, setup_id, now)


def with_introduction_post(club: Club, now: datetime) -> Club:
    """Request the post that introduces the bot, once for each set-up."""
    if club.introduced_setup_id == club.setup_id:
        return club
    return with_post(replace(club, introduced_setup_id=club.setup_id), IntroductionSubject(club.setup_id), now)


def with_post(club: Club, subject: PostSubject, now: datetime) -> Club:
    """Request a post, once for each occasion."""
    post = Post(subject=subject, requested_at=now)
    return club if any(one.key == post.key for one in club.posts) else replace(club, posts=(*club.posts, post))


def without_post(club: Club, post_key: str) -> Club:
    return replace(club, posts=tuple(post for post in club.posts if post.key != post_key))


def has_reached_post_limit(book: Book, now: datetime) -> bool:
    """Whether the member posted `MAX_POSTS_PER_DAY` times in the last 24 hours.

    The times are in the member's own book, so that leaving, rejoining or withdrawing does not reset the limit.
    """
    return sum(now - posted_at < ONE_DAY for posted_at in book.post_times) >= MAX_POSTS_PER_DAY


def with_post_time(book: Book, now: datetime) -> Book:
    return replace(book, post_times=(*(posted_at for posted_at in book.post_times if now - posted_at < ONE_DAY), now))


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
    """Add busy days, and queue a note to every member that updates the busy days in their book."""
    if any((one.first, one.last, one.reason) == (season.first, season.last, season.reason) for one in club.seasons):
        return club
    recent_seasons = tuple(
        club_season
        for club_season in club.seasons
        if club_season.last >= today_in_meeting_zone(club, now) - timedelta(days=90)
    )
    return _with_season_notes(replace(club, seasons=(*recent_seasons, season)[-MAX_SEASONS:]), now)


def without_season(club: Club, season_id: str, now: datetime) -> Club:
    """Remove busy days, and queue a note to every member that updates the busy days in their book."""
    left = tuple(season for season in club.seasons if season.id != season_id)
    return club if left == club.seasons else _with_season_notes(replace(club, seasons=left), now)


def _with_season_notes(club: Club, now: datetime) -> Club:
    occasion = "\0".join([now.isoformat(), *(season.id for season in club.seasons)])
    return with_outgoing_notes(
        club, *(build_club_note(club, SeasonsNote(), member, now, occasion) for member in club.members)
    )


def with_facilitator(club: Club, from_member: Address, to_member: Address, until: date | None, now: datetime) -> Club:
    """Hand the role to `to_member`, for good or until the end of the day `until` (local to the club's zone). Queues a
    note to the new facilitator and to those who lose the role, except `from_member`, who hands it over.
    """
    previous = current_facilitator(club, now)
    changed = (
        replace(club, stand_in=StandIn(to_member, until))
        if until
        else replace(club, facilitator=to_member, stand_in=None)
    )
    if changed == club:
        return club
    if to_member != previous:
        note = build_club_note(club, RoleReceivedNote(until), to_member, now, now.isoformat())
        changed = with_outgoing_notes(changed, note)
    replaced_members = {previous, club.facilitator if not until else previous} - {from_member, to_member}
    return with_outgoing_notes(
        changed, *(build_club_note(club, RoleLostNote(), member, now, now.isoformat()) for member in replaced_members)
    )


def with_talk_request(club: Club, requester: Actor, now: datetime) -> Club:
    """Queue a note to the facilitator that this member would like to talk, once a day for each member."""
    request = TalkRequestNote(requester.address, requester.display_name)
    occasion = f"{requester.address.user} {today_in_meeting_zone(club, now)}"
    return with_outgoing_notes(club, build_club_note(club, request, current_facilitator(club, now), now, occasion))


def with_skipped_digest(club: Club, day: date | None) -> Club:
    return replace(club, skipped_day=day)


def with_club_ended(club: Club, now: datetime) -> Club:
    """End the club and drop its content. Queues a note to every member, the facilitators, all askers, and the helpers
    of open questions.
    """
    if club.ended_at:
        return club
    leading, asking = (
        {club.facilitator, current_facilitator(club, now)},
        {question.asker for question in club.questions},
    )
    helping = {offer.helper for question in club.questions if question.closed_at is None for offer in question.offers}
    people = dict.fromkeys([*club.members, *sorted(leading | asking | helping, key=lambda person: person.user)])
    notes = [build_club_note(club, ClubEndedNote(), person, now, club.setup_id) for person in people]
    ended_club = replace(
        club, ended_at=now, posts=(), envelopes=(), questions=(), wins=(), tips=(), seasons=(), pulse=None, members=()
    )
    return with_outgoing_notes(replace(ended_club, outgoing_notes=()), *notes)
