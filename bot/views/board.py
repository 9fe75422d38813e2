"""The board: all contacts of a member, under headings that say whose turn it is."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.messages import Button, Card, Field, Line, format_line
from bot.domain.model import Contact, Slot
from bot.rules import ContactStatus, Stage
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import add_contact_button, command_button, short_contact_name

CONTACTS_PER_PAGE = 10
WELCOME_BACK_AFTER = timedelta(days=14)
BoardRow = tuple[Contact, ContactStatus]

STAGE_ORDER = (
    Stage.YOUR_TURN,
    Stage.MAY_FOLLOW_UP,
    Stage.CALL_PLANNED,
    Stage.THEIR_TURN,
    Stage.SOMEONE_ELSE,
    Stage.TO_CONTACT,
    Stage.IN_TOUCH,
    Stage.RESTING,
    Stage.CLOSED,
)


def board_card(context: BookContext, page: int = 1) -> Card:
    rows = sorted_board_rows(context)
    pages = max(1, -(-len(rows) // CONTACTS_PER_PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * CONTACTS_PER_PAGE : page * CONTACTS_PER_PAGE]
    fields = [Field(heading, value) for heading, value in _group_board_rows(context, shown)]
    if pages > 1:
        fields.append(Field(_("Page"), (_("{page} of {pages}").format(page=page, pages=pages),)))
    return Card(lines=_board_greeting_lines(context), fields=tuple(fields), buttons=_board_buttons(shown, page, pages))


def sorted_board_rows(context: BookContext) -> list[BoardRow]:
    """All contacts with their status, in `STAGE_ORDER`. Within a stage those who matter come first, then the earliest
    day to wait for.
    """
    return sorted(((contact, context.status_of(contact)) for contact in context.book.contacts), key=_board_sort_key)


def _board_sort_key(row: BoardRow) -> tuple[int, bool, date, str]:
    contact, status = row
    return (
        STAGE_ORDER.index(status.stage),
        not contact.matters,
        status.patient_until or date.max,
        contact.name.casefold(),
    )


def _board_greeting_lines(context: BookContext) -> tuple[Line, ...]:
    """A greeting for a member who was away, never what they missed. After landing: why no reminders come."""
    if context.book.landed_at:
        return (format_line(_("You found a place; I'm quiet until you say otherwise.")),)
    return (format_line(_("Welcome back.")),) if context.now - context.book.last_active_at >= WELCOME_BACK_AFTER else ()


def _board_buttons(rows: list[BoardRow], page: int, pages: int) -> tuple[Button, ...]:
    shown = [contact for contact, status in rows if status.stage in STAGE_ORDER[:3]] or [
        contact for contact, _status in rows
    ]
    more = (command_button(_("Next page"), "board", page=str(page + 1)),) if page < pages else ()
    contact_buttons = tuple(
        command_button(short_contact_name(contact), "show", contact) for contact in shown[: 2 - len(more)]
    )
    return (*contact_buttons, add_contact_button(), *more, Button(_("More…"), "menu"))


def _group_board_rows(context: BookContext, rows: list[BoardRow]) -> list[tuple[str, Line]]:
    """One line for each heading, with its contacts."""
    grouped: dict[str, list[Line]] = {}
    for contact, status in rows:
        heading, line = board_heading_and_line(context, contact, status)
        grouped.setdefault(heading, []).append(line)
    return [(heading, _join_contact_lines(lines)) for heading, lines in grouped.items()]


def _join_contact_lines(lines: list[Line]) -> Line:
    spans: Line = lines[0]
    for line in lines[1:]:
        spans = (*spans, "; ", *line)
    return spans


def board_heading_and_line(context: BookContext, contact: Contact, status: ContactStatus) -> tuple[str, Line]:
    """The heading that a contact is listed under, and its line there."""
    match status.stage:
        case Stage.MAY_FOLLOW_UP if later := phrases.snoozed_until_phrase(context, status):
            return _("Nothing to do"), format_line(_("{name}, later: {day}"), name=contact.name, day=later)
        case Stage.MAY_FOLLOW_UP:
            mail = status.free_slots[0] is Slot.WRITTEN
            heading = _("It's okay to e-mail") if mail else _("It's okay to call")
            return heading, format_line("{name} ({slots})", name=contact.name, slots=phrases.quota_used_phrase(status))
        case Stage.THEIR_TURN if status.patient_until:
            text = _("{name} until {day} ({slots})")
            return _("Nothing to do"), format_line(
                text,
                name=contact.name,
                day=context.format_day(status.patient_until),
                slots=phrases.quota_used_phrase(status),
            )
        case Stage.CALL_PLANNED if status.next_plan:
            over = status.next_plan.starts_at <= context.now
            heading = _("Did it happen?") if over else _("Call planned")
            return heading, format_line(
                "{name}, {at}", name=contact.name, at=context.to_instant(status.next_plan.starts_at)
            )
        case Stage.YOUR_TURN if status.thread.last_answered_at:
            day = context.format_day(context.clock.calendar.day_of(status.thread.last_answered_at))
            return _("Your turn"), format_line(_("{name} (heard from {day})"), name=contact.name, day=day)
        case stage:
            return board_stage_heading(stage), format_line("{name}", name=contact.name)


def board_stage_heading(stage: Stage) -> str:
    return {
        Stage.YOUR_TURN: _("Your turn"),
        Stage.SOMEONE_ELSE: _("Quiet, so someone else"),
        Stage.TO_CONTACT: _("Not contacted yet"),
        Stage.IN_TOUCH: _("Nothing open"),
        Stage.RESTING: _("Resting"),
        Stage.CLOSED: _("Closed"),
    }[stage]


def board_menu_card(next_page: int | None, *, has_landed: bool) -> Card:
    """The menu behind the board's [More…]."""
    buttons = [command_button(_("Next page"), "board", page=str(next_page))] if next_page else []
    if has_landed:
        buttons.append(command_button(_("It fell through"), "reopen"))
    buttons += [
        command_button(_("Plan a call"), "plan"),
        command_button(_("Someone else"), "others"),
        command_button(_("Pause"), "pause"),
        command_button(_("My club"), "club"),
        command_button(_("Settings"), "settings"),
        command_button(_("Help"), "help"),
        command_button(_("Who can read this?"), "who"),
    ]
    return Card(lines=(format_line(_("More that I can do for you.")),), buttons=tuple(buttons))
