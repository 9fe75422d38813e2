"""Handlers for questions to the club, offers to introduce somebody, and the consent of both sides."""

from __future__ import annotations

from bot.club import introductions, privacy
from bot.club.lifecycle import has_reached_post_limit, with_post_time
from bot.domain.errors import NotFound
from bot.domain.messages import MissingValues
from bot.domain.model import Club, Offer, OfferStatus, Question
from bot.handlers.args import Args, ChainedCommand, HandlerResult
from bot.handlers.club.scope import current_actor, is_shown_elsewhere, require_joined_club, require_open_club
from bot.handlers.drafts import with_new_draft
from bot.rules.context import BookContext
from bot.views.club import introductions as view
from bot.views.club import overview as club_view

INTRODUCTION_METHODS = ("introduce", "pass on", "talk first")


def preview_question(context: BookContext, args: Args) -> HandlerResult:
    """Show the question to its author before it is posted, with a warning if it may reveal a contact."""
    club = require_joined_club(context)
    if args.flag("change"):
        return HandlerResult(MissingValues(("company", "about"), tuple(args.with_values(change="").values.items())))
    company, about = args.text("company"), args.text("about")
    if (
        len(introductions.find_open_questions(club, context.now, current_actor(context).address))
        >= introductions.MAX_OPEN_QUESTIONS
    ):
        return HandlerResult(
            view.my_questions_card(
                context.now,
                introductions.find_open_questions(club, context.now, current_actor(context).address),
                at_limit=True,
            )
        )
    values = {"company": company, "about": about, "shown_in": club.meeting.channel_id}
    book, draft = with_new_draft(context, "askpost", values)
    risk = find_question_risk(context, company, about)
    return HandlerResult(
        view.question_preview_card(club, _build_question(context, draft, company, about), risk, draft), book
    )


def find_question_risk(context: BookContext, company: str, about: str) -> privacy.PrivacyRisk | None:
    """Return the gravest privacy risk of the text and the company, or None."""
    risks = {privacy.find_privacy_risk(text, context.book.contacts, company) for text in (about, company)}
    return next((risk for risk in privacy.PrivacyRisk if risk in risks), None)


def _build_question(context: BookContext, question_id: str, company: str, about: str) -> Question:
    return Question(id=question_id, asker=context.book.owner, company=company, about=about, asked_at=context.now)


def post_question(context: BookContext, args: Args) -> HandlerResult:
    """Queue the question for the channel. The draft's id becomes the question's id, so a second press has no effect."""
    club, question_id = require_joined_club(context), args.text("draft")
    if introductions.find_question(club, question_id):
        return HandlerResult(view.question_posted_card())
    company, about = args.text("company"), args.text("about")
    if not about:
        raise NotFound
    own_questions = introductions.find_open_questions(club, context.now, current_actor(context).address)
    if len(own_questions) >= introductions.MAX_OPEN_QUESTIONS:
        return HandlerResult(view.my_questions_card(context.now, own_questions, at_limit=True))
    if has_reached_post_limit(context.book, context.now):
        return HandlerResult(club_view.post_limit_card())
    if is_shown_elsewhere(club, args):
        return HandlerResult(ChainedCommand("ask", {"company": company, "about": about}))
    risk = find_question_risk(context, company, about)
    if risk and risk is not privacy.PrivacyRisk.PERSON_NAME:
        return HandlerResult(
            view.question_preview_card(club, _build_question(context, question_id, company, about), risk, question_id)
        )
    after = introductions.with_question(club, _build_question(context, question_id, company, about), context.now)
    return HandlerResult(
        view.question_posted_card(), with_post_time(context.book, context.now), club=after, cannot_be_undone=True
    )


def ask_about_contact(context: BookContext, args: Args) -> HandlerResult:
    """Ask the club about a contact's company: only the company is taken from the contact."""
    contact = args.contact() if args.text("contact") else None
    if context.club is None or not context.club.is_open:
        return HandlerResult(view.question_for_club_card(contact))
    return HandlerResult(ChainedCommand("ask", {"company": contact.company} if contact and contact.company else {}))


def show_my_questions(context: BookContext, args: Args) -> HandlerResult:
    club = require_joined_club(context)
    return HandlerResult(
        view.my_questions_card(
            context.now, introductions.find_open_questions(club, context.now, current_actor(context).address)
        )
    )


