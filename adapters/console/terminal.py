"""Input and output for a person at a terminal: a prompt, and the output above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from adapters.console.paint import paint_screen_entry
from adapters.console.render import MAX_CARD_COLUMNS, ShownEntry

TERMINAL_FAREWELL = "Until soon. Your board stays as it is."


class TerminalOutlet:
    is_for_person = True

    def __init__(self, console: Console) -> None:
        self._console = console

    def show_entry(self, shown: ShownEntry) -> None:
        # Cropping is off for the text to copy, which only the terminal may break.
        width = min(MAX_CARD_COLUMNS, self._console.width)
        self._console.print(
            paint_screen_entry(shown), width=width, crop=False, highlight=False, markup=False, emoji=False
        )

    def show_ready(self, local_time: datetime) -> None:
        """Shows nothing: the prompt appears."""


class TerminalLines:
    """Lines typed at a prompt. Ctrl-C drops a line that was begun; on an empty line it ends the input, like Ctrl-D."""

    def __init__(self, session: PromptSession[str]) -> None:
        self._session = session

    async def next_line(self, prompt: str) -> str | None:
        while True:
            try:
                return await self._session.prompt_async(prompt)
            except EOFError:
                break
            except KeyboardInterrupt:
                if not self._session.default_buffer.text:
                    break
        print(TERMINAL_FAREWELL)  # noqa: T201 above the prompt, like all other output
        return None


@contextmanager
def open_terminal(completion_words: Sequence[str] = ()) -> Iterator[tuple[TerminalLines, TerminalOutlet]]:
    """The input and output of a terminal. `completion_words` are offered on Tab.

    While it is open, reminders appear above the prompt.
    """
    completer = WordCompleter(list(completion_words), sentence=True, ignore_case=True)
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(), completer=completer, complete_while_typing=False
    )
    with patch_stdout(raw=True):
        yield TerminalLines(session), TerminalOutlet(Console(highlight=False))
