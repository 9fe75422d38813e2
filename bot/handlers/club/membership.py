"""Handlers about membership: join, leave, what others can see, a talk with the facilitator."""

from __future__ import annotations

from dataclasses import replace

from bot.club import lifecycle
from bot.club.meeting import current_facilitator
from bot.club.membership import with_membership, without_membership
from bot.handlers.args import Args, HandlerResult
from bot.handlers.club.scope import (
    current_actor,
    is_club_leader,
    is_club_member,
    require_club_key,
    require_joined_club,
    require_open_club,
)
from bot.rules.context import BookContext
from bot.views.club import facilitator
from bot.views.club import membership as view
from bot.views.club.overview import club_overview_card


def show_club_overview(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(
        club_overview_card(
            context,
            require_open_club(context) if not is_club_leader(context) else context.club,
            is_member=is_club_member(context),
            is_leader=is_club_leader(context),
        )
    )


def show_club_readers(context: BookContext, args: Args) -> HandlerResult:
    draft = _resumable_draft(context, args)
    return HandlerResult(view.club_readers_card(context, draft, is_member=is_club_member(context)))


def join_club(context: BookContext, args: Args) -> HandlerResult:
    """Join in the member's own book; the club is updated after the save."""
    club = require_open_club(context)
    draft = _resumable_draft(context, args)
    if is_club_member(context):
        return HandlerResult(view.already_member_card(context, draft))
    return HandlerResult(
        view.club_joined_card(context, draft),
        with_membership(context.book, club.key, context.now),
        cannot_be_undone=True,
    )


def _resumable_draft(context: BookContext, args: Args) -> str:
    """Return the id of the draft to resume, or "" if the member's book has no draft with the given id."""
    draft_id = args.text("resume")
    return draft_id if any(draft.id == draft_id for draft in context.book.drafts) else ""


def leave_club(context: BookContext, args: Args) -> HandlerResult:
    """Leave at once in the member's own book; the club's data about the member is removed after the save.

    An old button shows instead what there is to leave.
    """
    key = require_club_key(context)
    is_member = context.book.membership_in(key) is not None
    if not is_member and key not in context.book.clubs_with_my_data:
        return HandlerResult(view.not_member_card())
    is_pressed = "sure" in args
    if is_member and is_pressed and not args.confirmation(*view.leavable_state(context)).is_given:
        if context.club and context.club.is_open:
            return HandlerResult(view.club_mirror_card(context, context.club, is_member=True))
        return HandlerResult(view.already_member_card(context, ""))
    return HandlerResult(view.club_left_card(), without_membership(context.book, key), cannot_be_undone=True)


def show_club_mirror(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(view.club_mirror_card(context, require_open_club(context), is_member=is_club_member(context)))


def request_talk(context: BookContext, args: Args) -> HandlerResult:
    """Ask the facilitator for a talk. They are told the member's name and nothing else, after a confirmation."""
    club = require_joined_club(context)
    if current_facilitator(club, context.now) == context.book.owner:
        return HandlerResult(facilitator.own_facilitator_card())
    confirmation = args.confirmation(club.setup_id, current_facilitator(club, context.now))
    if not confirmation.is_given:
        return HandlerResult(facilitator.confirm_talk_card(context, club, confirmation.code))
    memberships = tuple(
        replace(membership, talk_requested_at=context.now) if membership.club == club.key else membership
        for membership in context.book.memberships
    )
    after = lifecycle.with_talk_request(club, current_actor(context), context.now)
    return HandlerResult(
        facilitator.talk_requested_card(),
        replace(context.book, memberships=memberships),
        club=after,
        cannot_be_undone=True,
    )
