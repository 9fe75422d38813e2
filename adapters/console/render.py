"""What was said → plain lines, and → one JSON object. Pure; for colours see `paint`.

What people typed is literal text: control characters and the marks that turn the direction of writing are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from rich.cells import cell_len

from adapters.console.screen import Kind, Said
from bot.domain.messages import Card, Field, Form, Input, Line, Mention, Reply, Span, words
from bot.domain.model import Room

WIDTH = 76  # columns of a card
LABEL_WIDTH = 20  # columns of the labels of a list, at most
INDENT = "  "
QUOTE_TOP = "---- to copy ----"
QUOTE_END = "-" * len(QUOTE_TOP)

SIGNS = {"person": "@", "channel": "#"}
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
_DIRECTIONS = dict.fromkeys((*range(8234, 8239), *range(8294, 8298)))
_SURROGATES = dict.fromkeys(range(55296, 57344), "�")
_BREAKS = {ord("\n"): "\n", ord("\t"): " ", 0x2028: "\n", 0x2029: "\n"}
_LITERAL: dict[int, str | None] = {**_CONTROLS, **_DIRECTIONS, **_SURROGATES, **_BREAKS}


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing said, as it is shown. `at` is on the clock of its member.

    `numbered`: its buttons can be pressed by number now. `aside`: it is for another member than the one who types.
    `own`: the console speaks, not the bot.
    """

    said: Said
    at: datetime
    numbered: bool = True
    aside: bool = False
    own: bool = False


def literal(text: str) -> str:
    return text.translate(_LITERAL)


def one_line(text: str) -> str:
    return " ".join(literal(text).split())


def said_at(at: datetime) -> str:
    """A local time in words: Tue 1 Dec 2026, 15:45."""
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M}"


def heading(scene: Scene) -> str:
    """How a card is spoken, after the speaker's name."""
    match scene.said.kind:
        case Kind.DM:
            manner = f"direct message · {said_at(scene.at)}"
        case Kind.CHANNEL:
            manner = f"in the channel · {said_at(scene.at)}"
        case _:
            manner = "to you, privately"
    return f"{manner} (to {addressee(scene.said)})" if scene.aside else manner


def addressee(said: Said) -> str:
    """The member's name, or the channel's with its sign."""
    return one_line(SIGNS["channel"] + said.to.channel if isinstance(said.to, Room) else said.to.user)


def named(what: Reply) -> Reply:
    """The same with people as @name and channels as #name."""
    if isinstance(what, Form):
        return replace(what, intro=tuple(map(_named, what.intro)))
    fields = tuple(replace(row, value=_named(row.value)) for row in what.fields)
    return replace(what, lines=tuple(map(_named, what.lines)), fields=fields)


def _named(said: Line) -> Line:
    return tuple(_name(span) for span in said)


def _name(span: Span) -> Span:
    return SIGNS[span.kind] + span.words.removeprefix(SIGNS[span.kind]) if isinstance(span, Mention) else span


def plain(scene: Scene) -> list[str]:
    """The lines of a card or form without colours and boxes; a sentence is never broken."""
    if scene.own:
        return [f": {text}" for text in literal(scene.said.what.text()).split("\n")]
    what = named(scene.said.what)
    body = _card(what, scene.numbered) if isinstance(what, Card) else _form(what)
    return ["", f"stalemate · {heading(scene)}", *body]


def _card(card: Card, numbered: bool) -> list[str]:
    quote = [QUOTE_TOP, *literal(card.quote).split("\n"), QUOTE_END] if card.quote else []
    pressed = [INDENT + "  ".join(row) for row in rows([one.label for one in card.buttons], numbered)]
    return _apart(indented(card.lines), list(_list(card.fields)), quote, pressed)


def _apart(*parts: list[str]) -> list[str]:
    """The parts that there are, with an empty line between them."""
    return list(chain.from_iterable(["", *part] for part in parts if part))[1:]


def indented(lines: tuple[Line, ...]) -> list[str]:
    return [INDENT + part for said in lines for part in literal(words(said)).split("\n")]


def _list(fields: tuple[Field, ...]) -> Iterator[str]:
    labels = [one_line(row.label) for row in fields]
    width = min(max(map(cell_len, labels), default=0), LABEL_WIDTH)
    for label, row in zip(labels, fields, strict=True):
        start = label + " " * (width - cell_len(label)) if width else "·"
        yield f"{INDENT}{start}  {one_line(words(row.value))}"


def rows(labels: list[str], numbered: bool) -> list[list[str]]:
    """The buttons, `[1] Label` or `[Label]`, on as many lines as a card of `WIDTH` columns needs."""
    faces = [
        f"[{place}] {one_line(label)}" if numbered else f"[{one_line(label)}]" for place, label in enumerate(labels, 1)
    ]
    found: list[list[str]] = []
    for face in faces:
        if found and cell_len(INDENT + "  ".join([*found[-1], face])) <= WIDTH:
            found[-1].append(face)
        else:
            found.append([face])
    return found


def _form(form: Form) -> list[str]:
    start = [INDENT + one_line(form.title), *indented(form.intro)]
    return _apart(start, list(_questions(form.inputs)), [INDENT + how_to_answer(form)])


def _questions(inputs: tuple[Input, ...]) -> Iterator[str]:
    for one in inputs:
        yield f"{INDENT}{one_line(one.name)}: {question(one)}"
        if one.error:
            yield f"{INDENT}{INDENT}! {one_line(one.error)}"


def question(one: Input) -> str:
    """What an input asks, and all that helps to answer it."""
    options = " | ".join(one_line(option.label) for option in one.options)
    value = next((option.label for option in one.options if option.value == one.value), _bare(one.value))
    extras = [
        one_line(one.hint),
        options,
        f"now: {one_line(value)}" if value else "",
        "" if one.required else "optional",
    ]
    told = "; ".join(extra for extra in extras if extra)
    return one_line(one.label) + (f" ({told})" if told else "")


def _bare(value: str) -> str:
    """`<@lee>` as it is typed: @lee."""
    return value[1:-1] if re.fullmatch(r"<[@#][^<>]+>", value) else value


def how_to_answer(form: Form) -> str:
    """The line to type, with the names of what is still open."""
    wrong = [one.name for one in form.inputs if one.error]
    needed = [one.name for one in form.inputs if one.required and not one.value]
    asked = wrong or needed or [one.name for one in form.inputs[:1]]
    more = [one.name for one in form.inputs if one.name not in asked][:1]
    return "Answer with  :fill " + "; ".join(f"{name}=…" for name in [*asked, *more])


def record(scene: Scene) -> dict[str, object]:
    """What was said, for a program."""
    said = scene.said
    buttons = said.what.buttons if isinstance(said.what, Card) else ()
    inputs = said.what.inputs if isinstance(said.what, Form) else ()
    return {
        "kind": said.kind.value,
        "id": said.id,
        "replaces": said.replaces,
        "to": addressee(said),
        "at": stamp(scene.at),
        "text": literal(named(said.what).text()),
        "buttons": [one_line(one.label) for one in buttons],
        "inputs": [_input(one) for one in inputs],
    }


def _input(one: Input) -> dict[str, object]:
    return {
        "name": one.name,
        "label": literal(one.label),
        "kind": one.kind,
        "required": one.required,
        "value": literal(one.value),
        "options": [literal(option.label) for option in one.options],
        "error": literal(one.error),
    }


def stamp(at: datetime) -> str:
    """ISO 8601 with the offset, to the second."""
    return at.isoformat(timespec="seconds")
