"""Cards and forms to look at, as scenes of the console."""

from __future__ import annotations

from adapters.console.render import Scene
from adapters.console.screen import Kind, Said
from bot.domain.calendar import Calendar
from bot.domain.messages import Card, Field, Form, Mention
from bot.domain.model import Address, ClubKey, Room
from bot.domain.ports import To
from tests.cards import ADDED, ASKING, BOARD, CHECK, HOSTILE, NOON, SHOWN, WORDS, buttons

ME = Address("console", "me")


def scene(what: Card | Form, kind: Kind = Kind.REPLY, *, to: To = ME, **how: bool) -> Scene:
    said = Said("m1", kind, to, NOON, what)
    return Scene(said, Calendar("Europe/Berlin").local(NOON), **how)


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
    "check": scene(CHECK, Kind.DM),
    "aside": scene(CHECK, Kind.DM, to=LEE, aside=True, numbered=False),
    "post": scene(POST, Kind.CHANNEL, to=Room(ClubKey("console"), "club")),
    "board": scene(BOARD),
    "form": scene(ASKING, Kind.FORM),
    "note": scene(Card((("The store was closed and opened again.",),)), own=True),
    "problem": scene(Card((("There is no form to answer yet",),)), Kind.ERROR, own=True),
    "hostile": scene(HOSTILE),
}
