"""The messages that nobody asked for at that moment: one card for all that is due, the most useful person first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.messages import Button, Card, Field, Line, line
from bot.domain.model import Item, Kind, Outreach, Slot
from bot.rules import basket
from bot.rules.context import Desk
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.plans import check_buttons

MOST_NAMED = 5


def reminder(desk: Desk, items: Sequence[Item], *, late: bool) -> Card:
    """The card for an envelope's items. `late`: it should have gone out earlier, and says so."""
    first, *rest = items
    card = _card(desk, first)
    if late and first.kind is not Kind.GONE_QUIET:
        card = replace(card, lines=(line(_("Sorry, this comes late: I was away.")), *card.lines[1:]))
    return _with_others(desk, card, rest) if rest else card


def _with_others(desk: Desk, card: Card, rest: Sequence[Item]) -> Card:
    """The further things that are due: named, and left to the board."""
    people = [one.name for item in rest if (one := desk.book.contact(item.contact))]
    fields = [*card.fields]
    if people:
        said = ngettext("{count} more can wait", "{count} more can wait", len(people)).format(count=len(people))
        fields.append(Field(said, (phrases.names(people[:MOST_NAMED]),)))
    if any(item.kind is Kind.BASKET for item in rest):
        fields.append(Field(_("Your week"), _spread(desk)))
    return replace(card, fields=tuple(fields), buttons=(*card.buttons[:3], phrases.board()))


def _card(desk: Desk, item: Item) -> Card:
    if item.kind is Kind.BASKET:
        return _basket(desk)
    if item.kind is Kind.GONE_QUIET:
        return _gone_quiet()
    one = desk.book.contact(item.contact)
    if one is None:
        raise LookupError(item.kind)  # without a name: errors are logged
    match item.kind:
        case Kind.CALL_CHECK:
            return _call_check(one, item.mark)
        case Kind.MAY:
            return _may(desk, one)
        case Kind.STALEMATE:
            return _stalemate(desk, one)
        case Kind.LATER:
            return _later(desk, one)
        case _:
            return _patience(desk, one)


def _call_check(one: Outreach, plan: str) -> Card:
    return Card(
        lines=(
            line(_("I hope your day is going well.")),
            line(_("Did your call with {name} happen?"), name=one.name),
        ),
        buttons=check_buttons(one, plan),
    )


def _may(desk: Desk, one: Outreach) -> Card:
    stands = desk.stands(one)
    slot = stands.free[0] if stands.free else Slot.WRITTEN
    return Card(
        lines=(_care(one), phrases.allowed(desk, one, stands)),
        buttons=(
            phrases.press(_("Show words"), "words", one),
            phrases.press(_("Later"), "snooze", one),
            phrases.press(_("I'd rather not"), "rathernot", one, marked=True, slot=str(slot)),
            phrases.they_wrote(one),
        ),
    )


def _care(one: Outreach) -> Line:
    """The first message about a silence says that it is no fault of the member's."""
    if any(key.startswith((Kind.PATIENCE, Kind.MAY)) for key in one.told):
        return line(_("{name} may have had a full week."), name=one.name)
    return line(_("It's been quiet with {name}, and that's no fault of yours."), name=one.name)


def _patience(desk: Desk, one: Outreach) -> Card:
    stands = desk.stands(one)
    others = desk.others(one, 1)
    return Card(
        lines=(
            line(_("Waiting is hard, and this silence is no fault of yours.")),
            phrases.allowed(desk, one, stands),
            phrases.meanwhile(desk, one),
        ),
        buttons=(
            phrases.see(others[0].contact) if others else phrases.add_someone(),
            phrases.they_wrote(one),
            phrases.press(_("Fewer of these"), "fewer", what="patience"),
        ),
    )


def _stalemate(desk: Desk, one: Outreach) -> Card:
    people = desk.others(one)
    third = (
        line("{people}.", people=phrases.suggested(people))
        if people
        else line(_("One new name could be the next door, or your club may know one."))
    )
    pick = phrases.press(_("Pick someone"), "others", one) if people else phrases.add_someone()
    ask = _("Ask the club about {company}").format(company=one.company[:40]) if one.company else _("Ask the club")
    return Card(
        lines=(
            line(_("It's quiet with {name}; that's no fault of yours."), name=one.name),
            line(_("You reached out kindly, and the door stays open.")),
            third,
        ),
        buttons=(
            pick,
            phrases.press(ask, "askclub", one),
            phrases.press(_("Rest {name}").format(name=phrases.short(one)), "rest", one, marked=True),
            phrases.more(one),
        ),
    )


def _later(desk: Desk, one: Outreach) -> Card:
    return Card(
        lines=(
            line(_("You asked me to bring {name} up today."), name=one.name),
            phrases.allowed(desk, one, desk.stands(one)),
        ),
        buttons=(
            phrases.press(_("Words"), "words", one),
            phrases.press(_("Later"), "snooze", one),
            phrases.see(one),
        ),
    )


def _basket(desk: Desk) -> Card:
    people = desk.others(basket(desk.book, desk.now, desk.days.policy).most, 1)
    widen = (
        line(_("However that goes, {name} could be one more."), name=people[0].contact.name)
        if people
        else line(_("However that goes, one new name could be another door."))
    )
    buttons: tuple[Button, ...] = (
        phrases.add_someone(),
        phrases.press(_("Fewer of these"), "fewer", what="basket"),
    )
    return Card(
        lines=(line(_("I hope the week left you some rest.")), _spread(desk), widen),
        buttons=(*(phrases.see(one.contact) for one in people), *buttons),
    )


def _spread(desk: Desk) -> Line:
    spread = basket(desk.book, desk.now, desk.days.policy)
    touch = ngettext("you're in touch with {count} person", "you're in touch with {count} people", spread.in_touch)
    in_touch = touch.format(count=spread.in_touch)
    if not spread.steps or spread.most is None:
        return line(_("A quiet stretch, which is fine; your board is as you left it."))
    if spread.steps == 1:
        return line(
            _("Your one step in four weeks was about {name}; {in_touch}."), name=spread.most.name, in_touch=in_touch
        )
    were = ngettext("{most} was about {name}", "{most} were about {name}", spread.most_steps)
    return line(
        _("Of your {steps} steps in four weeks, {were}; {in_touch}."),
        steps=str(spread.steps),
        were=line(were, most=str(spread.most_steps), name=spread.most.name),
        in_touch=in_touch,
    )


def _gone_quiet() -> Card:
    return Card(
        lines=(
            line(_("I hope you're well; perhaps I write too much.")),
            line(_("I'll stop now, and your board stays as it is.")),
        ),
        buttons=(
            phrases.press(_("Keep going"), "keep", how="on"),
            phrases.press(_("Ask again later"), "keep", how="later"),
            phrases.press(_("Stop"), "keep", how="stop"),
        ),
    )
