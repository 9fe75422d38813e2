"""Cards and forms to look at, as scenes of the console."""

from __future__ import annotations

from adapters.console.render import ShownEntry
from adapters.console.screen import ScreenEntry, ScreenEntryKind
from bot.domain.calendar import Calendar
from bot.domain.messages import Card, Field, Form, Mention
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination
from tests.cards import (
    ADDED_CARD,
    BOARD_CARD,
    CALL_CHECK_CARD,
    CHOOSE_CARD,
    FINAL_CARD,
    HOSTILE_CARD,
    NOON,
    PLAN_FORM,
    ROWS_CARD,
    SHOWN_CARD,
    TEMPLATE_CARD,
    labelled_buttons,
)

CONSOLE_MEMBER = Address("console", "me")


def sample_entry(
    what: Card | Form, kind: ScreenEntryKind = ScreenEntryKind.REPLY, *, to: Destination = CONSOLE_MEMBER, **how: bool
) -> ShownEntry:
    said = ScreenEntry("m1", kind, to, NOON, what)
    return ShownEntry(said, Calendar("Europe/Berlin").to_local(NOON), **how)


LEE_MENTION = Address("console", "Lee")
MENTIONING_POST_CARD = Card(
    (
        (Mention("person", "kim", "Kim"), " brings us together in ", Mention("channel", "club", "club"), "."),
        ("What you write to whom is seen by nobody but you.",),
    ),
    fields=(Field("this time", ("with ", Mention("person", "lee", "@Lee"))),),
    buttons=labelled_buttons("Join", "Not now"),
)
SAMPLE_ENTRIES = {
    "added": sample_entry(ADDED_CARD),
    "shown": sample_entry(SHOWN_CARD),
    "words": sample_entry(TEMPLATE_CARD),
    "check": sample_entry(CALL_CHECK_CARD, ScreenEntryKind.DIRECT_MESSAGE),
    "aside": sample_entry(
        CALL_CHECK_CARD,
        ScreenEntryKind.DIRECT_MESSAGE,
        to=LEE_MENTION,
        is_for_other_member=True,
        has_button_numbers=False,
    ),
    "post": sample_entry(MENTIONING_POST_CARD, ScreenEntryKind.CHANNEL, to=ClubChannel(ClubKey("console"), "club")),
    "board": sample_entry(BOARD_CARD),
    "rows": sample_entry(ROWS_CARD),
    "choose": sample_entry(CHOOSE_CARD),
    "final": sample_entry(FINAL_CARD),
    "form": sample_entry(PLAN_FORM, ScreenEntryKind.FORM),
    "note": sample_entry(Card((("The store was closed and opened again.",),)), is_console_note=True),
    "problem": sample_entry(Card((("There is no form to answer yet",),)), ScreenEntryKind.ERROR, is_console_note=True),
    "hostile": sample_entry(HOSTILE_CARD),
}
