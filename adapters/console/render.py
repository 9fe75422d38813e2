"""Renders screen entries as plain lines, and as JSON objects. Pure; `paint` adds colors, `text` escapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from rich.cells import cell_len

from adapters.console.screen import ScreenEntry, ScreenEntryKind
from adapters.console.text import (
    MENTION_SIGNS,
    collapse_console_whitespace,
    strip_console_controls,
    with_readable_mentions,
)
from bot.domain.messages import (
    Card,
    Choose,
    Field,
    Form,
    Input,
    Line,
    Row,
    Section,
    to_plain_text,
)
from bot.domain.model import ClubChannel
from bot.views.phrases import left_out_phrase

MAX_CARD_COLUMNS = 76
MAX_LABEL_COLUMNS = 20  # of the labels of a list
CARD_INDENT = "  "
QUOTE_TOP = "---- to copy ----"
QUOTE_END = "-" * len(QUOTE_TOP)


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A screen entry, and how to show it."""

    entry: ScreenEntry
    #: When it was shown, in the zone of its reader.
    local_time: datetime
    #: Whether its buttons can be pressed by number now.
    has_button_numbers: bool = True
    #: Whether it is for another member than the one who types.
    is_for_other_member: bool = False
    #: Whether the text is the console's own, not the bot's.
    is_console_note: bool = False


def format_console_time(local_time: datetime) -> str:
    """A local time in words: Tue 1 Dec 2026, 15:45."""
    return f"{local_time:%a} {local_time.day} {local_time:%b %Y, %H:%M}"


def shown_entry_heading(shown: ShownEntry) -> str:
    """The heading after the bot's name: where the card was shown, when, and to which other member."""
    match shown.entry.kind:
        case ScreenEntryKind.DIRECT_MESSAGE:
            heading = f"direct message · {format_console_time(shown.local_time)}"
        case ScreenEntryKind.CHANNEL:
            heading = f"in the channel · {format_console_time(shown.local_time)}"
        case _:
            heading = "to you, privately"
    return f"{heading} (to {screen_entry_addressee(shown.entry)})" if shown.is_for_other_member else heading


def screen_entry_addressee(entry: ScreenEntry) -> str:
    """The member's name, or the channel's name with `#`."""
    return collapse_console_whitespace(
        MENTION_SIGNS["channel"] + entry.to.channel_id if isinstance(entry.to, ClubChannel) else entry.to.user
    )


def render_plain_entry(shown: ShownEntry) -> list[str]:
    """The lines of a card, form or note, without colors and boxes. Sentences are not wrapped."""
    if shown.is_console_note:
        return [f": {text}" for text in strip_console_controls(shown.entry.what.text()).split("\n")]
    what = with_readable_mentions(shown.entry.what)
    body = _render_plain_card(what, shown.has_button_numbers) if isinstance(what, Card) else _render_plain_form(what)
    return ["", f"stalemate · {shown_entry_heading(shown)}", *body]


def _render_plain_card(card: Card, has_button_numbers: bool) -> list[str]:
    quote = [QUOTE_TOP, *strip_console_controls(card.quote).split("\n"), QUOTE_END] if card.quote else []
    faces = act_faces(card, has_button_numbers)
    return _join_with_blank_lines(
        [
            *([CARD_INDENT + collapse_console_whitespace(card.head)] if card.head else []),
            *indent_card_lines(card.lines),
        ],
        *(_render_plain_section(section, faces) for section in card.sections),
        list(_render_plain_fields(card.fields)),
        quote,
        _render_plain_choose(card.choose, faces) if card.choose else [],
        [CARD_INDENT + "  ".join(row) for row in wrap_button_faces(list(faces))],
    )


def act_faces(card: Card, has_button_numbers: bool) -> Iterator[str]:
    """What is shown for each act, in their order: `[1] Label`, or `[Label]`."""
    for number, act in enumerate(card.acts, 1):
        label = collapse_console_whitespace(act.label)
        yield f"[{number}] {label}" if has_button_numbers else f"[{label}]"


def _render_plain_section(section: Section, faces: Iterator[str]) -> list[str]:
    heading = [CARD_INDENT + collapse_console_whitespace(section.heading)] if section.heading else []
    rows = ("  ".join([row_text(row), *([next(faces)] if row.button else [])]) for row in section.rows)
    return [*heading, *(CARD_INDENT + row for row in rows)]


def row_text(row: Row) -> str:
    """The row without its button."""
    return f"·  {collapse_console_whitespace(to_plain_text(row.text_line))}"


def _render_plain_choose(choose: Choose, faces: Iterator[str]) -> list[str]:
    options = [CARD_INDENT + next(faces) for _option in choose.options]
    more = [CARD_INDENT + left_out_phrase(choose.left_out)] if choose.left_out else []
    return [CARD_INDENT + collapse_console_whitespace(choose.question), *options, *more]


