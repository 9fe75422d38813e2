"""The page that stays open: whose turn it is with everybody, and what can be done about it."""

from __future__ import annotations

from bot.domain.messages import Button, Line, Page, Row, Section, line
from bot.domain.messages import words as in_words
from bot.domain.model import Outreach
from bot.rules import Stage
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import board, member, phrases

MOST = 8  # people under one heading; the board has the rest
QUIET = (Stage.RESTING, Stage.CLOSED)  # they stand on the board, and are in nobody's way here


def page(desk: Desk) -> Page:
    """The member's page; a welcome while there is nobody on it."""
    if not desk.book.contacts:
        welcome = member.welcome()
        return Page(welcome.lines, buttons=(*welcome.buttons, *_always()))
    doing = (phrases.add_someone(), phrases.press(_("I reached out"), "log"), phrases.board())
    return Page(_greeting(desk), _sections(desk), (*_way_back(desk), *doing, *_always()))


def damaged() -> Page:
    """For a member whose book cannot be opened."""
    return Page((line(_("I'm sorry: your book can't be opened right now.")),))


def _way_back(desk: Desk) -> tuple[Button, ...]:
    if desk.book.landed_at:
        return (phrases.press(_("It fell through"), "reopen"),)
    if desk.book.paused_until and desk.book.paused_until > desk.now:
        return (phrases.press(_("Take it up again"), "pause", until="now"),)
    return ()


def _always() -> tuple[Button, ...]:
    club = phrases.press(_("My club"), "club")
    return (club, phrases.press(_("Settings"), "settings"), phrases.press(_("Help"), "help"))


def _greeting(desk: Desk) -> tuple[Line, ...]:
    if desk.book.landed_at:
        return (line(_("You found a place; I'm quiet until you say otherwise.")),)
    until = desk.book.paused_until
    if until and until > desk.now:
        if until.year > desk.now.year + 100:
            return (line(_("All right: nothing from me until you say so.")),)
        return (line(_("Nothing from me until {day}."), day=desk.day(desk.days.calendar.day(until))),)
    return (line(_("Here is whose turn it is. There is no hurry.")),)


def _sections(desk: Desk) -> tuple[Section, ...]:
    """One section a heading, in the order of the board."""
    grouped: dict[str, list[Row]] = {}
    rows = board.in_order(desk)
    for one, stands in rows:
        if stands.stage not in QUIET:
            heading, said = board.said(desk, one, stands)
            told = (in_words(said),) if phrases.on_own_clock(desk.book) else said
            grouped.setdefault(heading, []).append(Row(told, _beside(one, stands.stage)))
    if quiet := [one for one, stands in rows if stands.stage is Stage.SOMEONE_ELSE]:
        grouped[board.heading(Stage.SOMEONE_ELSE)].append(_others(desk, quiet[0]))
    return tuple(Section(heading, _first(rows)) for heading, rows in grouped.items())


def _beside(one: Outreach, stage: Stage) -> Button:
    """What helps most: words where the member may write, else the contact's card."""
    return phrases.press(_("Show words"), "words", one) if stage is Stage.MAY else phrases.see(one)


def _others(desk: Desk, quiet: Outreach) -> Row:
    """Where it is quiet, other doors stand beside it."""
    found = desk.others(quiet)
    if not found:
        return Row(line(_("Someone new can be one more door.")), phrases.add_someone())
    return Row(line("{people}", people=phrases.suggested(found)), phrases.press(_("Pick someone"), "others", quiet))


def _first(rows: list[Row]) -> tuple[Row, ...]:
    if len(rows) <= MOST:
        return tuple(rows)
    more = line(_("and {number} more"), number=str(len(rows) - MOST))
    return (*rows[:MOST], Row(more, phrases.board()))
