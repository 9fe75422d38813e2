"""The lines that are the console's own: one row, one function each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from adapters.console import buttons, inbound
from adapters.console.problems import Refused
from adapters.console.render import one_line, said_at
from adapters.console.screen import Kind, Said
from adapters.console.session import PLATFORM, Session
from bot.domain.errors import UserError
from bot.domain.model import Address

NAME_LENGTH = 64
HELP_TOP = "The console's own lines:"
HELP_END = "All else is for the bot. The number of a button, typed alone, presses it."


async def become(session: Session, name: str) -> None:
    member = one_line(name)
    if not member or len(member) > NAME_LENGTH:
        raise Refused(f"Who would you like to be? :as and a name of at most {NAME_LENGTH} characters")
    session.member = Address(PLATFORM, member)
    await session.note(f"You are {member} now.")


async def press(session: Session, wanted: str) -> None:
    await session.press(*buttons.find(session.screen.latest(session.member), wanted))


async def fill(session: Session, typed: str) -> None:
    form = session.screen.form(session.member)
    if form is None:
        raise Refused("There is no form to answer yet")
    await session.fill(form, inbound.answers(typed, form))


async def skip(session: Session, words: str) -> None:
    now = session.clock.now()
    try:
        target = session.setup.reach(words, now, await session.calendar())
    except (UserError, OverflowError):
        raise Refused("How long? For example :skip 5 working days, :skip 2 weeks, :skip 1 hour") from None
    await _move(session, target)


async def to(session: Session, words: str) -> None:
    await _move(session, inbound.moment(words, await session.calendar()))


async def _move(session: Session, target: datetime) -> None:
    now = session.clock.now()
    if target < now:
        raise Refused(f"Time only goes forward here; it is {said_at(await session.local(session.member, now))}")
    await session.move(target)


async def direct_messages(session: Session, _: str) -> None:
    things = [said for said in session.screen.to(session.member) if said.kind is Kind.DM]
    await _again(session, things, "No direct messages to you yet.")


async def channel(session: Session, _: str) -> None:
    await _again(session, session.screen.posts(), "The channel is quiet: nothing was posted there yet.")


async def _again(session: Session, things: list[Said], nothing: str) -> None:
    for said in things:
        await session.repeat(said)
    if not things:
        await session.note(nothing)


async def restart(session: Session, _: str) -> None:
    await session.close()
    await session.open()
    await session.note("The store was closed and opened again.")


async def explain(session: Session, _: str) -> None:
    width = max(len(one.usage) for one in DIRECTIVES)
    rows = [f"  :{one.usage:{width}}  {one.meaning}" for one in DIRECTIVES]
    await session.note("\n".join([HELP_TOP, *rows, HELP_END]))


async def leave(session: Session, _: str) -> None:
    session.ended = True


@dataclass(frozen=True, slots=True)
class Directive:
    usage: str
    meaning: str
    follow: Callable[[Session, str], Awaitable[None]]

    @property
    def word(self) -> str:
        return self.usage.partition(" ")[0]


DIRECTIVES = (
    Directive("press BUTTON", "press a button, by its label or number", press),
    Directive("fill name=value; …", 'answer a form; also :fill {"name": "value"}', fill),
    Directive("skip 5 working days", "let time pass", skip),
    Directive("to 2027-01-05 09:00", "let time pass until then, on your clock", to),
    Directive("dms", "the direct messages to you again", direct_messages),
    Directive("channel", "what was posted in the channel", channel),
    Directive("as NAME", "be this member", become),
    Directive("restart", "close and open the store", restart),
    Directive("help", "these lines", explain),
    Directive("quit", "end", leave),
)


async def follow(session: Session, word: str, argument: str) -> None:
    """Do what the line says. Raises `Refused`."""
    for directive in DIRECTIVES:
        if directive.word == word:
            return await directive.follow(session, argument)
    near = get_close_matches(word, [directive.word for directive in DIRECTIVES], 1)
    raise Refused(f"I don't know :{word}; " + (f"did you mean :{near[0]}?" if near else ":help lists what I know"))
