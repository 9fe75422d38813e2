"""Cards about a question to the club, for the asker and for members who may know someone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.club.privacy import PrivacyRisk
from bot.domain.messages import Button, Card, Field, format_line
from bot.domain.model import Club, Contact, Offer, OfferStatus, Question
from bot.text.command_line import to_command_line
from bot.text.confirmation import confirmation_code
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import add_contact_button, board_button, club_command_button, command_button, primary_button
from bot.views.club import channel_posts


def question_preview_card(club: Club, question: Question, risk: PrivacyRisk | None, draft: str) -> Card:
    """The question as it would be posted. With a risk other than a possible name it must be changed first."""
    change = Button(_("Change it"), to_command_line("ask", draft=draft, change="yes"))
    if risk and risk is not PrivacyRisk.PERSON_NAME:
        lines = (
            format_line(privacy_risk_phrase(risk)),
            format_line(_("Nothing is posted yet.")),
            phrases.quotation_line(question.about),
        )
        return Card(lines=lines, buttons=(change,), is_unfinished=True)
    post_button = command_button if risk else primary_button
    post = post_button(_("Post it"), "askpost", draft=draft, mark="once")
    first = (
        format_line(privacy_risk_phrase(risk))
        if risk
        else format_line(_("This goes to {room}, without your name:"), room=phrases.club_channel_mention(club))
    )
    return Card(
        lines=(first, format_line(_("It is open for two weeks; who helps learns your name only with your yes."))),
        fields=tuple(Field("", line) for line in channel_posts.question_post_card(question).lines),
        buttons=(*((change, post) if risk else (post, change)), command_button(_("Not now"), "club")),
        is_unfinished=True,
    )


def privacy_risk_phrase(risk: PrivacyRisk) -> str:
    return {
        PrivacyRisk.CONTACT_NAME: _("It names one of your contacts, and I never post a contact's name."),
        PrivacyRisk.PHONE_NUMBER: _("There seems to be a phone number in it; that is better said in private."),
        PrivacyRisk.LINK: _("There seems to be a link or an address in it; that is better said in private."),
        PrivacyRisk.PERSON_NAME: _("If there is a person's name in it, please take it out first."),
    }[risk]


def question_posted_card() -> Card:
    return Card(
        lines=(
            format_line(_("Your question is on its way, without your name.")),
            format_line(_("When somebody can help, I ask you first. If nobody can, that says nothing about you.")),
        ),
        buttons=(command_button(_("My questions"), "myquestions"), board_button()),
    )


def my_questions_card(now: datetime, questions: Sequence[Question], *, at_limit: bool = False) -> Card:
    """The member's own open questions. `at_limit`: as many are open as one member may have."""
    first = _("Two of your questions are open, which is as many as I post at a time.")
    if not at_limit:
        first = (
            _("Your open questions; nobody else sees that they are yours.")
            if questions
            else _("No question of yours is open.")
        )
    take_back = [
        _withdraw_button(_("Take back {number}").format(number=number), now, question)
        for number, question in enumerate(questions, 1)
    ]
    ask = () if at_limit else (command_button(_("Ask the club"), "ask"),)
    return Card(
        lines=(format_line(first),),
        fields=tuple(
            Field(f"{number}. {question.company}".strip(), (question.about[:120],))
            for number, question in enumerate(questions, 1)
        ),
        buttons=(*take_back, *ask, command_button(_("My club"), "club")),
    )


def _withdraw_button(label: str, now: datetime, question: Question) -> Button:
    return command_button(label, "withdraw", ask=question.id, sure=confirmation_code(now, question.id))


def own_question_card(now: datetime, question: Question) -> Card:
    return Card(
        lines=(format_line(_("This is your own question; nobody else sees that.")), format_line(_("No match yet."))),
        buttons=(
            _withdraw_button(_("Take it back"), now, question),
            command_button(_("My questions"), "myquestions"),
        ),
    )


def question_withdrawn_card() -> Card:
    return Card(
        lines=(format_line(_("Taken back: the post stays, and nobody can answer it any more.")),),
        buttons=(command_button(_("Ask something else"), "ask"), board_button()),
    )


