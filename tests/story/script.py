"""The story that this bot was made for, as a member lives it; told on every platform."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.calendar import Calendar
from tests.story.driver import ConsoleDriver, ConsoleMessage

WEEKLY_GREETING = "I hope the week left you some rest."
PROPOSAL_TEXTS = ("okay to", "welcome from", "Words", "I sent it", "I called", "I reached out", "Plan a call")


@dataclass(frozen=True)
class StoryCast:
    """The people of the story, and their days: day 0 is a Monday or a Tuesday."""

    quiet: str = "Dana"
    company: str = "Acme"
    introducer: str = "Sam"
    answered: str = "Lee"
    fresh: str = "Priya"
    first: date = date(2026, 10, 20)
    zone: str = "Europe/Berlin"
    country: str = ""

    @property
    def short(self) -> str:
        """As buttons and letters call the one who goes quiet."""
        return self.quiet.split()[0]

    @property
    def start(self) -> str:
        return f"{self.first}T10:00"

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def says(self, number: int) -> str:
        """The day as the bot says it."""
        day = self.day(number)
        return f"{day:%a} {day.day} {day:%b}"


@dataclass
class StoryPlayer:
    """A member at the console. Whatever is said is kept; after every so many steps (`crash_after`), the bot dies."""

    console: ConsoleDriver
    cast: StoryCast
    crash_after: int = 0
    messages: list[ConsoleMessage] = field(default_factory=list)
    steps: int = 0

    async def say(self, line: str) -> ConsoleMessage:
        """Type a line; the answer to it."""
        *_, answer = await self._step(line)
        return answer

    async def press(self, label: str) -> ConsoleMessage:
        """Press a button, of whatever message has it last; the card that comes in its place."""
        answer = await self.say(f":press {label}")
        assert answer.kind != "error", answer.text
        return answer

    async def fill(self, **values: str) -> ConsoleMessage:
        return await self.say(f":fill {json.dumps(values)}")

    async def to(self, day: int, at: str = "12:00") -> list[ConsoleMessage]:
        """Let time pass until a day of the story; what came unasked on the way."""
        return await self._step(f":to {self.cast.day(day)} {at}")

    async def _step(self, line: str) -> list[ConsoleMessage]:
        said = await self.console.type(line)
        self.messages += said
        self.steps += 1
        if self.crash_after and self.steps % self.crash_after == 0:
            await self.console.crash()
        return said

    def unasked(self, *, weekly: bool = False) -> list[ConsoleMessage]:
        """The messages that nobody asked for; the weekly ones, or the others without the check on the call."""
        messages = [one for one in self.messages if one.kind == "dm" and "Did your call" not in one.text]
        return [message for message in messages if message.text.startswith(WEEKLY_GREETING) is weekly]

    def day_of(self, message: ConsoleMessage) -> int:
        return (message.at.date() - self.cast.first).days


async def play_until_brake(story: StoryPlayer) -> ConsoleMessage:
    """From the first hello to the moment when one more message would be one too many; the card of the brake."""
    who = story.cast
    dana, sam, lee, priya = who.quiet, who.introducer, who.answered, who.fresh

    # Others, whom the member knows already.
    await story.say(f"add {lee} channel: linkedin")
    await story.say(f"reply {lee} kind: answer")
    await story.press("Nothing more")
    await story.say(f"add {priya} channel: none")

    # Day 0: three messages back and forth, and a call is planned for 15:00.
    added = await story.say(f"add {dana} channel: email company: {who.company} via: {sam} lead: unadvertised opening")
    assert added.text.startswith(f"{dana} is on your board.")
    assert f"{sam}, who introduced you, is there too." in added.text
    answer = await story.say(f"reply {dana} kind: answer")
    assert answer.text == f"Good: {dana} got back to you.\nWho moves next?"
    await story.press("Me")
    await story.say(f"log {dana} channel: email note: sent my history")
    await story.say(f"reply {dana} kind: answer")
    planned = await story.say(f"plan {dana} when: today 15:00")
    assert planned.text.startswith(f"Your call with {dana}: {who.says(0)}, 15:00.")

    # 15:45: the bot asks once, and nobody had called.
    [check] = await story.to(0, "15:45")
    assert (check.kind, check.at.strftime("%H:%M")) == ("dm", "15:45")
    assert check.text == f"I hope your day is going well.\nDid your call with {dana} happen?"
    assert check.buttons == ("Yes", "Moved", "No, no call", "I missed it")
    words = await story.press("No, no call")
    cost, letter = words.text.index("uses your call"), words.text.index(f"Hi {who.short}, I hope you're all right.")
    assert cost < letter, "what it uses is said before"
    assert words.replaces
    logged = await story.press("I sent it: uses my call")
    assert f"voicemail to {dana}" in logged.text
    assert "e-mail 0/1, call 1/1" in logged.text
    assert await story.to(0, "23:59") == []

    # Days 1 and 2: not yet, with the date; one reminder to be patient; somebody else is suggested.
    assert await story.to(1) == []
    card = await story.say(f"show {dana}")
    assert card.text.startswith(f"It's {dana}'s turn; an e-mail is welcome from {who.says(3)}.")
    assert f"Meanwhile, {lee} has answered you before." in card.text
    [patience] = await story.to(2)
    assert "no fault of yours" in patience.text
    assert f"an e-mail is welcome from {who.says(3)}" in patience.text
    assert f"See {lee.split()[0]}" in patience.buttons
    assert await story.to(2, "23:59") == []

    # Day 3: permission, not duty. The words begin with concern.
    [may] = await story.to(3)
    assert f"It's okay to send {dana} your one e-mail now, and okay not to." in may.text
    assert may.buttons == ("Show words", "Later", "I'd rather not", "They wrote")
    words = await story.press("Show words")
    assert f"\nHi {who.short}, I hope all is well with you.\n" in words.text
    assert "uses your e-mail" in words.text
    logged = await story.press("I sent it: uses my e-mail")
    assert "e-mail 1/1, call 1/1" in logged.text
    assert f"nothing to do until {who.says(10)}" in logged.text

    # Days 4 to 9: nothing but the weekly message; why they don't call back can be asked at any time.
    quiet = [*await story.to(6)]
    why = await story.say(f"why {dana}")
    assert "It's no fault of yours." in why.text
    assert f"nothing to do until {who.says(10)}" in why.text
    quiet += await story.to(9, "23:59")
    [weekly] = quiet
    assert weekly.text.startswith(WEEKLY_GREETING)
    assert weekly.at.weekday() == 0

    # Day 10: someone else, by name.
    [stalemate] = await story.to(10)
    assert stalemate.text.startswith(f"It's quiet with {dana}; that's no fault of yours.")
    assert stalemate.text.splitlines()[2] == (
        f"{lee} (answered you before), {priya} (not contacted yet), {sam} (thank for introducing)."
    )
    assert stalemate.buttons == (
        "Pick someone",
        f"Ask the club about {who.company}",
        f"Rest {who.short}",
        "More…",
    )

    # A third attempt meets the kind brake.
    brake = await story.say(f'log {dana} channel: text note: "one more try: at 5?"')
    assert brake.text.startswith(
        "Wanting to try again makes sense.\n"
        f"{dana} has your e-mail and your call; more may feel like pressure.\n"
        f"{lee} and {priya} are on your board too."
    )
    assert brake.buttons == ("Show others", "They wrote to me", "There is real news", "Log it anyway")
    return brake


async def play_story(story: StoryPlayer) -> None:
    who = story.cast
    dana = who.quiet
    brake = await play_until_brake(story)

    # What was typed is kept, whichever button is pressed; "anyway" is taken without comment.
    asked = await story.press("There is real news")
    assert (asked.kind, asked.inputs) == ("form", ("reason",))
    logged = await story.press("Log it anyway")
    assert f"text message to {dana}" in logged.text
    assert f"nothing to do until {who.says(17)}" in logged.text
    card = await story.say(f"show {dana}")
    assert "one more try: at 5?" in card.text
    await story.say(f"words {dana}")
    await story.say("board")

    # The last wait begins again, without a second nudge.
    weeklies = await story.to(25)
    assert [weekly.text.splitlines()[0] for weekly in weeklies] == [WEEKLY_GREETING, WEEKLY_GREETING]
    after_stalemate = story.messages[story.messages.index(brake) :]
    assert not [
        (message.text, word)
        for message in after_stalemate
        if message not in (brake, asked)
        for word in PROPOSAL_TEXTS
        if any(word in said for said in (message.text, *message.buttons))
    ], "from the stalemate on, nothing proposes to contact them"

    # Day 25: a late reply. It is cheered only when the member has said what it was.
    card = await story.say(f"{dana} answered")
    assert card.text.startswith(f"It's quiet with {dana}")
    asked = await story.press("They wrote")
    assert asked.text == f"{dana} got back to you.\nWhat was it?"
    cheer = await story.press("Answer")
    assert cheer.text == (
        f"How good: {dana} wrote back.\nYour patience kept the door open.\nIt's your turn, in your own time."
    )
    shared = await story.press(f"Share without {who.short}'s name")
    assert dana not in shared.text.split("\n", 1)[1]

    # The reminders about it are gone, and the quota is fresh.
    assert [one.text.splitlines()[0] for one in await story.to(36)] == [WEEKLY_GREETING, WEEKLY_GREETING]
    again = await story.say(f"log {dana} channel: email")
    assert "e-mail 0/1, call 0/1" in again.text
    assert (await story.say(":channel")).text == "The channel is quiet: nothing was posted there yet."

    # Over the whole story.
    unasked = story.unasked()
    assert [story.day_of(one) for one in unasked] == [2, 3, 10]
    assert len(unasked) <= 4
    mondays = [day for day in range(1, 37) if who.day(day).weekday() == 0]
    assert [story.day_of(one) for one in story.unasked(weekly=True)] == mondays
    assert {one.at.strftime("%H:%M") for one in [*unasked, *story.unasked(weekly=True)]} == {"09:00"}
    assert not [one for one in story.messages if one.kind in ("channel", "error")]
    zone = Calendar(who.zone)
    assert all(one.at.utcoffset() == zone.to_local(one.at).utcoffset() for one in story.messages)
