"""What the facilitator does: setting up, busy days, how the club is doing, handing over, ending it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.club import lifecycle, privacy
from bot.club.meeting import next_meeting_day, today_in_meeting_zone
from bot.club.schedule import is_post_current
from bot.domain.errors import BadValue, BadValueReason, NoClub, NotFacilitator
from bot.domain.messages import MissingValues
from bot.domain.model import Club, Meeting, Post, PostSubject, Season, Weekday, parse_post_subject
from bot.handlers.args import Args, HandlerResult
from bot.handlers.club.scope import (
    current_actor,
    is_club_leader,
    parse_channel_argument,
    parse_member_argument,
    require_club_key,
    require_led_club,
)
from bot.handlers.drafts import with_new_draft
from bot.handlers.member import parse_zone_argument
from bot.rules.context import BookContext
from bot.text import dates
from bot.views.club import facilitator
from bot.views.club import overview as view

SETUP_ARGUMENTS = ("channel", "day", "hour", "zone")
NO_SETUP_ID = "new"  # shown while there was no club
DEFAULT_MEETING_HOUR = "17:00"


def set_up_club(context: BookContext, args: Args) -> HandlerResult:
    """The present set-up, a form for it, or a new one. What another facilitator did meanwhile is shown first."""
    key, club = require_club_key(context), context.club if context.club and not context.club.ended_at else None
    if not is_club_leader(context):
        raise NotFacilitator
    shown = club.setup_id if club else NO_SETUP_ID
    if not all(args.text(name) for name in SETUP_ARGUMENTS):
        if club and not any(args.text(name) for name in SETUP_ARGUMENTS) and not args.flag("change"):
            return HandlerResult(facilitator.club_setup_card(context, club))
        return HandlerResult(
            MissingValues(
                SETUP_ARGUMENTS,
                (*_current_setup_values(context, club), *args.values.items(), ("shown", shown)),
                all_required=True,
            )
        )
    if current_actor(context).club is None:
        raise NoClub(club_possible=False)  # in private nobody vouches for whose channel it is
    meeting = _parse_meeting(context, args)
    if club and club.meeting == meeting and not club.channel_refusal:
        return HandlerResult(facilitator.setup_saved_card(context, club))
    if club and args.text("shown") != shown and club.meeting != meeting:
        book, draft = with_new_draft(context, "setup", {**args.values, "shown": shown})
        return HandlerResult(facilitator.setup_conflict_card(context, club, meeting, draft), book)
    actor, mark = current_actor(context), context.new_entry_id()
    if club:
        after = lifecycle.with_changed_setup(club, actor, meeting, mark, context.now)
    elif context.club:
        after = lifecycle.recreate_club(context.club, actor, meeting, mark, context.now)
    else:
        after = lifecycle.create_club(actor, key, meeting, mark, context.now)
    return HandlerResult(facilitator.setup_saved_card(context, after), club=after, cannot_be_undone=True)


def _current_setup_values(context: BookContext, club: Club | None) -> tuple[tuple[str, str], ...]:
    if club is None:
        room = current_actor(context).club_channel_id
        here = (("channel", f"<#{room}>"),) if room else ()
        return (*here, ("hour", DEFAULT_MEETING_HOUR), ("zone", context.clock.calendar.zone))
    meeting = club.meeting
    return (
        ("channel", f"<#{meeting.channel_id}>"),
        ("day", str(meeting.weekday)),
        ("hour", f"{meeting.start_time:%H:%M}"),
        ("zone", meeting.zone),
    )


def _parse_meeting(context: BookContext, args: Args) -> Meeting:
    day = args.choice("day", Weekday)
    if day is None:
        raise BadValue("day", BadValueReason.NOT_A_CHOICE, args.text("day"))
    hour = dates.parse_hour(args.text("hour"), "hour")
    return Meeting(
        channel_id=parse_channel_argument(context, args), weekday=day, start_time=hour, zone=parse_zone_argument(args)
    )


def post_introduction(context: BookContext, args: Args) -> HandlerResult:
    """The introduction is posted; from now on the club is open."""
    club = require_led_club(context)
    after = lifecycle.with_introduction_post(club, context.now)
    return HandlerResult(facilitator.introduction_posted_card(after), club=after if after != club else None)


def add_season(context: BookContext, args: Args) -> HandlerResult:
    """Days that lengthen the waits of all who joined."""
    club = require_led_club(context)
    first, last = args.day("from"), args.day("until")
    if last < first:
        raise BadValue("until", BadValueReason.BEFORE_FIRST_DAY, args.text("until"))
    if privacy.find_exposed_contacts(args.text("reason"), context.book.contacts):
        raise BadValue("reason", BadValueReason.NAMES_CONTACT, args.text("reason"))
    season = Season(id=context.new_entry_id(), first=first, last=last, reason=args.text("reason"))
    after = lifecycle.with_season(club, season, context.now)
    kept = next(one for one in after.seasons if (one.first, one.last, one.reason) == (first, last, season.reason))
    return HandlerResult(facilitator.season_added_card(context, kept), club=after if after != club else None)


def show_seasons(context: BookContext, args: Args) -> HandlerResult:
    """The busy days to come, each of which can be taken back."""
    club = require_led_club(context)
    ahead = [season for season in club.seasons if season.last >= today_in_meeting_zone(club, context.now)]
    return HandlerResult(facilitator.seasons_card(context, ahead))


def remove_season(context: BookContext, args: Args) -> HandlerResult:
    club = require_led_club(context)
    after = lifecycle.without_season(club, args.text("season"), context.now)
    return HandlerResult(facilitator.season_removed_card(), club=after if after != club else None)


def show_pulse(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(facilitator.pulse_card(context, require_led_club(context)))


def skip_digest(context: BookContext, args: Args) -> HandlerResult:
    """The digest of one meeting is left out, or posted after all."""
    club, day = require_led_club(context), next_meeting_day(require_led_club(context), context.now)
    if args.text("day") not in ("", day.isoformat()):
        return HandlerResult(facilitator.digest_week_over_card())
    skips = args.text("how") != "post"
    after = lifecycle.with_skipped_digest(club, day if skips else None)
    return HandlerResult(
        facilitator.digest_skipped_card(context, after, day, skips=skips), club=after if after != club else None
    )


def hand_over_facilitator(context: BookContext, args: Args) -> HandlerResult:
    """The role goes to another, for good or until the end of a day."""
    club, to = require_led_club(context), parse_member_argument(context, args)
    until = args.day("until") if args.text("until") else None
    for_good = current_actor(context).may_set_up_club or context.book.owner == club.facilitator
    if club.stand_in and not for_good and (until is None or until > club.stand_in.last_day):
        raise BadValue("until", BadValueReason.AFTER_STAND_IN, context.format_day(club.stand_in.last_day))
    if not args.flag("sure"):
        return HandlerResult(facilitator.confirm_hand_over_card(context, to, until))
    after = lifecycle.with_facilitator(club, current_actor(context).address, to, until, context.now)
    return HandlerResult(
        facilitator.facilitator_changed_card(context, to, until), club=after if after != club else None
    )


def end_club(context: BookContext, args: Args) -> HandlerResult:
    club = require_led_club(context)
    if not args.flag("sure"):
        return HandlerResult(facilitator.confirm_club_end_card(club))
    return HandlerResult(facilitator.club_ended_card(), club=lifecycle.with_club_ended(club, context.now))


def resolve_unconfirmed_post(context: BookContext, args: Args) -> HandlerResult:
    """Nobody knew whether a post arrived; whoever it belongs to has looked, and says it once."""
    club, about, doubt = context.club, args.text("about"), args.text("doubt")
    if club is None or not club.is_open or doubt not in club.unconfirmed_posts:
        return HandlerResult(view.post_unchanged_card())
    if not is_club_leader(context) and not _is_own_post(context, club, about):
        raise NotFacilitator
    settled = replace(club, unconfirmed_posts=tuple(post for post in club.unconfirmed_posts if post != doubt))
    subject = _repostable_subject(club, args.text("kind"), about, context.now)
    if subject is None:
        return HandlerResult(view.post_unchanged_card(), club=settled)
    return HandlerResult(view.post_again_card(), club=lifecycle.with_post(settled, subject, context.now))


def _is_own_post(context: BookContext, club: Club, about: str) -> bool:
    owners = {
        **{win.id: win.author for win in club.wins},
        **{question.id: question.asker for question in club.questions},
    }
    return owners.get(about) == current_actor(context).address


def _repostable_subject(club: Club, kind: str, about: str, now: datetime) -> PostSubject | None:
    """What is to be posted again; None for what was no post, and for what needs saying no more."""
    try:
        subject = parse_post_subject(kind, about)
    except ValueError:
        return None
    return subject if is_post_current(club, Post(subject=subject, requested_at=now), now) else None