def question_closed_card() -> Card:
    return Card(lines=(format_line(_("This question is closed; thank you for looking.")),), buttons=(board_button(),))


def offer_warning_card(risk: PrivacyRisk, share: str, draft: str, code: str) -> Card:
    """`share` is what the asker would learn. It names someone or reveals too much."""
    change = Button(_("Change it"), to_command_line("mayknow", draft=draft, change="yes"))
    more = (
        (Button(_("Go on"), to_command_line("mayknow", draft=draft, sure=code)),)
        if risk is PrivacyRisk.PERSON_NAME
        else ()
    )
    warning = (
        _("It names one of your contacts; their name stays with you.")
        if risk is PrivacyRisk.CONTACT_NAME
        else privacy_risk_phrase(risk)
    )
    return Card(
        lines=(format_line(warning), format_line(_("Nothing is passed on yet.")), phrases.quotation_line(share)),
        buttons=(change, *more),
        is_unfinished=True,
    )


def offer_status_card(club: Club, question: Question, offer: Offer) -> Card:
    """For the helper: the status of their offer."""
    match offer.status:
        case OfferStatus.ASKING_CONTACT:
            return _ask_contact_first_card(club, question)
        case OfferStatus.WILLING | OfferStatus.REFUSED:
            return Card(
                lines=(format_line(_("I've asked the member; you hear from me if they say yes, too.")),),
                buttons=(board_button(),),
            )
        case OfferStatus.INTRODUCED:
            return Card(
                lines=(format_line(_("You are introduced already; how kind of you.")),),
                buttons=(board_button(),),
            )
        case OfferStatus.DECLINED:
            return helper_reply_card(yes=False)


def _ask_contact_first_card(club: Club, question: Question) -> Card:
    about = _("They are interested in {company}: {about}") if question.company else _("They ask: {about}")
    return Card(
        lines=(
            format_line(_("How kind. Please ask your contact first; here are words to forward.")),
            format_line(_("Nobody is told your name, or theirs, before all have said yes.")),
        ),
        quote="\n".join(
            (
                _("I hope you're well. Somebody in my job club would be glad of a short talk."),
                about.format(company=question.company, about=question.about),
                _("Only if it suits you; a no is fine, too."),
            )
        ),
        buttons=(
            club_command_button(_("They said yes"), "theysaid", club, ask=question.id, yes="yes"),
            club_command_button(_("They'd rather not"), "theysaid", club, ask=question.id, yes="no"),
        ),
    )


def helper_reply_card(*, yes: bool) -> Card:
    if yes:
        return Card(
            lines=(format_line(_("Thank you. I ask the member now; you hear from me if they say yes, too.")),),
            buttons=(board_button(),),
        )
    return Card(
        lines=(format_line(_("All right; nobody hears of it. Thank you for asking.")),),
        buttons=(board_button(),),
    )


def asker_reply_card(*, yes: bool) -> Card:
    if yes:
        return Card(
            lines=(format_line(_("I introduce you two in private, in a moment.")),),
            buttons=(add_contact_button(), board_button()),
        )
    return Card(
        lines=(format_line(_("All right; nobody hears of it, and your question stays open.")),),
        buttons=(board_button(),),
    )


def offer_gone_card() -> Card:
    return Card(
        lines=(format_line(_("This is no longer open. Your question may still find another.")),),
        buttons=(board_button(),),
    )


def question_for_club_card(about: Contact | None) -> Card:
    """A question for the club that names no contact, to copy. The bot posts nothing."""
    company = about.company if about else ""
    question = (
        _("Does anyone here know someone at {company}? I'd be glad of an introduction.").format(company=company)
        if company
        else _("Does anyone here know someone I could talk to about my next step? I'd be glad of an introduction.")
    )
    return Card(
        lines=(
            format_line(_("A question for your club, to copy; it names none of your contacts:")),
            format_line(_("I post nothing by myself.")),
        ),
        quote=question,
        buttons=(add_contact_button(), board_button()),
    )
