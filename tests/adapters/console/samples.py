"""Cards and forms to look at, as scenes of the console."""

from __future__ import annotations

from adapters.console.render import ShownEntry
from adapters.console.screen import ScreenEntry, ScreenEntryKind
from bot.domain.calendar import Calendar
from bot.domain.messages import Card, Field, Form, Mention
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination
from tests.cards import ADDED, ASKING, BOARD, CHECK, HOSTILE, NOON, SHOWN, WORDS, buttons

ME = Address("console", "me")


def scene(
    what: Card | Form, kind: ScreenEntryKind = ScreenEntryKind.REPLY, *, to: Destination = ME, **how: bool
) -> ShownEntry:
    said = ScreenEntry("m1", kind, to, NOON, what)
    return ShownEntry(said, Calendar("Europe/Berlin").to_local(NOON), **how)


LEE = Address("console", "Lee")
POST = Card(
    (
        (Mention("person", "kim", "Kim"), " brings us together in ", Mention("channel", "club", "club"), "."),
        ("What you write to whom is seen by nobody but you.",),
    ),
    fields=(Field("this time", ("with ", Mention("person", "lee", "@Lee"))),),
    buttons=buttons("Join", "Not now"),
)
SCENES = {
    "added": scene(ADDED),
    "shown": scene(SHOWN),
    "words": scene(WORDS),
    "check": scene(CHECK, ScreenEntryKind.DIRECT_MESSAGE),
    "aside": scene(CHECK, ScreenEntryKind.DIRECT_MESSAGE, to=LEE, is_for_other_member=True, has_button_numbers=False),
    "post": scene(POST, ScreenEntryKind.CHANNEL, to=ClubChannel(ClubKey("console"), "club")),
    "board": scene(BOARD),
    "form": scene(ASKING, ScreenEntryKind.FORM),
    "note": scene(Card((("The store was closed and opened again.",),)), is_console_note=True),
    "problem": scene(Card((("There is no form to answer yet",),)), ScreenEntryKind.ERROR, is_console_note=True),
    "hostile": scene(HOSTILE),
}
