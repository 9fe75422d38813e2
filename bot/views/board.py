"""The board: whose turn it is, with everybody."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.messages import Button, Card, Field, Line, line
from bot.domain.model import Outreach, Slot
from bot.rules import Stage, Standing
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import phrases

PAGE = 10
AWAY_FOR = timedelta(days=14)
Row = tuple[Outreach, Standing]

ORDER = (
    Stage.YOUR_TURN,
    Stage.MAY,
    Stage.CALL_PLANNED,
    Stage.THEIR_TURN,
    Stage.SOMEONE_ELSE,
    Stage.TO_CONTACT,
    Stage.IN_TOUCH,
    Stage.RESTING,
    Stage.CLOSED,
)


def board(desk: Desk, page: int = 1) -> Card:
    rows = in_order(desk)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    fields = [Field(heading, value) for heading, value in _groups(desk, shown)]
    if pages > 1:
        fields.append(Field(_("Page"), (_("{page} of {pages}").format(page=page, pages=pages),)))
    return Card(lines=_greeting(desk), fields=tuple(fields), buttons=_buttons(shown, page, pages))


def in_order(desk: Desk) -> list[Row]:
    """All contacts with how things stand: the member's own turn first, of those who are waited for the soonest."""
    return sorted(((one, desk.stands(one)) for one in desk.book.contacts), key=_place)


def _place(row: Row) -> tuple[int, bool, date, str]:
    one, stands = row
    return ORDER.index(stands.stage), not one.matters, stands.until or date.max, one.name.casefold()


def _greeting(desk: Desk) -> tuple[Line, ...]:
    """A word for someone who was away, never what they missed; and why nothing comes, for someone who landed."""
    if desk.book.landed_at:
        return (line(_("You found a place; I'm quiet until you say otherwise.")),)
    return (line(_("Welcome back.")),) if desk.now - desk.book.active_at >= AWAY_FOR else ()


def _buttons(shown: list[Row], page: int, pages: int) -> tuple[Button, ...]:
    open_now = [one for one, stands in shown if stands.stage in ORDER[:3]] or [one for one, _stands in shown]
    more = (phrases.press(_("Next page"), "board", page=str(page + 1)),) if page < pages else ()
    people = tuple(phrases.press(phrases.short(one), "show", one) for one in open_now[: 2 - len(more)])
    return (*people, phrases.add_someone(), *more, Button(_("More…"), "menu"))


def _groups(desk: Desk, rows: list[Row]) -> list[tuple[str, Line]]:
    """One line a heading, its people in it."""
    grouped: dict[str, list[Line]] = {}
    for one, stands in rows:
        above, what = said(desk, one, stands)
        grouped.setdefault(above, []).append(what)
    return [(heading, _joined(people)) for heading, people in grouped.items()]


def _joined(people: list[Line]) -> Line:
    spans: Line = people[0]
    for one in people[1:]:
        spans = (*spans, "; ", *one)
    return spans


def said(desk: Desk, one: Outreach, stands: Standing) -> tuple[str, Line]:
    """The heading that a contact stands under, and what is said of them there."""
    match stands.stage:
        case Stage.MAY if later := phrases.later(desk, stands):
            return _("Nothing to do"), line(_("{name}, later: {day}"), name=one.name, day=later)
        case Stage.MAY:
            mail = stands.free[0] is Slot.WRITTEN
            okay = _("It's okay to e-mail") if mail else _("It's okay to call")
            return okay, line("{name} ({slots})", name=one.name, slots=phrases.slots(stands))
        case Stage.THEIR_TURN if stands.until:
            text = _("{name} until {day} ({slots})")
            return _("Nothing to do"), line(
                text, name=one.name, day=desk.day(stands.until), slots=phrases.slots(stands)
            )
        case Stage.CALL_PLANNED if stands.plan:
            over = stands.plan.start <= desk.now
            asked = _("Did it happen?") if over else _("Call planned")
            return asked, line("{name}, {at}", name=one.name, at=desk.moment(stands.plan.start))
        case Stage.YOUR_TURN if stands.thread.last_answer:
            day = desk.day(desk.days.calendar.day(stands.thread.last_answer))
            return _("Your turn"), line(_("{name} (heard from {day})"), name=one.name, day=day)
        case stage:
            return heading(stage), line("{name}", name=one.name)


def heading(stage: Stage) -> str:
    return {
        Stage.YOUR_TURN: _("Your turn"),
        Stage.SOMEONE_ELSE: _("Quiet, so someone else"),
        Stage.TO_CONTACT: _("Not contacted yet"),
        Stage.IN_TOUCH: _("Nothing open"),
        Stage.RESTING: _("Resting"),
        Stage.CLOSED: _("Closed"),
    }[stage]


def menu(page: int | None, *, landed: bool) -> Card:
    """The menu behind the board's [More…]."""
    buttons = [phrases.press(_("Next page"), "board", page=str(page))] if page else []
    if landed:
        buttons.append(phrases.press(_("It fell through"), "reopen"))
    buttons += [
        phrases.press(_("Plan a call"), "plan"),
        phrases.press(_("Someone else"), "others"),
        phrases.press(_("Pause"), "pause"),
        phrases.press(_("My club"), "club"),
        phrases.press(_("Settings"), "settings"),
        phrases.press(_("Help"), "help"),
        phrases.press(_("Who can read this?"), "who"),
    ]
    return Card(lines=(line(_("More that I can do for you.")),), buttons=tuple(buttons))
