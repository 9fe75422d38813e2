"""The home page: the contacts under the board's headings, each with a button for the most useful step."""

from __future__ import annotations

from bot.domain.messages import Button, Line, Page, Row, Section, format_line
from bot.domain.model import Contact
from bot.rules import Stage
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import board, member, phrases
from bot.views.buttons import add_contact_button, board_button, command_button, see_contact_button

MAX_ROWS_PER_SECTION = 8  # contacts under one heading; the board lists the rest
HIDDEN_STAGES = (Stage.RESTING, Stage.CLOSED)  # listed on the board only


def home_page(context: BookContext) -> Page:
    """The member's home page. Without contacts it is a welcome."""
    if not context.book.contacts:
        welcome = member.welcome_card()
        return Page(welcome.lines, buttons=(*welcome.buttons, *_home_menu_buttons()))
    action_buttons = (
        add_contact_button(),
        command_button(_("I reached out"), "log"),
        board_button(),
    )
    return Page(
        _home_greeting_lines(context),
        _home_sections(context),
        (*_home_resume_buttons(context), *action_buttons, *_home_menu_buttons()),
    )


def unreadable_home_page() -> Page:
    """For a member whose book cannot be loaded."""
    return Page((format_line(_("I'm sorry: your book can't be opened right now.")),))


def _home_resume_buttons(context: BookContext) -> tuple[Button, ...]:
    if context.book.landed_at:
        return (command_button(_("It fell through"), "reopen"),)
    if context.book.paused_until and context.book.paused_until > context.now:
        return (command_button(_("Take it up again"), "pause", until="now"),)
    return ()


def _home_menu_buttons() -> tuple[Button, ...]:
    club = command_button(_("My club"), "club")
    return (club, command_button(_("Settings"), "settings"), command_button(_("Help"), "help"))


def _home_greeting_lines(context: BookContext) -> tuple[Line, ...]:
    if context.book.landed_at:
        return (format_line(_("You found a place; I'm quiet until you say otherwise.")),)
    until = context.book.paused_until
    if until and until > context.now:
        if until.year > context.now.year + 100:
            return (format_line(_("All right: nothing from me until you say so.")),)
        return (
            format_line(
                _("Nothing from me until {day}."), day=context.format_day(context.clock.calendar.day_of(until))
            ),
        )
    return (format_line(_("Here is whose turn it is. There is no hurry.")),)


def _home_sections(context: BookContext) -> tuple[Section, ...]:
    """One section for each heading, in the board's order."""
    grouped: dict[str, list[Row]] = {}
    rows = board.sorted_board_rows(context)
    for contact, status in rows:
        if status.stage not in HIDDEN_STAGES:
            heading, board_line = board.board_heading_and_line(context, contact, status)
            grouped.setdefault(heading, []).append(Row(board_line, _home_row_button(contact, status.stage)))
    if quiet_contacts := [contact for contact, status in rows if status.stage is Stage.SOMEONE_ELSE]:
        grouped[board.board_stage_heading(Stage.SOMEONE_ELSE)].append(
            _home_other_contacts_row(context, quiet_contacts[0])
        )
    return tuple(Section(heading, _first_home_rows(rows)) for heading, rows in grouped.items())


def _home_row_button(contact: Contact, stage: Stage) -> Button:
    """Words where the member may follow up, else the contact's card."""
    return (
        command_button(_("Show words"), "words", contact)
        if stage is Stage.MAY_FOLLOW_UP
        else see_contact_button(contact)
    )


def _home_other_contacts_row(context: BookContext, quiet_contact: Contact) -> Row:
    """Suggests others where a contact stays quiet."""
    suggestions = context.suggest_contacts(quiet_contact)
    if not suggestions:
        return Row(format_line(_("Someone new can be one more door.")), add_contact_button())
    return Row(
        format_line("{people}", people=phrases.suggestions_phrase(suggestions)),
        command_button(_("Pick someone"), "others", quiet_contact),
    )


def _first_home_rows(rows: list[Row]) -> tuple[Row, ...]:
    if len(rows) <= MAX_ROWS_PER_SECTION:
        return tuple(rows)
    more = format_line(_("and {number} more"), number=str(len(rows) - MAX_ROWS_PER_SECTION))
    return (*rows[:MAX_ROWS_PER_SECTION], Row(more, board_button()))
