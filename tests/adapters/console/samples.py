"""Cards and forms to look at."""

from __future__ import annotations

from datetime import timedelta

from adapters.console.render import Scene
from adapters.console.screen import Kind, Said
from bot.cards import Button, Card, Choice, Field, Form, Input, Instant
from bot.model import Address
from bot.workdays import Calendar
from tests.adapters.console.fakes import NOON

ME = Address("console", "me")


def buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(label, label) for label in labels)


ADDED = Card(
    (
        ("Dana is on your board.",),
        ("It's Dana's turn; nothing to do until ", Instant(NOON + timedelta(days=2), "Thu 3 Dec"), "."),
        ("Anyone else you'd like to remember?",),
    ),
    buttons=buttons("Add someone", "Plan a call", "Undo"),
)
SHOWN = Card(
    (("It's okay to e-mail Dana now, and okay not to.",),),
    fields=(
        Field("e-mail", ("0/1",)),
        Field("call", ("1/1",)),
        Field("how you know them", ("introduced by Sam, who met Dana at the spring fair and has kept in touch since",)),
        Field("山田さん", ("a name of wide letters",)),
    ),
    buttons=buttons("They wrote", "I reached out", "Words", "Rest Dana", "Someone else", "Plan a call", "More…"),
)
WORDS = Card(
    (("Here are words you could use; change what you like.",),),
    quote="Hi Dana, I hope you're all right.\nI enjoyed our exchange and would be glad to talk another day, "
    "whenever it suits you.\nIf this is a busy time, no need to reply.",
    buttons=buttons("I sent it: uses my call", "Other words", "Not now"),
)
CHECK = Card(
    (("I hope your day is going well.",), ("Did your call with Dana happen?",)),
    buttons=buttons("Yes", "Moved", "No, no call", "I missed it"),
)
BOARD = Card(
    (("Nothing to do until Thursday.",),),
    fields=(Field("", ("Lee: your turn since Tuesday",)), Field("", ("Priya: not contacted yet",))),
    buttons=buttons("Lee", "Priya"),
)
ASKING = Form(
    "Plan a call with Dana",
    "plan",
    (
        Input(
            "when", "Day and hour", "moment", required=True, value="tomorrow", error="At what hour?", hint="Tue 15:00"
        ),
        Input("minutes", "How long, in minutes", "number", value="30"),
        Input(
            "channel", "Where", "select", value="phone", options=(Choice("phone", "By phone"), Choice("web", "Online"))
        ),
    ),
    intro=(("What you typed is kept.",),),
)
HOSTILE = Card(
    (("[bold red]Dana[/] \x1b[31mred\x1b[0m \x9b1m \u202egnp.exe\u202c \x00\x07 :smile: \udcff",),),
    fields=(Field("[link=x]", ("two\nlines [/nothing]",)),),
    quote="\x1b]8;;http://x\x07[/]",
    buttons=buttons("[red]Yes[/red]\n", "\x1b[2JNo"),
)


def scene(what: Card | Form, kind: Kind = Kind.REPLY, *, to: Address = ME, **how: bool) -> Scene:
    said = Said("m1", kind, to, NOON, what)
    return Scene(said, Calendar("Europe/Berlin").local(NOON), **how)


LEE = Address("console", "Lee")
SCENES = {
    "added": scene(ADDED),
    "shown": scene(SHOWN),
    "words": scene(WORDS),
    "check": scene(CHECK, Kind.DM),
    "aside": scene(CHECK, Kind.DM, to=LEE, aside=True, numbered=False),
    "board": scene(BOARD),
    "form": scene(ASKING, Kind.FORM),
    "note": scene(Card((("The store was closed and opened again.",),)), own=True),
    "problem": scene(Card((("There is no form to answer yet",),)), Kind.ERROR, own=True),
    "hostile": scene(HOSTILE),
}
