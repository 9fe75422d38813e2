"""The directives to the console itself (`:press`, `:skip`, …): one row of the table and one function each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from adapters.console import buttons, inbound
from adapters.console.problems import ConsoleLineRefused
from adapters.console.render import format_console_time
from adapters.console.screen import ScreenEntry, ScreenEntryKind
from adapters.console.session import CONSOLE_PLATFORM, ConsoleSession
from adapters.console.text import collapse_console_whitespace
from bot.domain.errors import UserError
from bot.domain.model import Address

MAX_CONSOLE_MEMBER_CHARS = 64
DIRECTIVES_HELP_TOP = "The console's own lines:"
DIRECTIVES_HELP_END = "All else is for the bot. The number of a button, typed alone, presses it."


async def switch_console_member(session: ConsoleSession, name: str) -> None:
    member = collapse_console_whitespace(name)
    if not member or len(member) > MAX_CONSOLE_MEMBER_CHARS:
        raise ConsoleLineRefused(
            f"Who would you like to be? :as and a name of at most {MAX_CONSOLE_MEMBER_CHARS} characters"
        )
    session.member = Address(CONSOLE_PLATFORM, member)
    await session.show_note(f"You are {member} now.")


async def press_console_button(session: ConsoleSession, wanted: str) -> None:
    await session.press_button(*buttons.find_console_button(session.screen.newest_first(session.member), wanted))


async def fill_console_form(session: ConsoleSession, typed: str) -> None:
    form = session.screen.newest_form(session.member)
    if form is None:
        raise ConsoleLineRefused("There is no form to answer yet")
    await session.fill_form(form, inbound.parse_console_form_answers(typed, form))


async def skip_console_time(session: ConsoleSession, words: str) -> None:
    now = session.clock.now()
    try:
        target = session.setup.parse_skip_target(words, now, await session.member_calendar())
    except (UserError, OverflowError):
        raise ConsoleLineRefused("How long? For example :skip 5 working days, :skip 2 weeks, :skip 1 hour") from None
    await _move_console_time(session, target)


async def move_console_time_to(session: ConsoleSession, words: str) -> None:
    await _move_console_time(session, inbound.parse_console_time(words, await session.member_calendar()))


async def _move_console_time(session: ConsoleSession, target: datetime) -> None:
    now = session.clock.now()
    if target < now:
        local_now = format_console_time(await session.to_local_time(session.member, now))
        raise ConsoleLineRefused(f"Time only goes forward here; it is {local_now}")
    await session.move_time(target)


async def repeat_direct_messages(session: ConsoleSession, _: str) -> None:
    entries = session.screen.entries_to(session.member)
    messages = [entry for entry in entries if entry.kind is ScreenEntryKind.DIRECT_MESSAGE]
    await _repeat_screen_entries(session, messages, "No direct messages to you yet.")


async def repeat_channel_posts(session: ConsoleSession, _: str) -> None:
    await _repeat_screen_entries(
        session, session.screen.channel_posts(), "The channel is quiet: nothing was posted there yet."
    )


async def _repeat_screen_entries(session: ConsoleSession, entries: list[ScreenEntry], empty_note: str) -> None:
    for entry in entries:
        await session.repeat_entry(entry)
    if not entries:
        await session.show_note(empty_note)


async def reopen_console_store(session: ConsoleSession, _: str) -> None:
    await session.close()
    await session.open()
    await session.show_note("The store was closed and opened again.")


async def show_directives_help(session: ConsoleSession, _: str) -> None:
    width = max(len(directive.usage) for directive in CONSOLE_DIRECTIVES)
    rows = [f"  :{directive.usage:{width}}  {directive.meaning}" for directive in CONSOLE_DIRECTIVES]
    await session.show_note("\n".join([DIRECTIVES_HELP_TOP, *rows, DIRECTIVES_HELP_END]))


async def quit_console(session: ConsoleSession, _: str) -> None:
    session.is_ended = True


@dataclass(frozen=True, slots=True)
class ConsoleDirective:
    #: The name, and an example of the argument.
    usage: str
    #: What it does, for the help.
    meaning: str
    run: Callable[[ConsoleSession, str], Awaitable[None]]

    @property
    def name(self) -> str:
        return self.usage.partition(" ")[0]


CONSOLE_DIRECTIVES = (
    ConsoleDirective("press BUTTON", "press a button, by its label or number", press_console_button),
    ConsoleDirective("fill name=value; …", 'answer a form; also :fill {"name": "value"}', fill_console_form),
    ConsoleDirective("skip 5 working days", "let time pass", skip_console_time),
    ConsoleDirective("to 2027-01-05 09:00", "let time pass until then, on your clock", move_console_time_to),
    ConsoleDirective("dms", "the direct messages to you again", repeat_direct_messages),
    ConsoleDirective("channel", "what was posted in the channel", repeat_channel_posts),
    ConsoleDirective("as NAME", "be this member", switch_console_member),
    ConsoleDirective("restart", "close and open the store", reopen_console_store),
    ConsoleDirective("help", "these lines", show_directives_help),
    ConsoleDirective("quit", "end", quit_console),
)


async def run_console_directive(session: ConsoleSession, name: str, argument: str) -> None:
    """Run the directive with this name. Raises `ConsoleLineRefused`, also when there is no such directive."""
    for directive in CONSOLE_DIRECTIVES:
        if directive.name == name:
            return await directive.run(session, argument)
    close_names = get_close_matches(name, [directive.name for directive in CONSOLE_DIRECTIVES], 1)
    raise ConsoleLineRefused(
        f"I don't know :{name}; " + (f"did you mean :{close_names[0]}?" if close_names else ":help lists what I know")
    )
