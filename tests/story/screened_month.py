"""A club of eight at their screens, watched over: who sees what after each step, and what nobody may ever see."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.story.club_month import CLUB_OF_EIGHT, CONTACT_CANARY

CANARY_NAME = re.compile(rf"{CONTACT_CANARY}\d*")
ON_CHANNEL, IN_DIRECT_MESSAGES, EPHEMERAL_FOR_ONE, AS_FORM = "post", "word", "alone", "form"
"""In the channel for all, in the direct messages, in the channel for one alone, and a modal."""


@dataclass(frozen=True)
class ScreenItem:
    """One thing on a screen as it stands now. `raw`: all that the platform was sent of it, seen or not.

    `times`: how often it was replaced. `source`: what can be pressed.
    """

    key: str
    where: str
    text: str
    raw: str
    buttons: tuple[str, ...] = ()
    times: int = 0
    source: Any = field(default=None, compare=False, repr=False)


class MonthScreens(Protocol):
    """A platform with its eight people: what they do there, and what stands before each, the oldest first."""

    def before(self, name: str) -> list[ScreenItem]: ...

    async def type(self, name: str, line: str) -> None: ...

    async def press(self, name: str, source: Any, label: str) -> None: ...

    async def submit(self, name: str, values: dict[str, str]) -> None: ...

    async def reach(self, moment: str) -> None: ...

    async def settle(self) -> None:
        """Until all that is due now was sent."""

    def harmless(self) -> None:
        """The platform refused nothing, and would ping nobody."""


@dataclass
class ScreenedMonth:
    """A `MonthPlatform` over screens, apart from how it is shut, how it crashes and how its people are typed.

    `answers`: what was answered last; `came`: what came unasked, as it stood when it came; `stood`: each screen after
    the last step, so that what a crash brought with it is seen, too.
    """

    screens: MonthScreens
    answers: dict[str, ScreenItem] = field(default_factory=dict)
    came: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in CLUB_OF_EIGHT})
    stood: dict[str, list[ScreenItem]] = field(default_factory=lambda: {name: [] for name in CLUB_OF_EIGHT})

    async def say(self, name: str, line: str) -> None:
        await self._did(name, self.screens.type(name, line))

    async def press(self, name: str, label: str) -> None:
        await self._did(name, self.screens.press(name, self.answers[name].source, label))

    async def press_post(self, name: str, label: str) -> None:
        await self._did(name, self.screens.press(name, self._newest(name, ON_CHANNEL, label).source, label))
        assert self.answers[name].where in (EPHEMERAL_FOR_ONE, AS_FORM), "what a post answers stands beside it"

    async def press_word(self, name: str, label: str) -> None:
        pressed = self._newest(name, IN_DIRECT_MESSAGES, label)
        await self._did(name, self.screens.press(name, pressed.source, label))
        assert self.answers[name].key == pressed.key, "in direct messages an answer takes the place of what was pressed"

    async def fill(self, name: str, **values: str) -> None:
        await self._did(name, self.screens.submit(name, values))

    def answer(self, name: str) -> str:
        return self.answers[name].text

    def posts(self) -> list[str]:
        return [one.text for one in post_items(self.screens.before(CLUB_OF_EIGHT[0]))]

    def private_texts(self, name: str) -> list[str]:
        return list(self.came[name].values())

    async def until(self, moment: str) -> None:
        await self._did("", self.screens.reach(moment))

    def _newest(self, name: str, where: str, label: str) -> ScreenItem:
        return next(one for one in reversed(self.screens.before(name)) if one.where == where and label in one.buttons)

    async def _did(self, who: str, doing: Awaitable[None]) -> None:
        """Nobody but who did it sees anything of it; to the others words may come, and to all a post."""
        await doing
        await self.screens.settle()
        stood, self.stood = self.stood, {name: self.screens.before(name) for name in CLUB_OF_EIGHT}
        self._watch_posts(stood)
        for name, now in self.stood.items():
            fresh = [one for one in now if one.where != ON_CHANNEL and one not in stood[name]]
            words = [one for one in fresh if one.where == IN_DIRECT_MESSAGES and one.times == 0]
            answers = [one for one in fresh if one not in words]
            self.came[name].update((word.key, word.text) for word in words)
            assert len(answers) == (name == who), f"{name} sees {answers} of what {who or 'nobody'} did"
            if answers:
                self.answers[name] = answers[0]
            own = f"{CONTACT_CANARY}{CLUB_OF_EIGHT.index(name)}"
            assert {found for one in now for found in CANARY_NAME.findall(one.raw)} <= {own}, f"what {name} sees"
        self.screens.harmless()

    def _watch_posts(self, before: dict[str, list[ScreenItem]]) -> None:
        posts, *others = (post_items(self.stood[name]) for name in CLUB_OF_EIGHT)
        assert all(other == posts for other in others), "all read the same"
        stood = post_items(before[CLUB_OF_EIGHT[0]])
        assert posts[: len(stood)] == stood, "what was posted stands as it was"
        assert [post for post in posts if post.times] == [], "no post is ever replaced"
        assert [found for post in posts for found in CANARY_NAME.findall(post.raw)] == [], (
            "no contact is named in a post"
        )


def post_items(screen: list[ScreenItem]) -> list[ScreenItem]:
    return [one for one in screen if one.where == ON_CHANNEL]
