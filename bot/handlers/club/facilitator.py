"""Handlers of the facilitator's commands: set-up, busy days, pulse, digest, handing over, ending the club."""

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
from bot.views.club import facilitator, seasons, setup
from bot.views.club import overview as view

SETUP_ARGUMENTS = ("channel", "day", "hour", "zone")
NO_SETUP_ID = "new"  # what a form carries if there was no club when it was shown
DEFAULT_MEETING_HOUR = "17:00"


def set_up_club(context: BookContext, args: Args) -> HandlerResult:
    """Show the club's set-up, ask for missing values, or save a new set-up.

    If another set-up was saved after the form was shown, the conflict is shown instead.
    """
    key, club = require_club_key(context), context.club if context.club and not context.club.ended_at else None
    if not is_club_leader(context):
        raise NotFacilitator
    setup_id = club.setup_id if club else NO_SETUP_ID
    if not all(args.text(name) for name in SETUP_ARGUMENTS):
        if club and not any(args.text(name) for name in SETUP_ARGUMENTS) and not args.flag("change"):
            return HandlerResult(setup.club_setup_card(context, club))
        return HandlerResult(
            MissingValues(
                SETUP_ARGUMENTS,
                (*_current_setup_values(context, club), *args.values.items(), ("shown", setup_id)),
                all_required=True,
            )
        )
    if current_actor(context).club is None:
        raise NoClub(
            club_possible=False
        )  # in a direct message the platform does not say to which club a channel belongs
    meeting = _parse_meeting(context, args)
    if club and club.meeting == meeting and not club.channel_refusal:
        return HandlerResult(setup.setup_saved_card(context, club))
    if club and args.text("shown") != setup_id and club.meeting != meeting:
        book, draft = with_new_draft(context, "setup", {**args.values, "shown": setup_id})
        return HandlerResult(setup.setup_conflict_card(context, club, meeting, draft), book)
    actor, new_setup_id = current_actor(context), context.new_entry_id()
    if club:
        after = lifecycle.with_changed_setup(club, actor, meeting, new_setup_id, context.now)
    elif context.club:
        after = lifecycle.recreate_club(context.club, actor, meeting, new_setup_id, context.now)
    else:
        after = lifecycle.create_club(actor, key, meeting, new_setup_id, context.now)
    return HandlerResult(setup.setup_saved_card(context, after), club=after, cannot_be_undone=True)


def _current_setup_values(context: BookContext, club: Club | None) -> tuple[tuple[str, str], ...]:
    if club is None:
        channel_id = current_actor(context).club_channel_id
        channel_value = (("channel", f"<#{channel_id}>"),) if channel_id else ()
        return (*channel_value, ("hour", DEFAULT_MEETING_HOUR), ("zone", context.clock.calendar.zone))
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
    """Queue the introduction for the channel. From now on the club is open."""
    club = require_led_club(context)
    after = lifecycle.with_introduction_post(club, context.now)
    return HandlerResult(setup.introduction_posted_card(after), club=after if after != club else None)


def add_season(context: BookContext, args: Args) -> HandlerResult:
    """Add busy days, which lengthen the waits of all members of the club."""
    club = require_led_club(context)
    first, last = args.day("from"), args.day("until")
    if last < first:
        raise BadValue("until", BadValueReason.BEFORE_FIRST_DAY, args.text("until"))
    if privacy.find_exposed_contacts(args.text("reason"), context.book.contacts):
        raise BadValue("reason", BadValueReason.NAMES_CONTACT, args.text("reason"))
    season = Season(id=context.new_entry_id(), first=first, last=last, reason=args.text("reason"))
    after = lifecycle.with_season(club, season, context.now)
    stored_season = next(
        busy for busy in after.seasons if (busy.first, busy.last, busy.reason) == (first, last, season.reason)
    )
    return HandlerResult(seasons.season_added_card(context, stored_season), club=after if after != club else None)


def show_seasons(context: BookContext, args: Args) -> HandlerResult:
    """Show the busy days that are not over, each with a button that removes it."""
    club = require_led_club(context)
    future_seasons = [season for season in club.seasons if season.last >= today_in_meeting_zone(club, context.now)]
    return HandlerResult(seasons.seasons_card(context, future_seasons))


