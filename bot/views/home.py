"""The page that stays open: whose turn it is with everybody, and what can be done about it."""

from __future__ import annotations

from bot.domain.messages import Button, Line, Page, Row, Section, format_line
from bot.domain.messages import to_plain_text as in_words
from bot.domain.model import Contact
from bot.rules import Stage
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import board, member, phrases

MAX_ROWS_PER_SECTION = 8  # people under one heading; the board has the rest
HIDDEN_STAGES = (Stage.RESTING, Stage.CLOSED)  # they stand on the board, and are in nobody's way here


def home_page(context: BookContext) -> Page:
    """The member's page; a welcome while there is nobody on it."""
    if not context.book.contacts:
        welcome = member.welcome_card()
        return Page(welcome.lines, buttons=(*welcome.buttons, *_home_menu_buttons()))
    doing = (phrases.add_contact_button(), phrases.command_button(_("I reached out"), "log"), phrases.board_button())
    return Page(
        _home_greeting_lines(context),
        _home_sections(context),
        (*_home_resume_buttons(context), *doing, *_home_menu_buttons()),
    )


def unreadable_home_page() -> Page:
    """For a member whose book cannot be opened."""
    return Page((format_line(_("I'm sorry: your book can't be opened right now.")),))


def _home_resume_buttons(context: BookContext) -> tuple[Button, ...]:
    if context.book.landed_at:
        return (phrases.command_button(_("It fell through"), "reopen"),)
    if context.book.paused_until and context.book.paused_until > context.now:
        return (phrases.command_button(_("Take it up again"), "pause", until="now"),)
    return ()


def _home_menu_buttons() -> tuple[Button, ...]:
    club = phrases.command_button(_("My club"), "club")
    return (club, phrases.command_button(_("Settings"), "settings"), phrases.command_button(_("Help"), "help"))


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
    """One section a heading, in the order of the board."""
    grouped: dict[str, list[Row]] = {}
    rows = board.sorted_board_rows(context)
    for one, stands in rows:
        if stands.stage not in HIDDEN_STAGES:
            heading, said = board.board_heading_and_line(context, one, stands)
            told = (in_words(said),) if phrases.has_own_zone(context.book) else said
            grouped.setdefault(heading, []).append(Row(told, _home_row_button(one, stands.stage)))
    if quiet := [one for one, stands in rows if stands.stage is Stage.SOMEONE_ELSE]:
        grouped[board.board_stage_heading(Stage.SOMEONE_ELSE)].append(_home_other_contacts_row(context, quiet[0]))
    return tuple(Section(heading, _first_home_rows(rows)) for heading, rows in grouped.items())


def _home_row_button(contact: Contact, stage: Stage) -> Button:
    """What helps most: words where the member may write, else the contact's card."""
    return (
        phrases.command_button(_("Show words"), "words", contact)
        if stage is Stage.MAY_FOLLOW_UP
        else phrases.see_contact_button(contact)
    )


def _home_other_contacts_row(context: BookContext, quiet_contact: Contact) -> Row:
    """Where it is quiet, other doors stand beside it."""
    found = context.suggest_contacts(quiet_contact)
    if not found:
        return Row(format_line(_("Someone new can be one more door.")), phrases.add_contact_button())
    return Row(
        format_line("{people}", people=phrases.suggestions_phrase(found)),
        phrases.command_button(_("Pick someone"), "others", quiet_contact),
    )


def _first_home_rows(rows: list[Row]) -> tuple[Row, ...]:
    if len(rows) <= MAX_ROWS_PER_SECTION:
        return tuple(rows)
    more = format_line(_("and {number} more"), number=str(len(rows) - MAX_ROWS_PER_SECTION))
    return (*rows[:MAX_ROWS_PER_SECTION], Row(more, phrases.board_button()))
