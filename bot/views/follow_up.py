"""The cards around one's own touches: the kind brake, words to copy, what was left out."""

from __future__ import annotations

from bot.domain.messages import Button, Card, Line, line
from bot.domain.model import Channel, Outreach, Slot
from bot.rules import Brake, Stage, Standing, news_allowed
from bot.rules.context import Desk
from bot.text.command_line import compose
from bot.text.i18n import _
from bot.views import phrases
from bot.views.templates import CALLS, Letter, fitting, written


def braked(desk: Desk, one: Outreach, brake: Brake, draft: str) -> Card:
    """The kind brake. What was typed is kept in `draft`; every way on is the member's."""
    stands = desk.stands(one)
    buttons = [phrases.press(_("Show others"), "others", one), phrases.press(_("They wrote to me"), "reply", one)]
    if news_allowed(stands, desk.now, desk.days.policy):
        buttons.append(phrases.press(_("There is real news"), "news", one, marked=True, draft=draft))
    buttons.append(phrases.press(_("Log it anyway"), "log", one, marked=True, draft=draft, anyway="yes"))
    return Card(
        lines=(line(_("Wanting to try again makes sense.")), _why_not(desk, one, stands, brake), _others(desk, one)),
        buttons=tuple(buttons),
        unfinished=True,
    )


def _why_not(desk: Desk, one: Outreach, stands: Standing, brake: Brake) -> Line:
    name = one.name
    match brake:
        case Brake.TOO_SOON if stands.until and stands.free:
            soon = _("{name} may be busy; {what} is welcome from {day}.")
            return line(soon, name=name, what=phrases.a_slot(stands.free[0]), day=desk.day(stands.until))
        case Brake.SLOT_USED if stands.stage is Stage.MAY:
            used = _("{name} has your {used}; {what} is still okay.")
            return line(used, name=name, used=_used(stands), what=phrases.a_slot(stands.free[0]))
        case Brake.SLOT_USED | Brake.QUOTA_USED:
            return line(
                _("{name} has your {used}; more may feel like pressure."), name=name, used=_used(stands) or _("message")
            )
        case Brake.CLOSED:
            return line(_("{name} is closed on your board; a pause may be kinder."), name=name)
        case _:
            return line(_("{name} is resting; a fresh reason and some weeks make it easier."), name=name)


def _used(stands: Standing) -> str:
    """ "e-mail and your call": what of the quota was really sent."""
    episode = stands.thread.episode
    sent = [phrases.slot(slot) for slot in Slot if episode and slot in episode.used]
    return _(" and your ").join(sent)


def _others(desk: Desk, one: Outreach) -> Line:
    people = [other.contact.name for other in desk.others(one, 2)]
    if not people:
        return line(_("One new name could be a lighter step."))
    if len(people) == 1:
        return line(_("{name} is on your board too."), name=people[0])
    return line(_("{names} are on your board too."), names=phrases.names(people))


def letter(desk: Desk, one: Outreach, slot: Slot | None = None, other: int = 0) -> Card:
    """Words to copy for how things stand now, with what sending them uses said before."""
    stands = desk.stands(one)
    if stands.stage is Stage.THEIR_TURN:
        return not_yet(desk, one)
    if stands.stage in (Stage.SOMEONE_ELSE, Stage.RESTING, Stage.CLOSED):
        return _for_someone_else(desk, one)
    if slot not in stands.free and stands.stage is Stage.MAY:
        slot = None  # words for a follow-up that is used would propose one more
    kind, about = _with_bridge(desk, one, fitting(one, stands, slot))
    sent = _sent_buttons(one, stands, kind)
    asked = {"slot": str(slot)} if slot else {}
    again = Button(_("Other words"), compose("words", contact=phrases.of(one), other=str(other + 1), **asked))
    return Card(
        lines=(_opening(one, kind), *_cost(stands, kind)),
        quote=written(kind, one.name, other, about),
        buttons=(*sent, again, phrases.press(_("Not now"), "show", one)),
    )


def _with_bridge(desk: Desk, one: Outreach, kind: Letter) -> tuple[Letter, str]:
    """A first hello speaks of the person between: thanks to an introducer, the introducer's name to the introduced."""
    if kind is not Letter.FIRST:
        return kind, ""
    if introduced := next((other for other in desk.book.contacts if other.via == one.id), None):
        return Letter.THANKS, introduced.name
    if introducer := desk.book.contact(one.via):
        return Letter.INTRODUCED, introducer.name
    return kind, ""


def reschedule(desk: Desk, one: Outreach) -> Card:
    """After a planned call that did not happen: welcome the same day, with the slot it uses said before."""
    card = letter(desk, one)
    first = line(_("I'm sorry; something may have come up for {name}."), name=one.name)
    return Card(lines=(first, *card.lines[1:]), quote=card.quote, buttons=card.buttons)