def withdraw_question(context: BookContext, args: Args) -> HandlerResult:
    club, question = require_open_club(context), _require_question(context, args)
    if question.asker != current_actor(context).address:
        raise NotFound
    if not args.confirmation(question.id).is_given:
        return show_my_questions(context, args)
    return HandlerResult(
        view.question_withdrawn_card(), club=introductions.with_question_closed(club, question.id, context.now)
    )


def _require_question(context: BookContext, args: Args) -> Question:
    question = introductions.find_question(require_open_club(context), args.text("ask"))
    if question is None:
        raise NotFound
    return question


def offer_introduction(context: BookContext, args: Args) -> HandlerResult:
    """Offer to introduce somebody: ask for the details in a private form, and check them for contacts' names."""
    club = require_open_club(context)
    question = introductions.find_question(club, args.text("ask"))
    if question is None or not introductions.is_question_open(question, context.now):
        return HandlerResult(view.question_closed_card())
    if question.asker == current_actor(context).address:
        return HandlerResult(view.own_question_card(context.now, question))
    offer = introductions.find_helper_offer(question, current_actor(context).address)
    if offer and offer.status is not OfferStatus.DECLINED:
        return HandlerResult(view.offer_status_card(club, question, offer))
    share = args.text("share")
    if not share or not args.text("how") or args.flag("change"):
        return HandlerResult(
            MissingValues(("share", "how"), tuple(args.with_values(change="").values.items()), all_required=True)
        )
    risk = privacy.find_privacy_risk(share, context.book.contacts, question.company)
    confirmation = args.confirmation(question.id, share)
    if risk and not (risk is privacy.PrivacyRisk.PERSON_NAME and confirmation.is_given):
        book, draft = with_new_draft(context, "mayknow", {**args.values, "sure": ""})
        return HandlerResult(view.offer_warning_card(risk, share, draft, confirmation.code), book)
    return _add_offer(context, club, question, args)


def _add_offer(context: BookContext, club: Club, question: Question, args: Args) -> HandlerResult:
    approach = args.text("how") if args.text("how") in INTRODUCTION_METHODS else INTRODUCTION_METHODS[0]
    actor = current_actor(context)
    offer = Offer(
        id=context.new_id(9),
        helper=actor.address,
        helper_name=actor.display_name,
        shareable=args.text("share"),
        approach=approach,
        offered_at=context.now,
    )
    after = introductions.with_offer(club, question.id, offer)
    return HandlerResult(view.offer_status_card(club, question, offer), club=after, cannot_be_undone=True)


def record_helper_reply(context: BookContext, args: Args) -> HandlerResult:
    """Log what the helper's contact answered."""
    club = require_open_club(context)
    question = introductions.find_question(club, args.text("ask"))
    if question is None or not introductions.is_question_open(question, context.now):
        return HandlerResult(view.question_closed_card())
    offer = introductions.find_helper_offer(question, current_actor(context).address)
    if offer is None:
        raise NotFound
    is_yes = args.flag("yes") is True
    if offer.status is not OfferStatus.ASKING_CONTACT:
        return HandlerResult(view.offer_status_card(club, question, offer))
    after = introductions.with_helper_reply(club, question, offer, context.now, yes=is_yes)
    return HandlerResult(view.helper_reply_card(yes=is_yes), club=after)


def answer_offer(context: BookContext, args: Args) -> HandlerResult:
    """Log the asker's answer to an offer. After a yes, both sides are told who the other is."""
    club, question = require_open_club(context), _require_question(context, args)
    if question.asker != current_actor(context).address:
        raise NotFound
    offer = next((offer for offer in question.offers if offer.id == args.text("offer")), None)
    if offer is None or (offer.status is not OfferStatus.INTRODUCED and question.closed_at):
        return HandlerResult(view.offer_gone_card())
    if offer.status is not OfferStatus.WILLING:
        return HandlerResult(view.asker_reply_card(yes=offer.status is OfferStatus.INTRODUCED))
    is_yes = args.flag("yes") is True
    after = introductions.with_asker_reply(
        club, question, offer, current_actor(context).display_name, context.now, yes=is_yes
    )
    return HandlerResult(view.asker_reply_card(yes=is_yes), club=after)