def _join_with_blank_lines(*parts: list[str]) -> list[str]:
    """The parts that are not empty, with a blank line between them."""
    return list(chain.from_iterable(["", *part] for part in parts if part))[1:]


def indent_card_lines(lines: tuple[Line, ...]) -> list[str]:
    return [CARD_INDENT + part for line in lines for part in strip_console_controls(to_plain_text(line)).split("\n")]


def _render_plain_fields(fields: tuple[Field, ...]) -> Iterator[str]:
    labels = [collapse_console_whitespace(row.label) for row in fields]
    width = min(max(map(cell_len, labels), default=0), MAX_LABEL_COLUMNS)
    for label, row in zip(labels, fields, strict=True):
        start = label + " " * (width - cell_len(label)) if width else "·"
        yield f"{CARD_INDENT}{start}  {collapse_console_whitespace(to_plain_text(row.value))}"


def wrap_button_faces(faces: list[str]) -> list[list[str]]:
    """The faces of buttons in rows of at most `MAX_CARD_COLUMNS` columns."""
    rows: list[list[str]] = []
    for face in faces:
        if rows and cell_len(CARD_INDENT + "  ".join([*rows[-1], face])) <= MAX_CARD_COLUMNS:
            rows[-1].append(face)
        else:
            rows.append([face])
    return rows


def _render_plain_form(form: Form) -> list[str]:
    start = [CARD_INDENT + collapse_console_whitespace(form.title), *indent_card_lines(form.intro)]
    return _join_with_blank_lines(
        start, list(_render_plain_inputs(form.inputs)), [CARD_INDENT + fill_directive_hint(form)]
    )


def _render_plain_inputs(inputs: tuple[Input, ...]) -> Iterator[str]:
    for input_ in inputs:
        yield f"{CARD_INDENT}{collapse_console_whitespace(input_.name)}: {form_input_phrase(input_)}"
        if input_.error:
            yield f"{CARD_INDENT}{CARD_INDENT}! {collapse_console_whitespace(input_.error)}"


def form_input_phrase(form_input: Input) -> str:
    """The label of an input, with its hint, options, present value, and whether it is optional."""
    options = " | ".join(collapse_console_whitespace(option.label) for option in form_input.options)
    value = next(
        (option.label for option in form_input.options if option.value == form_input.value),
        _without_mention_brackets(form_input.value),
    )
    extras = [
        collapse_console_whitespace(form_input.hint),
        options,
        f"now: {collapse_console_whitespace(value)}" if value else "",
        "" if form_input.required else "optional",
    ]
    details = "; ".join(extra for extra in extras if extra)
    return collapse_console_whitespace(form_input.label) + (f" ({details})" if details else "")


def _without_mention_brackets(value: str) -> str:
    """`<@lee>` as it is typed: `@lee`."""
    return value[1:-1] if re.fullmatch(r"<[@#][^<>]+>", value) else value


def fill_directive_hint(form: Form) -> str:
    """The line to type, with the names of the inputs that have errors or are missing, and one more."""
    wrong = [input_.name for input_ in form.inputs if input_.error]
    missing = [input_.name for input_ in form.inputs if input_.required and not input_.value]
    names = wrong or missing or [input_.name for input_ in form.inputs[:1]]
    example = [input_.name for input_ in form.inputs if input_.name not in names][:1]
    return "Answer with  :fill " + "; ".join(f"{name}=…" for name in [*names, *example])


def shown_entry_to_json(shown: ShownEntry) -> dict[str, object]:
    """The entry as a JSON object, for programs."""
    entry = shown.entry
    acts = entry.what.acts if isinstance(entry.what, Card) else ()
    inputs = entry.what.inputs if isinstance(entry.what, Form) else ()
    return {
        "kind": entry.kind.value,
        "id": entry.id,
        "replaces": entry.replaces,
        "to": screen_entry_addressee(entry),
        "at": format_console_timestamp(shown.local_time),
        "text": strip_console_controls(with_readable_mentions(entry.what).text()),
        "buttons": [collapse_console_whitespace(act.label) for act in acts],
        "inputs": [_form_input_to_json(input_) for input_ in inputs],
    }


def _form_input_to_json(form_input: Input) -> dict[str, object]:
    return {
        "name": form_input.name,
        "label": strip_console_controls(form_input.label),
        "kind": form_input.kind,
        "required": form_input.required,
        "value": strip_console_controls(form_input.value),
        "options": [strip_console_controls(option.label) for option in form_input.options],
        "error": strip_console_controls(form_input.error),
    }


def format_console_timestamp(local_time: datetime) -> str:
    """A local time in ISO 8601 with its UTC offset, to the second."""
    return local_time.isoformat(timespec="seconds")
