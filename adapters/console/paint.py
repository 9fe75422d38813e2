"""What was said → a rich renderable, for a terminal. Pure; only `Text` objects, so that nobody's words are markup."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adapters.console.render import (
    INDENT,
    LABEL_WIDTH,
    Scene,
    heading,
    how_to_answer,
    indented,
    literal,
    named,
    one_line,
    question,
    rows,
)
from adapters.console.screen import Kind
from bot.domain.messages import Card, Field, Form, words

SPEAKER = {Kind.DM: "bold magenta", Kind.CHANNEL: "bold green"}
NUMBER, QUIET, ALARM = "bold cyan", "dim", "yellow"
RULE = "─"
RULE_WIDTH = 40


def paint(scene: Scene) -> RenderableType:
    """The card, form or note, ended by an empty line unless the console itself speaks."""
    if scene.own:
        return _note(scene)
    speaker = Text("stalemate", style=SPEAKER.get(scene.said.kind, "bold cyan"))
    head = Text.assemble(speaker, (f" · {heading(scene)}", QUIET))
    what = named(scene.said.what)
    body = _card(what, scene.numbered) if isinstance(what, Card) else _form(what)
    return Group(head, *body, Text())


def _note(scene: Scene) -> RenderableType:
    style = ALARM if scene.said.kind is Kind.ERROR else QUIET
    return Group(*(Text(f": {line}", style=style) for line in literal(scene.said.what.text()).split("\n")))


def _inside(text: Text | Table, left: int = len(INDENT)) -> Padding:
    return Padding(text, (0, 0, 0, left))


def _card(card: Card, numbered: bool) -> Iterator[RenderableType]:
    for line in indented(card.lines):
        yield _inside(Text(line.removeprefix(INDENT)))
    if card.fields:
        yield from (Text(), _inside(_list(card.fields)))
    if card.quote:
        yield from (Text(), *_quote(card.quote))
    if card.buttons:
        yield Text()
    for row in rows([one.label for one in card.buttons], numbered):
        yield _inside(_row(row))


def _list(fields: tuple[Field, ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=QUIET, max_width=LABEL_WIDTH)
    table.add_column()
    bullet = "" if any(row.label for row in fields) else "·"
    for row in fields:
        table.add_row(Text(one_line(row.label) or bullet), Text(one_line(words(row.value))))
    return table


def _quote(quote: str) -> Iterator[RenderableType]:
    """At the left margin and broken by the terminal alone, so that it is copied as it was meant."""
    yield Text(f"{RULE * 3} to copy {RULE * (RULE_WIDTH - 12)}", style=QUIET)
    yield Text(literal(quote), style="bold", no_wrap=True, overflow="ignore")
    yield Text(RULE * RULE_WIDTH, style=QUIET)


def _row(faces: list[str]) -> Text:
    row = Text("  ".join(faces))
    place = 0
    for face in faces:
        row.stylize(NUMBER, place, place + face.index("]") + 1)
        place += len(face) + 2
    return row


def _form(form: Form) -> Iterator[RenderableType]:
    yield _inside(Text(one_line(form.title), style="bold"))
    for line in indented(form.intro):
        yield _inside(Text(line.removeprefix(INDENT)))
    yield Text()
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in form.inputs:
        table.add_row(Text(one_line(one.name), style=NUMBER), Text(question(one)))
        if one.error:
            table.add_row(Text(), Text(one_line(one.error), style=ALARM))
    yield from (_inside(table), Text(), _inside(Text(how_to_answer(form), style=QUIET)))
