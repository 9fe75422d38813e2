"""A month of a club of eight: told once, and played on every platform, with a crash between any two steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

CLUB_OF_EIGHT = ("Ann", "Ben", "Cleo", "Dov", "Eve", "Fay", "Gus", "Hal")
MONTH_START = "2026-11-23 10:00"  # a Monday
CONTACT_CANARY = "Quillanova"  # every contact's name begins so; it must never be where others read
MONTH_ZONE = "Europe/Berlin"


class MonthPlatform(Protocol):
    """A club on a platform. Ann leads the workspace. What is said of a member is the text of a card.

    `answer`: the last private answer; `posts`: what is in the channel; `private_texts`: unasked, newest last.
    """

    async def say(self, name: str, line: str) -> None:
        """A slash command with its root: "/club join"."""

    async def press(self, name: str, label: str) -> None:
        """A button of the last answer."""

    async def press_post(self, name: str, label: str) -> None:
        """A button of the newest post that has it."""

    async def press_word(self, name: str, label: str) -> None:
        """A button of the last word that came unasked."""

    async def fill(self, name: str, **values: str) -> None:
        """The form that is open."""

    def answer(self, name: str) -> str: ...

    def posts(self) -> list[str]: ...

    def private_texts(self, name: str) -> list[str]: ...

    async def until(self, moment: str) -> None:
        """Local time in Berlin; all that falls due on the way is done at its moment."""

    async def shut(self) -> None:
        """The channel is archived."""

    async def reopen(self) -> None: ...

    def room(self) -> str:
        """How the club's channel is typed."""

    def member(self, name: str) -> str:
        """How a member is typed."""

    async def crash(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class ClubMonth:
    """The month, step by step. `crashing`: after every step the bot dies and is started again."""

    place: MonthPlatform
    crashing: bool = False
    log: list[str] = field(default_factory=list)

    async def step(self, what: str) -> None:
        if self.crashing:
            await self.place.crash()
        self.log.append(what)

    async def says(self, name: str, line: str, hears: str) -> None:
        await self.place.say(name, line)
        await self._hears(name, hears, line)

    async def presses(self, name: str, label: str, hears: str) -> None:
        await self.place.press(name, label)
        await self._hears(name, hears, label)

    async def presses_post(self, name: str, label: str, hears: str) -> None:
        before = self.place.posts()
        await self.place.press_post(name, label)
        assert self.place.posts() == before, "a post is never replaced by an answer"
        await self._hears(name, hears, label)

    async def presses_word(self, name: str, label: str, hears: str) -> None:
        await self.place.press_word(name, label)
        await self._hears(name, hears, label)

    async def fills(self, name: str, hears: str, **values: str) -> None:
        await self.place.fill(name, **values)
        await self._hears(name, hears, "the form")

    async def _hears(self, name: str, hears: str, what: str) -> None:
        said = self.place.answer(name)
        assert hears in said, f"{name} did {what!r} and heard {said!r}, not {hears!r}"
        await self.step(f"{name}: {what}")

    def expect_post(self, number: int, *parts: str) -> str:
        """So many posts stand in the channel, and the last one says this."""
        posts = self.place.posts()
        assert len(posts) == number, posts
        assert all(part in posts[-1] for part in parts), (parts, posts[-1])
        return posts[-1]

    def expect_private_text(self, name: str, *parts: str) -> str:
        last = self.place.private_texts(name)[-1]
        assert all(part in last for part in parts), (parts, last)
        return last


async def play_month(month: ClubMonth) -> None:
    await play_opening(month)
    await play_first_week(month)
    await play_second_week(month)
    await play_third_week(month)
    await play_fourth_week(month)
    assert_nothing_leaked(month)


async def play_opening(month: ClubMonth) -> None:
    place = month.place
    await month.says("Ben", "/club setup", "That is for the facilitator")
    setup = f"/club setup channel: {place.room()} day: tuesday hour: 18:00 zone: {MONTH_ZONE}"
    await month.says("Ann", setup, "Nothing is posted yet.")
    assert "Counts begin at five members." in place.answer("Ann")
    assert place.posts() == []
    await month.presses("Ann", "Post the introduction", "I introduce myself")
    month.expect_post(1, "I never post a name from your board", "begin at five members")
    await month.presses_post("Ben", "Who can read this?", "can open its store")
    for name in CLUB_OF_EIGHT[:6]:
        await month.presses_post(name, "Count me in", "You're in")
    await month.presses_post("Ben", "Count me in", "You're in already")


async def play_first_week(month: ClubMonth) -> None:
    """Steps, a question that is answered on both sides, a digest."""
    place = month.place
    for number, name in enumerate(CLUB_OF_EIGHT):
        await month.says(
            name, f"/outreach add {CONTACT_CANARY}{number} channel: email", f"{CONTACT_CANARY}{number} is on your board"
        )
    await month.says(
        "Ben", f"/club ask company: Acme about: what {CONTACT_CANARY}1 told me", "It names one of your contacts"
    )
    await month.says("Ben", "/club ask company: Acme about: how their design team works", "without your name")
    await month.presses("Ben", "Post it", "on its way")
    month.expect_post(2, "someone at Acme", "how their design team works")
    await month.presses_post("Ben", "I may know someone", "your own question")
    await month.presses_post("Cleo", "I may know someone", "I may know someone")
    await month.fills("Cleo", "Please ask your contact first", share="I worked with one of them", how="introduce")
    await month.presses_post("Cleo", "I may know someone", "Please ask your contact first")
    await month.presses("Cleo", "They said yes", "I ask the member now")
    month.expect_private_text("Ben", "someone at Acme", "I worked with one of them")
    assert "Cleo" not in month.expect_private_text("Ben")
    await month.presses_word("Ben", "Yes, introduce us", "I introduce you two")
    month.expect_private_text("Ben", "You and", "both said yes")
    month.expect_private_text("Cleo", "You and", "both said yes")
    await place.until("2026-11-23 18:30")
    month.expect_private_text("Ann", "only you see it now", "took about 5 steps")
    await place.until("2026-11-24 18:30")
    await month.step("the first meeting")
    month.expect_post(3, "Our week together.", "took about 5 steps")


async def play_second_week(month: ClubMonth) -> None:
    """Two newcomers, somebody who declines, good news, and one who leaves before the digest."""
    place = month.place
    for name in CLUB_OF_EIGHT[6:]:
        await month.presses_post(name, "Count me in", "You're in")
    await month.says("Dov", "/club ask", "Ask whether somebody knows someone")
    await month.fills("Dov", "without your name", about="the work of a nurse on nights")
    await month.presses("Dov", "Post it", "on its way")
    month.expect_post(4, "the work of a nurse")
    await month.presses_post("Eve", "I may know someone", "I may know someone")
    await month.fills("Eve", "Please ask your contact first", share="a friend is one", how="talk first")
    before = place.private_texts("Dov")
    await month.presses("Eve", "They'd rather not", "nobody hears of it")
    assert place.private_texts("Dov") == before, "declining is silent"
    await month.says("Fay", f"/club win {CONTACT_CANARY}5 wrote back to me", "stays with you")
    await month.presses("Fay", "Say “someone” instead", "Someone wrote back to me")
    await month.presses("Fay", "With my name", "on its way to the channel")
    month.expect_post(5, "Good news from", "Someone wrote back to me")
    for number, name in enumerate(CLUB_OF_EIGHT):
        await month.says(name, f"/outreach log {CONTACT_CANARY}{number} channel: voicemail when: today", "")
    await place.until("2026-11-30 18:30")
    month.expect_private_text("Ann", "only you see it now")
    await month.says("Fay", "/club leave", "You're out")
    await place.until("2026-12-01 18:30")
    await month.step("the second meeting")
    digest = month.expect_post(6, "Our week together.", "open until")
    assert "steps" not in digest, "one of them left since they were counted"
    assert "wrote back" not in digest, "what the one who left had shared is not said again"


async def play_third_week(month: ClubMonth) -> None:
    """Tips, busy days, another facilitator, a week that is skipped, a question that ends."""
    place = month.place
    await month.presses_post("Gus", "What worked for me", "Share what worked for you")
    await month.fills("Gus", "This goes to the tips", text="Calling in the morning")
    await month.presses("Gus", "Without my name", "among the tips")
    await month.says("Hal", "/club tips search: morning", "Calling in the morning")
    assert "Gus" not in place.answer("Hal")
    await month.says("Ann", "/club busy from: 7 dec until: 11 dec reason: trade fair", "waits stand still")
    await month.says("Hal", f"/outreach why {CONTACT_CANARY}7", "trade fair")
    await month.says("Ann", f"/club facilitator member: {place.member('Ben')} until: 31 dec", "Shall")
    await month.presses("Ann", "Hand over", "The facilitator is")
    month.expect_private_text("Ben", "You are the facilitator")
    await month.says("Ben", "/club pulse", "too little yet")
    await place.until("2026-12-07 18:30")
    month.expect_private_text("Ben", "only you see it now")
    await month.presses_word("Ben", "Skip this week", "nothing is posted on")
    await place.until("2026-12-08 19:00")
    await month.step("the third meeting")
    month.expect_post(6)
    await place.until("2026-12-09 12:00")
    month.expect_private_text("Dov", "No match yet", "thank you for asking")
    await month.says("Hal", "/club mirror", "all that others can see of you")
    await month.presses("Hal", "Ask the facilitator to talk to me", "would like to talk")
    await month.presses("Hal", "Tell them", "passed it on")
    month.expect_private_text("Ben", "would like to talk to you")


async def play_fourth_week(month: ClubMonth) -> None:
    """The channel is archived: nothing is lost, one word to the facilitator, and on it goes elsewhere."""
    place = month.place
    await place.shut()
    await month.says("Cleo", "/club win I have an interview", "This goes to")
    await month.presses("Cleo", "Without my name", "on its way")
    month.expect_private_text("Ben", "I wait with all posts")
    await month.says("Dov", "/club win A good talk", "This goes to")
    await month.presses("Dov", "Without my name", "on its way")
    month.expect_post(6)
    assert sum("I wait with all posts" in one for one in place.private_texts("Ben")) == 1, "told once"
    await place.reopen()
    setup = f"/club setup channel: {place.room()} day: wednesday hour: 17:00 zone: {MONTH_ZONE}"
    await month.says("Ben", setup, "It is set up already")
    await month.presses("Ben", "Change it", "What was posted stays.")
    assert [post for post in place.posts() if "interview" in post]
    await place.until("2026-12-09 17:30")
    await month.step("the fourth meeting")
    month.expect_post(9, "Our week together.", "I have an interview", "A good talk")
    await place.until("2026-12-16 17:30")
    month.expect_post(10, "Whatever your week was like")
    await place.until("2026-12-23 17:30")
    month.expect_post(10)


def assert_nothing_leaked(month: ClubMonth) -> None:
    """Nobody's contact stands where others read."""
    assert [post for post in month.place.posts() if CONTACT_CANARY in post] == []
    for number, name in enumerate(CLUB_OF_EIGHT):
        own = f"{CONTACT_CANARY}{number}"
        assert [word for word in month.place.private_texts(name) if CONTACT_CANARY in word.replace(own, "")] == [], name
