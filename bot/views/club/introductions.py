"""The cards around a question for the club: for who asks, and for who may know someone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.club.privacy import Worry
from bot.domain.messages import Button, Card, Field, line
from bot.domain.model import Ask, Club, Offer, Said
from bot.text.command_line import compose
from bot.text.i18n import _
from bot.views import phrases
from bot.views.club import channel_posts


def preview(club: Club, ask: Ask, worry: Worry | None, draft: str) -> Card:
    """The question as it would be posted, or what should not stand in it."""
    change = Button(_("Change it"), compose("ask", draft=draft, change="yes"))
    if worry and worry is not Worry.PERSON:
        lines = (line(warned(worry)), line(_("Nothing is posted yet.")), phrases.said(ask.about))
        return Card(lines=lines, buttons=(change,), unfinished=True)
    post = Button(_("Post it"), compose("askpost", draft=draft, mark="once"))
    first = (
        line(warned(worry)) if worry else line(_("This goes to {room}, without your name:"), room=phrases.room(club))
    )
    return Card(
        lines=(first, line(_("It is open for two weeks; who helps learns your name only with your yes."))),
        fields=tuple(Field("", one) for one in channel_posts.ask(ask).lines),
        buttons=(*((change, post) if worry else (post, change)), phrases.press(_("Not now"), "club")),
        unfinished=True,
    )


def warned(worry: Worry) -> str:
    return {
        Worry.CONTACT: _("It names one of your contacts, and I never post a contact's name."),
        Worry.NUMBER: _("There seems to be a phone number in it; that is better said in private."),
        Worry.LINK: _("There seems to be a link or an address in it; that is better said in private."),
        Worry.PERSON: _("If there is a person's name in it, please take it out first."),
    }[worry]


def asked() -> Card:
    return Card(
        lines=(
            line(_("Your question is on its way, without your name.")),
            line(_("When somebody can help, I ask you first. If nobody can, that says nothing about you.")),
        ),
        buttons=(phrases.press(_("My questions"), "myquestions"), phrases.board()),
    )


def mine(open_ones: Sequence[Ask], *, full: bool = False) -> Card:
    """The member's own open questions. `full`: two at a time, for the channel is everybody's."""
    first = _("Two of your questions are open, which is as many as I post at a time.")
    if not full:
        first = (
            _("Your open questions; nobody else sees that they are yours.")
            if open_ones
            else _("No question of yours is open.")
        )
    take_back = [
        phrases.press(_("Take back {number}").format(number=at), "withdraw", ask=one.id)
        for at, one in enumerate(open_ones, 1)
    ]
    ask = () if full else (phrases.press(_("Ask the club"), "ask"),)
    return Card(
        lines=(line(first),),
        fields=tuple(Field(f"{at}. {one.company}".strip(), (one.about[:120],)) for at, one in enumerate(open_ones, 1)),
        buttons=(*take_back, *ask, phrases.press(_("My club"), "club")),
    )


def own(ask: Ask) -> Card:
    return Card(
        lines=(line(_("This is your own question; nobody else sees that.")), line(_("No match yet."))),
        buttons=(
            phrases.press(_("Take it back"), "withdraw", ask=ask.id),
            phrases.press(_("My questions"), "myquestions"),
        ),
    )


def withdrawn() -> Card:
    return Card(
        lines=(line(_("Taken back: the post stays, and nobody can answer it any more.")),),
        buttons=(phrases.press(_("Ask something else"), "ask"), phrases.board()),
    )


def closed() -> Card:
    return Card(lines=(line(_("This question is closed; thank you for looking.")),), buttons=(phrases.board(),))


def share_warned(worry: Worry, share: str, draft: str) -> Card:
    """What the asker would be told names somebody, or says more than it should."""
    change = Button(_("Change it"), compose("mayknow", draft=draft, change="yes"))
    more = (Button(_("Go on"), compose("mayknow", draft=draft, sure="yes")),) if worry is Worry.PERSON else ()
    said = _("It names one of your contacts; their name stays with you.") if worry is Worry.CONTACT else warned(worry)
    return Card(
        lines=(line(said), line(_("Nothing is passed on yet.")), phrases.said(share)),
        buttons=(change, *more),
        unfinished=True,
    )


def offered(club: Club, ask: Ask, offer: Offer) -> Card:
    """To the helper: how things stand with what they offered."""
    match offer.said:
        case Said.ASKING:
            return _ask_them_first(club, ask)
        case Said.WILLING | Said.REFUSED:
            return Card(
                lines=(line(_("I've asked the member; you hear from me if they say yes, too.")),),
                buttons=(phrases.board(),),
            )
        case Said.INTRODUCED:
            return Card(lines=(line(_("You are introduced already; how kind of you.")),), buttons=(phrases.board(),))
        case Said.DECLINED:
            return helper_said(yes=False)


def _ask_them_first(club: Club, ask: Ask) -> Card:
    about = _("They are interested in {company}: {about}") if ask.company else _("They ask: {about}")
    return Card(
        lines=(
            line(_("How kind. Please ask your contact first; here are words to forward.")),
            line(_("Nobody is told your name, or theirs, before all have said yes.")),
        ),
        quote="\n".join(
            (
                _("I hope you're well. Somebody in my job club would be glad of a short talk."),
                about.format(company=ask.company, about=ask.about),
                _("Only if it suits you; a no is fine, too."),
            )
        ),
        buttons=(
            phrases.at_club(_("They said yes"), "theysaid", club, ask=ask.id, yes="yes"),
            phrases.at_club(_("They'd rather not"), "theysaid", club, ask=ask.id, yes="no"),
        ),
    )


def helper_said(*, yes: bool) -> Card:
    if yes:
        return Card(
            lines=(line(_("Thank you. I ask the member now; you hear from me if they say yes, too.")),),
            buttons=(phrases.board(),),
        )
    return Card(
        lines=(line(_("All right; nobody hears of it. Thank you for asking.")),),
        buttons=(phrases.board(),),
    )


def asker_said(*, yes: bool) -> Card:
    if yes:
        return Card(
            lines=(line(_("I introduce you two in private, in a moment.")),),
            buttons=(phrases.add_someone(), phrases.board()),
        )
    return Card(
        lines=(line(_("All right; nobody hears of it, and your question stays open.")),), buttons=(phrases.board(),)
    )


def no_more() -> Card:
    return Card(
        lines=(line(_("This is no longer open. Your question may still find another.")),), buttons=(phrases.board(),)
    )
