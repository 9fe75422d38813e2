"""Questions for the club: asked, offered to, agreed to on both sides."""

from __future__ import annotations

from bot.club import introductions, privacy
from bot.club.limits import has_reached_post_limit, with_post_time
from bot.domain.errors import NotFound
from bot.domain.messages import MissingValues as Form
from bot.domain.model import Club, Offer, OfferStatus, Question
from bot.handlers.args import Args, ChainedCommand, HandlerResult
from bot.handlers.club.scope import current_actor, require_joined_club, require_open_club
from bot.handlers.drafts import with_new_draft
from bot.rules.context import BookContext
from bot.views import replies
from bot.views.club import introductions as view
from bot.views.club import overview as club_view

INTRODUCTION_METHODS = ("introduce", "pass on", "talk first")


def preview_question(context: BookContext, args: Args) -> HandlerResult:
    """Shown to the asker first, with what should not stand in it."""
    club = require_joined_club(context)
    if args.flag("change"):
        return HandlerResult(Form(("company", "about"), tuple(args.with_values(change="").values.items())))
    company, about = args.text("company"), args.text("about")
    if (
        len(introductions.find_open_questions(club, context.now, current_actor(context).address))
        >= introductions.MAX_OPEN_QUESTIONS
    ):
        return HandlerResult(
            view.my_questions_card(
                introductions.find_open_questions(club, context.now, current_actor(context).address), at_limit=True
            )
        )
    book, draft = with_new_draft(context, "askpost", {"company": company, "about": about})
    worry = find_question_risk(context, company, about)
    return HandlerResult(
        view.question_preview_card(club, _build_question(context, draft, company, about), worry, draft), book
    )


def find_question_risk(context: BookContext, company: str, about: str) -> privacy.PrivacyRisk | None:
    """The gravest of both."""
    found = {privacy.find_privacy_risk(one, context.book.contacts, company) for one in (about, company)}
    return next((one for one in privacy.PrivacyRisk if one in found), None)


def _build_question(context: BookContext, question_id: str, company: str, about: str) -> Question:
    return Question(id=question_id, asker=context.book.owner, company=company, about=about, asked_at=context.now)


def post_question(context: BookContext, args: Args) -> HandlerResult:
    """It goes to the channel, once, however often this is pressed."""
    club, key = require_joined_club(context), args.text("draft")
    if introductions.find_question(club, key):
        return HandlerResult(view.question_posted_card())
    company, about = args.text("company"), args.text("about")
    if not about:
        raise NotFound
    mine = introductions.find_open_questions(club, context.now, current_actor(context).address)
    if len(mine) >= introductions.MAX_OPEN_QUESTIONS:
        return HandlerResult(view.my_questions_card(mine, at_limit=True))
    if has_reached_post_limit(context.book, context.now):
        return HandlerResult(club_view.post_limit_card())
    worry = find_question_risk(context, company, about)
    if worry and worry is not privacy.PrivacyRisk.PERSON_NAME:
        return HandlerResult(
            view.question_preview_card(club, _build_question(context, key, company, about), worry, key)
        )
    after = introductions.with_question(club, _build_question(context, key, company, about), context.now)
    return HandlerResult(
        view.question_posted_card(), with_post_time(context.book, context.now), club=after, cannot_be_undone=True
    )


def ask_about_contact(context: BookContext, args: Args) -> HandlerResult:
    """From a contact's card: the company is filled in, and nothing of the contact goes with it."""
    one = args.contact() if args.text("contact") else None
    if context.club is None or not context.club.is_open:
        return HandlerResult(replies.question_for_club_card(one))
    return HandlerResult(ChainedCommand("ask", {"company": one.company} if one and one.company else {}))


def show_my_questions(context: BookContext, args: Args) -> HandlerResult:
    club = require_joined_club(context)
    return HandlerResult(
        view.my_questions_card(introductions.find_open_questions(club, context.now, current_actor(context).address))
    )


