"""Help generated from the table of commands: a card for members, and the reference in `docs/commands.md`."""

from __future__ import annotations

import sys

from bot.commands import COMMAND_ROOTS, COMMANDS, Argument, ArgumentKind, Command
from bot.domain.messages import Card, Field, format_line
from bot.text.command_line import find_nearest_word
from bot.text.i18n import _
from bot.views.buttons import board_button, command_button
from bot.views.forms import choice_label


def help_card(topic: str = "", platform: str = "") -> Card:
    """Render help on a topic: "" (the six commands to know), "all", "club", or the name of a command.

    With `platform` "discord", a command's help does not show how to type its arguments: Discord asks for them.
    """
    commands = [command for command in COMMANDS if not command.is_hidden]
    wanted_topic = topic.casefold().strip()
    for root in COMMAND_ROOTS:
        wanted_topic = wanted_topic.removeprefix(f"/{root} ").strip()
    command = next((command for command in commands if command.name == wanted_topic), None)
    if command:
        return _command_help_card(command, has_argument_picker=platform == "discord")
    if wanted_topic in ("all", "/outreach"):
        return _command_list_card(
            _("Everything I can do for you."), [command for command in commands if command.root == COMMAND_ROOTS[0]]
        )
    if wanted_topic in ("club", "/club"):
        return _command_list_card(
            _("What we can do together in your club."),
            [command for command in commands if command.root != COMMAND_ROOTS[0]],
        )
    if wanted_topic:
        return _unknown_topic_card(topic, find_nearest_word(wanted_topic, [command.name for command in commands]))
    return _command_list_card(
        _("Six commands are enough; buttons do the rest."), [command for command in commands if command.is_essential]
    )


def to_slash_command(command: Command, words: str) -> str:
    """Return the command as it is typed. Without the slash it would be a message, which a whole channel could read."""
    return f"/{command.root} {words}"


def _command_list_card(intro: str, commands: list[Command]) -> Card:
    return Card(
        lines=(format_line(intro),),
        fields=tuple(Field(to_slash_command(row, row.name), (_(row.summary),)) for row in commands),
        buttons=(
            board_button(),
            command_button(_("All commands"), "help", topic="all"),
            command_button(_("My club"), "club"),
            command_button(_("Who can read this?"), "who"),
        ),
    )


def _command_help_card(command: Command, *, has_argument_picker: bool) -> Card:
    """Render one command. With `has_argument_picker`, the platform asks for each argument, so none is typed."""
    example = format_line(_("For example: {example}"), example=to_slash_command(command, command.example))
    how = format_line(
        _("Type {command} and choose what belongs to it."), command=to_slash_command(command, command.name)
    )
    args = [arg for arg in command.arguments if arg.kind is not ArgumentKind.HIDDEN]
    return Card(
        lines=(format_line(_summary_sentence(_(command.summary))), how if has_argument_picker else example),
        fields=tuple(
            Field(f"{arg.name}:", (_argument_help(arg, has_argument_picker=has_argument_picker),)) for arg in args
        ),
        buttons=(command_button(_("All commands"), "help", topic="all"), board_button()),
    )


def _argument_help(argument: Argument, *, has_argument_picker: bool) -> str:
    choices = " · ".join(choice_label(choice) if has_argument_picker else choice for choice in argument.choices)
    return " — ".join(filter(None, (_(argument.question), argument.hint and _(argument.hint), choices)))


def _summary_sentence(summary: str) -> str:
    return summary if summary.endswith("?") else f"{summary}."


def _unknown_topic_card(topic: str, nearest_topic: str) -> Card:
    first = (
        _("I have no command “{topic}”. Did you mean “{near}”?") if nearest_topic else _("I have no command “{topic}”.")
    )
    return Card(
        lines=(format_line(first, topic=topic[:40], near=nearest_topic),),
        buttons=(command_button(_("All commands"), "help", topic="all"), board_button()),
    )


def render_command_reference() -> str:
    """Render the whole table in Markdown, for `docs/commands.md`."""
    parts = [
        "# Commands",
        "",
        "Made from the table in `bot/commands/` by `python -m bot.commands.help`; do not edit by hand.",
        "",
    ]
    for row in COMMANDS:
        if not row.is_hidden:
            parts += _command_reference_section(row)
    return "\n".join(parts).rstrip() + "\n"


def _command_reference_section(command: Command) -> list[str]:
    core = " (one of the six to know)" if command.is_essential else ""
    example = to_slash_command(command, command.example)
    lines = [
        f"## {to_slash_command(command, command.name)}",
        "",
        _summary_sentence(f"{command.summary}{core}"),
        "",
        f"    {example}",
        "",
    ]
    for arg in command.arguments:
        if arg.kind is not ArgumentKind.HIDDEN:
            facts = [
                arg.question,
                *([arg.hint] if arg.hint else []),
                *([" · ".join(arg.choices)] if arg.choices else []),
            ]
            lines.append(f"- `{arg.name}`{' (needed)' if arg.required else ''}: {'; '.join(facts)}")
    return [*lines, ""] if lines[-1] else lines


if __name__ == "__main__":
    sys.stdout.write(render_command_reference())
