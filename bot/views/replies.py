"""The cards around an answer, and around who moves next."""

from __future__ import annotations

from datetime import date

from bot.domain.messages import Button, Card, line
from bot.domain.model import Answer, Outreach, Who
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import phrases


def what_was_it(one: Outreach, draft: str = "") -> Card:
    """Asked before any cheer: a reply can be many things. `draft` keeps a note that was typed with it."""
    kinds = ((_("Answer"), "answer"), (_("Referral"), "referral"), (_("Away"), "away"), (_("No"), "no"))
    extra = {"draft": draft} if draft else {}
    return Card(
        lines=(line(_("{name} got back to you."), name=one.name), line(_("What was it?"))),
        buttons=tuple(phrases.press(label, "reply", one, marked=True, kind=kind, **extra) for label, kind in kinds),
        unfinished=True,
    )


def answered(one: Outreach, *, late: bool) -> Card:
    """`late`: it came after a silence that had its follow-ups or its weeks."""
    if not late:
        return Card(
            lines=(line(_("Good: {name} got back to you."), name=one.name), line(_("Who moves next?"))),
            buttons=turn_buttons(one),
        )
    return Card(
        lines=(
            line(_("How good: {name} wrote back."), name=one.name),
            line(_("Your patience kept the door open.")),
            line(_("It's your turn, in your own time.")),
        ),
        buttons=(
            phrases.press(_("Words"), "words", one),
            phrases.press(_("Plan a call"), "plan", one),
            phrases.press(_("Share without {name}'s name").format(name=phrases.short(one)), "share", one),
            phrases.press(_("Who moves next?"), "turn", one, marked=True),
        ),
    )


def referred(one: Outreach) -> Card:
    return Card(
        lines=(
            line(_("How kind of {name} to open another door."), name=one.name),
            line(_("Who did they name? I'll note who introduced you.")),
        ),
        buttons=(
            phrases.press(_("Add them"), "add", via=phrases.of(one)),
            phrases.press(_("Who moves next?"), "turn", one, marked=True),
            phrases.see(one),
            phrases.undo(),
        ),
    )


def away(desk: Desk, one: Outreach, until: date) -> Card:
    stands = desk.stands(one)
    return Card(
        lines=(
            line(_("{name} is away until {day}; those days don't count."), name=one.name, day=desk.day(until)),
            phrases.allowed(desk, one, stands),
            phrases.meanwhile(desk, one),
        ),
        buttons=(phrases.see(one), phrases.board(), phrases.undo()),
    )


def declined(one: Outreach) -> Card:
    """A no, taken well: thanked and rested."""
    return Card(
        lines=(
            line(_("A clear no is a kindness too, and no verdict on you.")),
            line(_("{name} rests now; a thank-you uses no follow-up, and the door stays open."), name=one.name),
        ),
        buttons=(
            phrases.press(_("I thanked them"), "log", one, marked=True, channel="email", courtesy="yes"),
            phrases.press(_("Someone else"), "others", one),
            phrases.board(),
            phrases.undo(),
        ),
    )


def reply_card(one: Outreach, answer: Answer, *, late: bool) -> Card:
    match answer:
        case Answer.ANSWER:
            return answered(one, late=late)
        case Answer.REFERRAL:
            return referred(one)
        case Answer.NO:
            return declined(one)


def who_next(one: Outreach) -> Card:
    return Card(
        lines=(line(_("Who moves next with {name}?"), name=one.name),),
        buttons=turn_buttons(one),
    )


def turn_buttons(one: Outreach) -> tuple[Button, ...]:
    def turn(label: str, who: str) -> Button:
        return phrases.press(label, "turn", one, marked=True, who=who)

    return (
        turn(_("Me"), "me"),
        turn(_("They, by a date"), "they"),
        phrases.press(_("Call planned"), "plan", one),
        turn(_("Nothing more"), "nobody"),
    )


def turned(desk: Desk, one: Outreach, who: Who) -> Card:
    stands = desk.stands(one)
    first = {
        Who.ME: _("Noted: the next step with {name} is yours."),
        Who.THEY: _("Noted: the next step is {name}'s."),
        Who.NOBODY: _("Noted: nothing more is open with {name}."),
    }[who]
    then = () if who is Who.NOBODY else (phrases.allowed(desk, one, stands),)
    return Card(
        lines=(line(first, name=one.name), *then),
        buttons=(phrases.see(one), phrases.add_someone(), phrases.board(), phrases.undo()),
    )


def to_share(one: Outreach) -> Card:
    """Words for the club without the contact's name; nothing is posted."""
    return Card(
        lines=(
            line(_("Words for your club, without {name}'s name, to copy if you like:"), name=one.name),
            line(_("I post nothing by myself.")),
        ),
        quote=good_news(),
        buttons=(phrases.see(one), phrases.board()),
    )


def good_news() -> str:
    return _("Somebody I had been waiting for wrote back today. Patience kept the door open.")


def to_ask(about: Outreach | None) -> Card:
    """A question for the club that names no contact; nothing is posted."""
    company = about.company if about else ""
    question = (
        _("Does anyone here know someone at {company}? I'd be glad of an introduction.").format(company=company)
        if company
        else _("Does anyone here know someone I could talk to about my next step? I'd be glad of an introduction.")
    )
    return Card(
        lines=(
            line(_("A question for your club, to copy; it names none of your contacts:")),
            line(_("I post nothing by myself.")),
        ),
        quote=question,
        buttons=(phrases.add_someone(), phrases.board()),
    )