def withdraw_question(context: BookContext, args: Args) -> HandlerResult:
    club, one = require_open_club(context), _require_question(context, args)
    if one.asker != current_actor(context).address:
        raise NotFound
    return HandlerResult(
        view.question_withdrawn_card(), club=introductions.with_question_closed(club, one.id, context.now)
    )


def _require_question(context: BookContext, args: Args) -> Question:
    found = introductions.find_question(require_open_club(context), args.text("ask"))
    if found is None:
        raise NotFound
    return found


def offer_introduction(context: BookContext, args: Args) -> HandlerResult:
    """Somebody may know someone: a private form, then words for their contact, who is asked first."""
    club, found = require_open_club(context), introductions.find_question(require_open_club(context), args.text("ask"))
    if found is None or not introductions.is_question_open(found, context.now):
        return HandlerResult(view.question_closed_card())
    if found.asker == current_actor(context).address:
        return HandlerResult(view.own_question_card(found))
    offer = introductions.find_helper_offer(found, current_actor(context).address)
    if offer and offer.status is not OfferStatus.DECLINED:
        return HandlerResult(view.offer_status_card(club, found, offer))
    share = args.text("share")
    if not share or not args.text("how") or args.flag("change"):
        return HandlerResult(
            Form(("share", "how"), tuple(args.with_values(change="").values.items()), all_required=True)
        )
    worry = privacy.find_privacy_risk(share, context.book.contacts, found.company)
    if worry and not (worry is privacy.PrivacyRisk.PERSON_NAME and args.flag("sure")):
        book, draft = with_new_draft(context, "mayknow", args.values)
        return HandlerResult(view.offer_warning_card(worry, share, draft), book)
    return _add_offer(context, club, found, args)


def _add_offer(context: BookContext, club: Club, question: Question, args: Args) -> HandlerResult:
    how = args.text("how") if args.text("how") in INTRODUCTION_METHODS else INTRODUCTION_METHODS[0]
    actor = current_actor(context)
    offer = Offer(
        id=context.new_id(9),
        helper=actor.address,
        helper_name=actor.display_name,
        shareable=args.text("share"),
        approach=how,
        offered_at=context.now,
    )
    after = introductions.with_offer(club, question.id, offer)
    return HandlerResult(view.offer_status_card(club, question, offer), club=after, cannot_be_undone=True)


def record_helper_reply(context: BookContext, args: Args) -> HandlerResult:
    """What the helper's contact said."""
    club, found = require_open_club(context), introductions.find_question(require_open_club(context), args.text("ask"))
    if found is None or not introductions.is_question_open(found, context.now):
        return HandlerResult(view.question_closed_card())
    offer = introductions.find_helper_offer(found, current_actor(context).address)
    if offer is None:
        raise NotFound
    yes = args.flag("yes") is True
    if offer.status is not OfferStatus.ASKING_CONTACT:
        return HandlerResult(view.offer_status_card(club, found, offer))
    after = introductions.with_helper_reply(club, found, offer, context.now, yes=yes)
    return HandlerResult(view.helper_reply_card(yes=yes), club=after)


def answer_offer(context: BookContext, args: Args) -> HandlerResult:
    """The asker's word: with a yes both hear who the other is."""
    club, found = require_open_club(context), _require_question(context, args)
    if found.asker != current_actor(context).address:
        raise NotFound
    offer = next((one for one in found.offers if one.id == args.text("offer")), None)
    if offer is None or (offer.status is not OfferStatus.INTRODUCED and found.closed_at):
        return HandlerResult(view.offer_gone_card())
    if offer.status is not OfferStatus.WILLING:
        return HandlerResult(view.asker_reply_card(yes=offer.status is OfferStatus.INTRODUCED))
    yes = args.flag("yes") is True
    after = introductions.with_asker_reply(
        club, found, offer, current_actor(context).display_name, context.now, yes=yes
    )
    return HandlerResult(view.asker_reply_card(yes=yes), club=after)
