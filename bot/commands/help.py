"""Help, made from the table: a card for members, and the reference in `docs/commands.md`."""

from __future__ import annotations

import sys

from bot.commands import COMMANDS, ROOTS, Arg, Command, Takes
from bot.domain.messages import Card, Field, line
from bot.text.command_line import nearest
from bot.text.i18n import _
from bot.views import phrases
from bot.views.forms import label


def card(topic: str = "", platform: str = "") -> Card:
    """The six commands to know; `all` of them; those of the `club`; or one in full, as it is used on the platform."""
    shown = [row for row in COMMANDS if not row.hidden]
    wanted = topic.casefold().strip()
    for root in ROOTS:
        wanted = wanted.removeprefix(f"/{root} ").strip()
    row = next((one for one in shown if one.name == wanted), None)
    if row:
        return _about(row, chosen=platform == "discord")
    if wanted in ("all", "/outreach"):
        return _list(_("Everything I can do for you."), [one for one in shown if one.root == ROOTS[0]])
    if wanted in ("club", "/club"):
        return _list(_("What we can do together in your club."), [one for one in shown if one.root != ROOTS[0]])
    if wanted:
        return _unknown(topic, nearest(wanted, [one.name for one in shown]))
    return _list(_("Six commands are enough; buttons do the rest."), [one for one in shown if one.core])


def typed(row: Command, words: str) -> str:
    """As it is typed anywhere. Without its slash it would be a message, and in a channel one that all can read."""
    return f"/{row.root} {words}"


def _list(first: str, rows: list[Command]) -> Card:
    return Card(
        lines=(line(first),),
        fields=tuple(Field(typed(row, row.name), (_(row.summary),)) for row in rows),
        buttons=(
            phrases.board(),
            phrases.press(_("All commands"), "help", topic="all"),
            phrases.press(_("My club"), "club"),
            phrases.press(_("Who can read this?"), "who"),
        ),
    )


def _about(row: Command, *, chosen: bool) -> Card:
    """`chosen`: the platform asks for each argument by itself, so that none is typed behind the command."""
    example = line(_("For example: {example}"), example=typed(row, row.example))
    how = line(_("Type {command} and choose what belongs to it."), command=typed(row, row.name))
    args = [arg for arg in row.args if arg.takes is not Takes.UNSEEN]
    return Card(
        lines=(line(_sentence(_(row.summary))), how if chosen else example),
        fields=tuple(Field(f"{arg.name}:", (_explained(arg, chosen=chosen),)) for arg in args),
        buttons=(phrases.press(_("All commands"), "help", topic="all"), phrases.board()),
    )


def _explained(arg: Arg, *, chosen: bool) -> str:
    choices = " · ".join(label(one) if chosen else one for one in arg.choices)
    return " — ".join(filter(None, (_(arg.ask), arg.hint and _(arg.hint), choices)))


def _sentence(summary: str) -> str:
    return summary if summary.endswith("?") else f"{summary}."


def _unknown(topic: str, near: str) -> Card:
    first = _("I have no command “{topic}”. Did you mean “{near}”?") if near else _("I have no command “{topic}”.")
    return Card(
        lines=(line(first, topic=topic[:40], near=near),),
        buttons=(phrases.press(_("All commands"), "help", topic="all"), phrases.board()),
    )


def reference() -> str:
    """The whole table in Markdown, for `docs/commands.md`."""
    parts = [
        "# Commands",
        "",
        "Made from the table in `bot/commands/` by `python -m bot.help`; do not edit by hand.",
        "",
    ]
    for row in COMMANDS:
        if not row.hidden:
            parts += _section(row)
    return "\n".join(parts).rstrip() + "\n"


def _section(row: Command) -> list[str]:
    core = " (one of the six to know)" if row.core else ""
    example = typed(row, row.example)
    lines = [f"## {typed(row, row.name)}", "", _sentence(f"{row.summary}{core}"), "", f"    {example}", ""]
    for arg in row.args:
        if arg.takes is not Takes.UNSEEN:
            facts = [arg.ask, *([arg.hint] if arg.hint else []), *([" · ".join(arg.choices)] if arg.choices else [])]
            lines.append(f"- `{arg.name}`{' (needed)' if arg.required else ''}: {'; '.join(facts)}")
    return [*lines, ""] if lines[-1] else lines


if __name__ == "__main__":
    sys.stdout.write(reference())