def remove_season(context: BookContext, args: Args) -> HandlerResult:
    club = require_led_club(context)
    after = lifecycle.without_season(club, args.text("season"), context.now)
    return HandlerResult(seasons.season_removed_card(), club=after if after != club else None)


def show_pulse(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(facilitator.pulse_card(context, require_led_club(context)))


def skip_digest(context: BookContext, args: Args) -> HandlerResult:
    """Skip the digest of the next meeting, or undo that."""
    club, day = require_led_club(context), next_meeting_day(require_led_club(context), context.now)
    if args.text("day") not in ("", day.isoformat()):
        return HandlerResult(facilitator.digest_week_over_card())
    is_skipped = args.text("how") != "post"
    after = lifecycle.with_skipped_digest(club, day if is_skipped else None)
    return HandlerResult(
        facilitator.digest_skipped_card(context, after, day, skips=is_skipped), club=after if after != club else None
    )


def hand_over_facilitator(context: BookContext, args: Args) -> HandlerResult:
    """Hand the role over to another member, for good or until the end of a day. Asks for confirmation first."""
    club, successor = require_led_club(context), parse_member_argument(context, args)
    until = args.day("until") if args.text("until") else None
    for_good = current_actor(context).may_set_up_club or context.book.owner == club.facilitator
    if club.stand_in and not for_good and (until is None or until > club.stand_in.last_day):
        raise BadValue("until", BadValueReason.AFTER_STAND_IN, context.format_day(club.stand_in.last_day))
    confirmation = args.confirmation(club.setup_id, club.facilitator, club.stand_in, successor, until)
    if not confirmation.is_given:
        return HandlerResult(facilitator.confirm_hand_over_card(context, successor, until, confirmation.code))
    after = lifecycle.with_facilitator(club, current_actor(context).address, successor, until, context.now)
    return HandlerResult(
        facilitator.facilitator_changed_card(context, successor, until), club=after if after != club else None
    )


def end_club(context: BookContext, args: Args) -> HandlerResult:
    club = require_led_club(context)
    confirmation = args.confirmation(club.created_at, club.setup_id)
    if not confirmation.is_given:
        return HandlerResult(facilitator.confirm_club_end_card(club, confirmation.code))
    return HandlerResult(facilitator.club_ended_card(), club=lifecycle.with_club_ended(club, context.now))


def resolve_unconfirmed_post(context: BookContext, args: Args) -> HandlerResult:
    """Post again what nobody confirmed to have arrived, at the request of its author or the facilitator."""
    club, about, envelope_id = context.club, args.text("about"), args.text("doubt")
    if club is None or not club.is_open or envelope_id not in club.unconfirmed_posts:
        return HandlerResult(view.post_unchanged_card())
    if not is_club_leader(context) and not _is_own_post(context, club, about):
        raise NotFacilitator
    resolved = replace(
        club,
        unconfirmed_posts=tuple(unsure for unsure in club.unconfirmed_posts if unsure != envelope_id),
        envelopes=tuple(envelope for envelope in club.envelopes if envelope.id != envelope_id),
    )
    subject = _repostable_subject(club, args.text("kind"), about, context.now)
    if subject is None:
        return HandlerResult(view.post_unchanged_card(), club=resolved)
    return HandlerResult(view.post_again_card(), club=lifecycle.with_post(resolved, subject, context.now))


def _is_own_post(context: BookContext, club: Club, about: str) -> bool:
    owners = {
        **{win.id: win.author for win in club.wins},
        **{question.id: question.asker for question in club.questions},
    }
    return owners.get(about) == current_actor(context).address


def _repostable_subject(club: Club, kind: str, about: str, now: datetime) -> PostSubject | None:
    """Return the subject to post again; None if there is no such post or it is no longer current."""
    try:
        subject = parse_post_subject(kind, about)
    except ValueError:
        return None
    return subject if is_post_current(club, Post(subject=subject, requested_at=now), now) else None
