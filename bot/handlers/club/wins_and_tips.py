"""Handlers for wins and tips: texts that members share with the club, with their name only if they choose so."""

from __future__ import annotations

from bot.club import lifecycle, privacy
from bot.domain.errors import NotFound
from bot.domain.messages import MissingValues
from bot.domain.model import Club, Contact, WinOrTip
from bot.handlers.args import Args, ChainedCommand, HandlerResult
from bot.handlers.club.scope import (
    current_actor,
    is_club_leader,
    is_shown_elsewhere,
    require_joined_club,
    require_led_club,
    require_open_club,
    require_visible_club,
)
from bot.handlers.drafts import with_new_draft
from bot.rules.context import BookContext
from bot.text import contact_names
from bot.views import replies
from bot.views.club import overview as club_view
from bot.views.club import wins_and_tips as view

MAX_TIPS_SHOWN = 3


def share_win(context: BookContext, args: Args) -> HandlerResult:
    return _preview_win_or_tip(context, args, "win", require_joined_club(context))


def share_tip(context: BookContext, args: Args) -> HandlerResult:
    return _preview_win_or_tip(context, args, "tip", require_joined_club(context))


def _preview_win_or_tip(context: BookContext, args: Args, kind: str, club: Club) -> HandlerResult:
    """Show the text to its author, who chooses whether to share it with their name."""
    author = context.book.owner
    if kind == "win" and lifecycle.has_reached_post_limit(context.book, context.now):
        return HandlerResult(club_view.post_limit_card())
    if kind == "tip" and lifecycle.has_reached_tip_limit(club, author):
        return HandlerResult(view.tip_limit_card())
    text = args.text("text")
    if not text or args.flag("change"):
        return HandlerResult(MissingValues(("text",), (("text", text),), all_required=True))
    exposed_contacts = privacy.find_exposed_contacts(text, context.book.contacts)
    if exposed_contacts:
        return _warn_of_contact_names(context, kind, text, exposed_contacts)
    shown_in = {"shown_in": club.meeting.channel_id} if kind == "win" else {}
    book, draft = with_new_draft(context, f"{kind}post", {"text": text, **shown_in})
    risk = privacy.find_privacy_risk(text, context.book.contacts)
    return HandlerResult(
        view.win_or_tip_preview_card(club, kind, text, draft, current_actor(context).display_name, risk), book
    )


def _warn_of_contact_names(
    context: BookContext, kind: str, text: str, exposed_contacts: list[Contact]
) -> HandlerResult:
    """Refuse a text that names contacts of the member, and offer it without the names.

    The name of a contact never leaves its owner's private messages.
    """
    redacted = privacy.redact_contact_names(text, context.book.contacts, view.someone_phrase())
    book, draft = with_new_draft(context, kind, {"text": text})
    redacted_draft = ""
    if redacted:
        book, redacted_draft = with_new_draft(context.with_book(book), kind, {"text": redacted})
    return HandlerResult(view.exposed_contact_card(kind, exposed_contacts, draft, redacted_draft), book)


def post_win(context: BookContext, args: Args) -> HandlerResult:
    club = require_joined_club(context)
    if any(win.id == args.text("draft") for win in club.wins):
        return HandlerResult(view.win_or_tip_shared_card("win"))
    if not args.text("text"):
        raise NotFound
    is_exposed = privacy.find_exposed_contacts(args.text("text"), context.book.contacts)
    if is_exposed or is_shown_elsewhere(club, args):
        return HandlerResult(ChainedCommand("win", {"text": args.text("text")}))
    if lifecycle.has_reached_post_limit(context.book, context.now):
        return HandlerResult(club_view.post_limit_card())
    after = lifecycle.with_win(club, _build_win_or_tip(context, args), context.now)
    return HandlerResult(
        view.win_or_tip_shared_card("win"),
        lifecycle.with_post_time(context.book, context.now),
        club=after,
        cannot_be_undone=True,
    )


def post_tip(context: BookContext, args: Args) -> HandlerResult:
    club = require_joined_club(context)
    if any(tip.id == args.text("draft") for tip in club.tips):
        return HandlerResult(view.win_or_tip_shared_card("tip"))
    if not args.text("text"):
        raise NotFound
    if privacy.find_exposed_contacts(args.text("text"), context.book.contacts):
        return HandlerResult(ChainedCommand("tip", {"text": args.text("text")}))
    if lifecycle.has_reached_tip_limit(club, context.book.owner):
        return HandlerResult(view.tip_limit_card())
    after = lifecycle.with_tip(club, _build_win_or_tip(context, args))
    return HandlerResult(view.win_or_tip_shared_card("tip"), club=after, cannot_be_undone=True)


def _build_win_or_tip(context: BookContext, args: Args) -> WinOrTip:
    name = current_actor(context).display_name if args.flag("named") else ""
    return WinOrTip(
        id=args.text("draft"),
        author=context.book.owner,
        text=args.text("text"),
        shared_at=context.now,
        author_name=name,
    )


def search_tips(context: BookContext, args: Args) -> HandlerResult:
    """Show the newest tips; with a search, only tips that contain all its words."""
    club, sought_words = require_visible_club(context), contact_names.split_words(args.text("search"))
    matching_tips = [
        tip
        for tip in reversed(club.tips)
        if set(sought_words) <= set(contact_names.split_words(f"{tip.text} {tip.author_name}"))
    ]
    removable_ids = {tip.id for tip in matching_tips if is_club_leader(context) or tip.author == context.book.owner}
    return HandlerResult(
        view.tips_card(
            context.now, matching_tips[:MAX_TIPS_SHOWN], len(matching_tips), args.text("search"), removable_ids
        )
    )


def take_down_tip(context: BookContext, args: Args) -> HandlerResult:
    """Remove a tip, if the member leads the club or wrote the tip. An old button shows the tips."""
    club = require_open_club(context)
    is_own = any(tip.id == args.text("tip") and tip.author == context.book.owner for tip in club.tips)
    club = club if is_own else require_led_club(context)
    if not args.confirmation(args.text("tip")).is_given:
        return search_tips(context, args)
    after = lifecycle.without_tip(club, args.text("tip"))
    return HandlerResult(view.tip_taken_down_card(), club=after if after != club else None)


def suggest_win(context: BookContext, args: Args) -> HandlerResult:
    """Suggest a win to share after a reply; its text does not contain the contact's name."""
    contact = args.contact()
    if context.club is None or not context.club.is_open:
        return HandlerResult(replies.share_reply_card(contact))
    book, draft = with_new_draft(context, "win", {"text": replies.share_reply_text()})
    return HandlerResult(view.win_suggestion_card(contact, draft), book)
