"""Renders screen entries in color with rich. Pure; only `Text` objects, so that no member's text is read as markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adapters.console.render import (
    CARD_INDENT,
    MAX_LABEL_COLUMNS,
    ShownEntry,
    act_faces,
    fill_directive_hint,
    form_input_phrase,
    indent_card_lines,
    row_text,
    shown_entry_heading,
    wrap_button_faces,
)
from adapters.console.screen import ScreenEntryKind
from adapters.console.text import collapse_console_whitespace, strip_console_controls, with_readable_mentions
from bot.domain.messages import Card, Choose, Field, Form, Section, to_plain_text
from bot.views.phrases import left_out_phrase

SPEAKER_STYLES = {ScreenEntryKind.DIRECT_MESSAGE: "bold magenta", ScreenEntryKind.CHANNEL: "bold green"}
NUMBER_STYLE, QUIET_STYLE, ALARM_STYLE = "bold cyan", "dim", "yellow"
RULE_CHAR = "─"
RULE_COLUMNS = 40


def paint_screen_entry(shown: ShownEntry) -> RenderableType:
    """The card, form or note. Cards and forms end with a blank line."""
    if shown.is_console_note:
        return _paint_console_note(shown)
    speaker = Text("stalemate", style=SPEAKER_STYLES.get(shown.entry.kind, "bold cyan"))
    head = Text.assemble(speaker, (f" · {shown_entry_heading(shown)}", QUIET_STYLE))
    what = with_readable_mentions(shown.entry.what)
    body = _paint_card(what, shown.has_button_numbers) if isinstance(what, Card) else _paint_form(what)
    return Group(head, *body, Text())


def _paint_console_note(shown: ShownEntry) -> RenderableType:
    style = ALARM_STYLE if shown.entry.kind is ScreenEntryKind.ERROR else QUIET_STYLE
    return Group(
        *(Text(f": {line}", style=style) for line in strip_console_controls(shown.entry.what.text()).split("\n"))
    )


def _paint_indented(text: Text | Table, left: int = len(CARD_INDENT)) -> Padding:
    return Padding(text, (0, 0, 0, left))


def _paint_card(card: Card, has_button_numbers: bool) -> Iterator[RenderableType]:
    faces = act_faces(card, has_button_numbers)
    if card.head:
        yield _paint_indented(Text(collapse_console_whitespace(card.head), style="bold"))
    for line in indent_card_lines(card.lines):
        yield _paint_indented(Text(line.removeprefix(CARD_INDENT)))
    for section in card.sections:
        yield from (Text(), *_paint_section(section, faces))
    if card.fields:
        yield from (Text(), _paint_indented(_paint_field_table(card.fields)))
    if card.quote:
        yield from (Text(), *_paint_quote(card.quote))
    if card.choose:
        yield from (Text(), *_paint_choose(card.choose, faces))
    if card.buttons:
        yield Text()
    for row in wrap_button_faces(list(faces)):
        yield _paint_indented(_paint_faces(row))


def _paint_section(section: Section, faces: Iterator[str]) -> Iterator[RenderableType]:
    if section.heading:
        yield _paint_indented(Text(collapse_console_whitespace(section.heading), style="bold"))
    for row in section.rows:
        yield _paint_indented(_paint_faces([next(faces)] if row.button else [], row_text(row)))


def _paint_choose(choose: Choose, faces: Iterator[str]) -> Iterator[RenderableType]:
    yield _paint_indented(Text(collapse_console_whitespace(choose.question)))
    for _option in choose.options:
        yield _paint_indented(_paint_faces([next(faces)]))
    if choose.left_out:
        yield _paint_indented(Text(left_out_phrase(choose.left_out), style=QUIET_STYLE))


def _paint_field_table(fields: tuple[Field, ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=QUIET_STYLE, max_width=MAX_LABEL_COLUMNS)
    table.add_column()
    bullet = "" if any(row.label for row in fields) else "·"
    for row in fields:
        table.add_row(
            Text(collapse_console_whitespace(row.label) or bullet),
            Text(collapse_console_whitespace(to_plain_text(row.value))),
        )
    return table


def _paint_quote(quote: str) -> Iterator[RenderableType]:
    """The text to copy, at the left margin and wrapped only by the terminal, so that it is copied unchanged."""
    yield Text(f"{RULE_CHAR * 3} to copy {RULE_CHAR * (RULE_COLUMNS - 12)}", style=QUIET_STYLE)
    yield Text(strip_console_controls(quote), style="bold", no_wrap=True, overflow="ignore")
    yield Text(RULE_CHAR * RULE_COLUMNS, style=QUIET_STYLE)


def _paint_faces(faces: Sequence[str], start: str = "") -> Text:
    """The text at the start, then the faces of buttons with their numbers in color."""
    painted = Text(start)
    for face in faces:
        painted.append("  " if painted else "")
        end = face.index("]") + 1
        painted.append(face[:end], NUMBER_STYLE)
        painted.append(face[end:])
    return painted


def _paint_form(form: Form) -> Iterator[RenderableType]:
    yield _paint_indented(Text(collapse_console_whitespace(form.title), style="bold"))
    for line in indent_card_lines(form.intro):
        yield _paint_indented(Text(line.removeprefix(CARD_INDENT)))
    yield Text()
    table = Table.grid(padding=(0, 2, 0, 0))
    for input_ in form.inputs:
        table.add_row(
            Text(collapse_console_whitespace(input_.name), style=NUMBER_STYLE), Text(form_input_phrase(input_))
        )
        if input_.error:
            table.add_row(Text(), Text(collapse_console_whitespace(input_.error), style=ALARM_STYLE))
    yield from (_paint_indented(table), Text(), _paint_indented(Text(fill_directive_hint(form), style=QUIET_STYLE)))