def not_yet(desk: Desk, one: Outreach) -> Card:
    stands = desk.stands(one)
    welcome = stands.until or desk.today
    if stands.free:
        said = line(
            _("{name} may be busy; {what} is welcome from {day}."),
            name=one.name,
            what=phrases.a_slot(stands.free[0]),
            day=desk.day(welcome),
        )
    else:
        said = line(_("{name} has heard from you; nothing to do until {day}."), name=one.name, day=desk.day(welcome))
    others = desk.others(one, 1)
    return Card(
        lines=(line(_("Not knowing is hard.")), said, phrases.meanwhile(desk, one)),
        buttons=(
            phrases.see(others[0].contact) if others else phrases.add_someone(),
            phrases.press(_("They wrote to me"), "reply", one),
        ),
    )


def _for_someone_else(desk: Desk, one: Outreach) -> Card:
    others = desk.others(one, 2)
    return Card(
        lines=(
            phrases.allowed(desk, one, desk.stands(one)),
            phrases.meanwhile(desk, one),
        ),
        buttons=(
            *(
                phrases.press(_("Words for {name}").format(name=phrases.short(who.contact)), "words", who.contact)
                for who in others
            ),
            phrases.press(_("They wrote to me"), "reply", one),
            phrases.add_someone(),
        ),
    )


def _opening(one: Outreach, kind: Letter) -> Line:
    return line(
        {
            Letter.THANKS: _("Words of thanks for {name}, to copy and make your own:"),
            Letter.INTRODUCED: _("Words for a first hello to {name}, to copy and make your own:"),
            Letter.FIRST: _("Words for a first hello to {name}, to copy and make your own:"),
            Letter.PHONE: _("Words for one call or voicemail to {name}:"),
            Letter.FIRST_CALL: _("Words for one call or voicemail to {name}:"),
            Letter.RESCHEDULE: _("Words to ask {name} for another day:"),
            Letter.APOLOGY: _("These things happen. Words of apology for {name}:"),
            Letter.ANSWER: _("Words for {name}, to copy and make your own:"),
        }.get(kind, _("Words for one kind e-mail to {name}:")),
        name=one.name,
    )


def _cost(stands: Standing, kind: Letter) -> tuple[Line, ...]:
    """What sending these words uses, said before they are sent."""
    if stands.stage is not Stage.MAY:
        return (line(_("Sending them uses none of your follow-ups.")),) if kind is Letter.APOLOGY else ()
    if kind is Letter.RESCHEDULE and len(stands.free) == len(Slot):
        return (line(_("A call or voicemail uses your call; an e-mail uses your e-mail.")),)
    return (line(_("Sending them uses your {what}."), what=phrases.slot(_slot_of(stands, kind))),)


def _slot_of(stands: Standing, kind: Letter) -> Slot:
    if kind in CALLS:
        return Slot.PHONE
    return Slot.PHONE if kind is Letter.RESCHEDULE and Slot.PHONE in stands.free else Slot.WRITTEN


def _sent_buttons(one: Outreach, stands: Standing, kind: Letter) -> tuple[Button, ...]:
    if kind is Letter.THANKS:  # a thank-you waits for no answer
        return (phrases.press(_("I e-mailed it"), "log", one, marked=True, channel="email", courtesy="yes"),)
    if stands.stage is not Stage.MAY:
        return (_sent(one, Channel.EMAIL, _("I e-mailed it")),)
    if kind is Letter.RESCHEDULE:
        by_slot = {
            Slot.PHONE: _sent(one, Channel.VOICEMAIL, _("I sent it: uses my call")),
            Slot.WRITTEN: _sent(one, Channel.EMAIL, _("I e-mailed it: uses my e-mail")),
        }
        return tuple(button for slot, button in by_slot.items() if slot in stands.free)
    if kind in CALLS:
        return (_sent(one, Channel.PHONE, _("I called: uses my call")),)
    return (_sent(one, Channel.EMAIL, _("I sent it: uses my e-mail")),)


def _sent(one: Outreach, channel: Channel, label: str) -> Button:
    return phrases.press(label, "log", one, marked=True, channel=str(channel))


def left_out(desk: Desk, one: Outreach, slot: Slot) -> Card:
    """After [I'd rather not]."""
    stands = desk.stands(one)
    return Card(
        lines=(
            line(_("That's fine: no {what} to {name}, and nothing owed."), what=phrases.slot(slot), name=one.name),
            phrases.allowed(desk, one, stands),
            phrases.meanwhile(desk, one),
        ),
        buttons=(phrases.press(_("Someone else"), "others", one), phrases.see(one), phrases.undo()),
    )


def introducer_letter(one: Outreach, introducer: Outreach, kind: Letter, other: int) -> Card:
    """Words for the introducer: thanks, or the question whether all is well."""
    thanks = kind is Letter.THANKS
    said = _("Words of thanks for {name}: a second bridge.") if thanks else _("Words to ask {name}, once and lightly:")
    verb = "thank" if thanks else "askintroducer"
    sent = (
        phrases.press(_("I e-mailed it"), "log", introducer, marked=True, channel=str(Channel.EMAIL), courtesy="yes")
        if thanks
        else phrases.press(_("I asked"), "askedintroducer", one, marked=True)
    )
    return Card(
        lines=(line(said, name=introducer.name), line(_("They use none of your follow-ups."))),
        quote=written(kind, introducer.name, other, about=one.name),
        buttons=(
            sent,
            phrases.press(_("Other words"), verb, one, other=str(other + 1)),
            phrases.press(_("Not now"), "show", one),
        ),
    )
