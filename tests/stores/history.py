"""A life that leaves something of everything behind: members and clubs of two platforms, and what is made by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.club.member_messages import build_club_note
from bot.club.schedule import build_post_envelope
from bot.club.schedule import next_club_wake as club_wake
from bot.delivery.club_worker import ClubWorker
from bot.delivery.outbox import build_envelope, with_send_try
from bot.domain.errors import ChannelRefused, DeliveryUncertain, TryLater
from bot.domain.messages import Card, Form
from bot.domain.messages import Response as Said_
from bot.domain.model import (
    Attempt,
    Away,
    Book,
    CallOutcome,
    CallResult,
    Channel,
    ChannelRefusedNote,
    Closed,
    CloseReason,
    Club,
    ClubNote,
    ClubUpdate,
    Contact,
    DateRange,
    DeliveryState,
    DigestPreviewNote,
    DigestSubject,
    EntryOccasion,
    Envelope,
    IntroducedNote,
    IntroducerAsked,
    IntroductionSubject,
    LeadSource,
    NextMove,
    NoteContent,
    NoteOccasion,
    Occasion,
    OfferNote,
    OfferStatus,
    OfferThanksNote,
    Party,
    Plan,
    Post,
    PostUnconfirmedNote,
    QuestionOverNote,
    QuestionSubject,
    ReminderItem,
    ReminderKind,
    ReplyKind,
    ReplyReceived,
    Resumed,
    RoleLostNote,
    RoleReceivedNote,
    SeasonsNote,
    SetAside,
    SilenceOccasion,
    Slot,
    SlotDeclined,
    Snoozed,
    TalkRequestNote,
    WeekOccasion,
    WinSubject,
)
from bot.rules.moment import BookMoment
from storage.memory import MemoryStore
from tests.fakes import FakeMessenger, sequential_ids
from tests.stores.store_answers import STORE_HOME, PlainJson, StoreBot, StoreSpeaker, StoreSpeakers, store_instant

STORE_CHANNEL_ID = "C0CLUB"
STORE_LEFT_AT = "2026-12-08 12:00"  # when the store was left, a Tuesday
EVE_OF_LEAVING = "2026-12-08 09:30"  # from here on everything drawn can still be pressed
SLACK_TEAM, DISCORD_SERVER = "T1", "9001"  # of Slack and of Discord


def _slack_speaker(name: str, team: str = SLACK_TEAM, *, club: bool = True, **more: str | bool) -> StoreSpeaker:
    return StoreSpeaker(
        "slack", f"U{name.upper()}", team, team if club else "", STORE_CHANNEL_ID if club else "", name=name, **more
    )


def _discord_speaker(name: str, user: str, *, club: bool = True, **more: str | bool) -> StoreSpeaker:
    return StoreSpeaker("discord", user, "", DISCORD_SERVER if club else "", "7001" if club else "", name=name, **more)


STORE_SPEAKERS: dict[str, StoreSpeaker] = {
    "Ann": _slack_speaker("Ann", leads=True, zone="Europe/Berlin", language="en-GB"),
    **{
        name: _slack_speaker(name, zone="Europe/Berlin", language="en-GB")
        for name in ("Ben", "Cleo", "Dov", "Eve", "Fay")
    },
    "Gus": _slack_speaker("Gus"),
    "Jan": _slack_speaker("Jan"),
    "Hal": _slack_speaker("Hal", club=False, zone="America/New_York", language="en-US"),
    "Ida": _slack_speaker("Ida"),
    "Dee": _discord_speaker("Dee", "10001", leads=True, language="en-GB", likely="Europe/London"),
    "Lou": _discord_speaker("Lou", "10002", language="de", likely="Europe/Berlin"),
    "Max": _discord_speaker("Max", "10003", club=False, language="en-US"),
    **{f"Ann of {team}": replace(_slack_speaker("Ann", team), leads=True) for team in ("T2", "T3", "T4", "T5", "T6")},
}
JOINED_NAMES = ("Ann", "Ben", "Cleo", "Dov", "Eve", "Fay", "Gus")
TEAM_WEEKDAYS = {"T2": "monday", "T3": "wednesday", "T4": "friday", "T5": "saturday", "T6": "sunday"}


@dataclass
class SampleHistory:
    """Members at work. `seen`: who was shown what, and whether in private, since the eve of leaving the store."""

    people: StoreSpeakers = field(default_factory=lambda: STORE_SPEAKERS)
    last: dict[str, Said_] = field(default_factory=dict)
    seen: list[tuple[str, bool, Said_]] = field(default_factory=list)
    events: int = 0

    def __post_init__(self) -> None:
        self.bot = StoreBot(MemoryStore(), store_instant("2026-11-23 10:00"), new_id=sequential_ids())

    @property
    def messenger(self) -> FakeMessenger:
        return self.bot.sent["slack"]

    def at(self, text: str) -> None:
        self.bot.now = store_instant(text)

    async def live(self, until: str) -> None:
        await self.bot.live(store_instant(until))
        await self.bot.sweep()

    async def say(self, name: str, text: str, *, private: bool = False) -> None:
        await self._keep(name, private, lambda who: self.bot.say(who, text, private=private, event=self._event()))

    async def press(self, name: str, label: str, *, private: bool = False) -> None:
        card = self.last[name]
        assert isinstance(card, Card), card
        found = [button.line for button in card.acts if button.label == label]
        assert found, f"no [{label}] among {[button.label for button in card.buttons]} of {card.text()}"
        await self.line(name, found[0], private=private)

    async def line(self, name: str, line: str, *, private: bool = False) -> None:
        await self._keep(name, private, lambda who: self.bot.press(who, line, private=private, event=self._event()))

    async def confirm(self, name: str, line: str) -> None:
        """Press a final act, and then the button that confirms it."""
        await self.line(name, line)
        asked = self.last[name]
        assert isinstance(asked, Card)
        await self.line(name, next(act.line for act in asked.acts if " sure: " in act.line))

    async def fill(self, name: str, **values: str) -> None:
        form = self.last[name]
        assert isinstance(form, Form), form.text()
        given = {**dict(form.fixed), **{input_.name: input_.value for input_ in form.inputs}, **values}
        await self._keep(name, False, lambda who: self.bot.fill(who, form.command, given))

    async def walk(self, name: str, path: Sequence[PlainJson]) -> None:
        """What was typed, and the lines that were pressed then."""
        for step in path:
            if "type" in step:
                await self.say(name, step["type"])
            else:
                await self.line(name, _line_with_own_ids(step["press"], self.last.get(name)))

    async def open_last(self, name: str, begins: str) -> None:
        """Take the last word that came to a member unasked, and that begins so, into their hands."""
        to = self.people[name].address
        cards = [card for sent in self.bot.sent.values() for one, card, _key in sent.delivered if one == to]
        found = [card for card in cards if card.text().startswith(begins)]
        assert found, [card.text() for card in cards]
        self.last[name] = found[-1]

    async def book(self, name: str) -> Book:
        book = await self.bot.store.load(self.people[name].address)
        assert book is not None, name
        return book

    async def club(self, name: str) -> Club:
        club = await self.bot.store.load(self.people[name].key)
        assert club is not None, name
        return club

    async def change(self, name: str, change: Callable[[Book], Book]) -> None:
        """By hand, what no command leads to here."""
        after = change(await self.book(name))
        await self.bot.store.save(replace(after, wake_at=BookMoment(after, self.bot.now, STORE_HOME).next_wake))

    async def change_club(self, name: str, change: Callable[[Club], Club]) -> None:
        after = change(await self.club(name))
        await self.bot.store.save(replace(after, wake_at=club_wake(after, self.bot.now)))

    def _event(self) -> str:
        self.events += 1
        return f"event-{self.events}"

    async def _keep(self, name: str, private: bool, run: Callable[[StoreSpeaker], object]) -> None:
        reply = await run(self.people[name])
        assert "went wrong on my side" not in reply.text(), reply.text()
        self.last[name] = reply
        self.seen.append((name, private, reply))


def _line_with_own_ids(line: str, on: Said_ | None) -> str:
    """The button of a card that a line stands for which was drawn in another life, with other ids."""
    lines = [button.line for button in on.acts] if isinstance(on, Card) else [on.reopen] if on else []
    return next((one for one in lines if re.sub(r"\d{8,}", "", one) == re.sub(r"\d{8,}", "", line)), line)


async def sample_history() -> SampleHistory:
    """Two weeks of it, up to the eve of leaving the store."""
    life = SampleHistory()
    await _found_clubs(life)
    await _live_first_week(life)
    await _ask_questions(life)
    await _live_without_club(life)
    life.at(EVE_OF_LEAVING)
    return life


async def _found_clubs(life: SampleHistory) -> None:
    where = f"channel: <#{STORE_CHANNEL_ID}> day: tuesday hour: 18:00 zone: Europe/Berlin"
    await life.say("Ann", f"/club setup {where}")
    await life.press("Ann", "Post the introduction")
    await life.say("Dee", "/club setup channel: <#7001> day: thursday hour: 19:30 zone: London")
    await life.press("Dee", "Post the introduction")
    for team, day in TEAM_WEEKDAYS.items():
        await life.say(
            f"Ann of {team}", f"/club setup channel: <#{STORE_CHANNEL_ID}> day: {day} hour: 9:00 zone: Berlin"
        )
        if team != "T2":
            await life.press(f"Ann of {team}", "Post the introduction")
    await life.bot.sweep()
    for name in (*JOINED_NAMES, "Dee", "Lou", *(f"Ann of {team}" for team in TEAM_WEEKDAYS if team != "T2")):
        await life.line(name, "join")
    await life.bot.sweep()


BEN_LINES = (
    "add Sam channel: in person when: 2 nov note: an old friend",
    "reply Sam kind: answer when: 3 nov note: glad to hear from me",
    "add Dana Smith channel: email when: 13 nov company: Acme role: Designer via: Sam lead: friend of a friend "
    "email: dana@example.org phone: 030 901820 note: met at the fair",
    "edit Dana matters: yes busy: 28 dec to 5 jan",
    "add Lee channel: linkedin when: 16 nov company: Acme lead: posted",
    "reply Lee kind: referral when: 18 nov note: sent me to Priya",
    "add Priya company: Initech lead: in-house referral via: Lee",
    "add Rosa channel: email when: 16 nov lead: unadvertised opening",
    "reply Rosa kind: away until: 4 dec when: 17 nov note: a machine said so",
    "add Noor channel: text when: 10 nov",
    "reply Noor kind: no when: 12 nov",
    "add Tess channel: other when: 10 nov",
    "close Tess outcome: met",
    "add Uwe channel: email when: 10 nov",
    "close Uwe outcome: not interested",
    "add Vera channel: email when: 10 nov",
    "close Vera outcome: do not contact",
    "add Walt channel: email when: 10 nov",
    "rest Walt until: 14 jan",
    "add Xena",
    "snooze Xena until: 11 dec",
    "add Yara channel: phone when: 9 nov via: Sam",
    "log Yara channel: voicemail when: 17 nov",
    "add Zack channel: email when: 9 nov via: Sam",
    "log Zack channel: email when: 20 nov",
)


async def _live_first_week(life: SampleHistory) -> None:
    for said in BEN_LINES:
        await life.say("Ben", said)
    await life.say("Ben", "show Uwe")
    await life.press("Ben", "Take up again")
    await life.say("Ben", "show Lee")
    await life.press("Ben", "They wrote")
    for name in ("Ann", "Cleo", "Dov", "Eve", "Fay", "Gus"):
        via = "" if name in ("Dov", "Gus") else " via: Jo"
        for said in (f"add Kim channel: email{via}", "add Ola channel: phone", "reply Ola kind: answer"):
            await life.say(name, said)
    for name, text in (("Ben", "small steps"), ("Cleo", "a phone call in the morning")):
        await life.line(name, f"tip text: {text}")
        await life.press(name, "With my name" if name == "Ben" else "Without my name")
    await life.say("Eve", "plan Ola when: today 15:00 minutes: 45")
    await life.say("Fay", "plan Ola when: today 15:00")
    await life.say("Dov", "plan Ola when: today 15:00")
    await life.say("Ben", "plan Lee when: today 15:00 minutes: 20")
    await life.live("2026-11-23 16:00")
    for name, label in (("Eve", "Yes"), ("Fay", "No, no call"), ("Dov", "I missed it"), ("Ben", "Moved")):
        await life.open_last(name, "I hope your day is going well.")
        await life.press(name, label, private=True)
    await life.fill("Ben", when="9 dec 15:00")
    await life.live("2026-11-27 10:00")
    await life.say("Ann", "/club busy from: 21 dec until: 3 jan reason: the holidays")
    await life.say("Cleo", "settings zone: Tokyo country: JP hour: noon basket: monthly patience: no checkin: no")
    await life.say("Cleo", "settings names: no written: 0 calls: 0")
    await life.say("Gus", "settings hour: after work basket: never")
    await life.live("2026-12-01 10:00")
    for name in ("Ann", "Eve", "Fay"):  # due on the day on which the store is left
        await life.say(name, "add Una channel: email via: Jo")
    await life.say("Dee", "add Una channel: email via: Vic", private=True)


async def _ask_questions(life: SampleHistory) -> None:
    """A question with an offer in each state, one that led to an introduction, and those of others."""
    about = "how their design team works, and what a week of theirs is like"
    await life.say("Ben", f"/club ask company: Acme about: {about}")
    await life.press("Ben", "Post it")
    await life.say("Dov", "/club ask about: the work of a nurse on nights")
    await life.press("Dov", "Post it")
    await life.say("Eve", "/club ask company: Initech about: how they hire")
    await life.press("Eve", "Post it")
    await life.bot.sweep()
    acme, nurse, initech = (question.id for question in (await life.club("Ann")).questions)
    for name, ask, how in (
        ("Ann", acme, "introduce"),
        ("Cleo", acme, "pass on"),
        ("Fay", acme, "talk first"),
        ("Gus", acme, "introduce"),
        ("Ben", initech, "introduce"),
        ("Cleo", initech, "pass on"),
        ("Cleo", nurse, "talk first"),
    ):
        await life.line(name, f"mayknow ask: {ask}")
        await life.fill(name, share="We worked together for two years.", how=how)
        if (name, ask) in (("Ann", acme), ("Gus", acme), ("Ben", initech)):
            await life.press(name, "They said yes")
        if name == "Fay":
            await life.press(name, "They'd rather not")
    await life.live("2026-12-02 10:00")
    matches = [card for to, card, _key in life.messenger.delivered if to == life.people["Ben"].address]
    life.last["Ben"] = next(card for card in matches if "knows someone at Acme" in card.text())
    await life.press("Ben", "No, thank you", private=True)
    await life.open_last("Eve", "Somebody in your club knows someone at Initech")
    await life.press("Eve", "Yes, introduce us", private=True)
    await life.confirm("Fay", "talk")
    await life.live("2026-12-03 10:00")


async def _live_without_club(life: SampleHistory) -> None:
    """Discord, those without a club, and the clubs in trouble."""
    for name in ("Dee", "Lou", "Max"):
        for said in ("add Nia Jones channel: email company: Globex", "add Omar channel: phone", "add Pia"):
            await life.say(name, said, private=True)
    await life.say("Max", "reply Omar kind: answer")
    for said in ("add Kim channel: email", "add Ola channel: email", "reply Ola kind: answer", "pause until: 5 jan"):
        await life.say("Hal", said)
    await life.say("Hal", "landed")
    await life.say("Ida", "add Kim channel: email")
    await life.line("Ann of T4", "win text: a kind talk")
    life.messenger.troubles = [ChannelRefused("archived")]
    await life.press("Ann of T4", "Without my name")
    await life.bot.sweep()
    await life.line("Ann of T5", "win text: a kind talk")
    life.messenger.can_look_up = False
    life.messenger.troubles = [DeliveryUncertain("lost")]
    await life.press("Ann of T5", "Without my name")
    await life.bot.sweep()
    await life.live("2026-12-03 12:00")
    life.messenger.can_look_up = True
    for name in JOINED_NAMES:  # enough of them that the week can be counted
        await life.say(name, "add Wes channel: email when: yesterday")
        await life.say(name, "reply Wes kind: answer")
    await life.live("2026-12-07 18:30")


async def live_last_day(life: SampleHistory) -> None:
    """What is begun and not done yet: drafts, forms, something to undo, and what is on its way."""
    life.seen.clear()
    for said in (
        "log Dan channel: email",
        "log Dana channel: email",
        "log Yara channel: email",
        "log Nobody Else channel: email note: a long evening when: yesterday",
        'plan Dana when: "15/1 10:00"',
        'snooze Dana until: "5/6"',
        "add Dana channel: email company: Initech",
        "add Quin via: Sa",
        "words Ro",
        "reply Lee when: yesterday note: what they said",
        "edit Lee busy: 5/6",
        "edit Lee note: x busy: 5/6 to 7/8",
        "edit Dana",
        "close Dana",
        "close Lee outcome: no way, after all that has been said and done, and a good deal more of it than that",
        "reply Lee kind: away note: a machine said that they are away, and that is all that it said to me today",
        "forget Nobody",
        "forget Lee",
        "landde",
    ):
        await life.say("Ben", said)
    for said in ("add Zoe Adams", "close Lee outcome: met", "pause until: friday", "Nina Weber", "stop"):
        life.last["Ben"] = await life.bot.core.handle_direct_message(
            life.people["Ben"].actor(private=True), said, life.bot.now
        )
        life.seen.append(("Ben", True, life.last["Ben"]))
    for said in (
        "add Sam Long",
        "add Sam Short",
        "add Quin via: Sam",
        "log Sam channel: email",
        "log Pia channel: email when: 5/6",
        "log Pia channel: email when: 5/11 10:00",
        "snooze Pia until: 5/6",
        "plan Pia when: 5/6 10:00",
        "edit Pia busy: 5/6",
        "edit Pia busy: 5/6 to 7/8",
    ):
        await life.say("Max", said)
    await life.say("Max", "show Omar")
    await life.press("Max", "They wrote")
    pia = next(contact for contact in (await life.book("Max")).contacts if contact.name == "Pia")
    await life.line("Max", f"turn contact: #{pia.id} mark: {pia.revision} who: they by: 5/6")
    omar = next(contact for contact in (await life.book("Max")).contacts if contact.name == "Omar")
    for more in ("", " who: they"):
        await life.line("Max", f"turn contact: #{omar.id} mark: {omar.revision}{more}")
    await life.say("Ann", "plan Wes when: today 9:45")
    await life.say("Ben", "edit Xena matters: yes")
    await _leave_club_drafts(life)
    await _leave_undo_of_each_kind(life)
    await _add_records_by_hand(life)
    life.at(STORE_LEFT_AT)
    await life.say("Ann", "show Wes")
    await life.press("Ann", "Nobody called")


async def _leave_club_drafts(life: SampleHistory) -> None:
    for name, private in (("Ben", False), ("Dee", False), ("Dee", True)):
        for said in (
            "/club ask company: Globex about: what a day there is like",
            "/club ask about: call +49 30 1234567",
            "/club ask about: I would like to meet John Smith",
            "/club win text: a kind talk",
            "/club win text: Pia wrote back" if name == "Dee" else "/club win text: Dana wrote back",
        ):
            await life.say(name, said, private=private)
        for line in ("tip text: small steps", "tip text: Pia and Dana told me to write"):
            await life.line(name, line, private=private)
    for said in ("/club ask about: the work of a nurse", "/club win text: a kind talk", "/club ask"):
        await life.say("Ida", said)
    await _live_as_newcomer(life)
    await life.line("Cleo", f"mayknow ask: {(await life.club('Ann')).questions[0].id}")
    await life.say("Gus", "add Rob channel: email")
    for name, share in (("Gus", "Ola and I worked together."), ("Fay", "I worked with John Smith for years.")):
        ask = (await life.club("Ann")).questions[1].id
        await life.line(name, f"mayknow ask: {ask}")
        await life.fill(name, share=share, how="introduce")
    await life.say("Ann", "/club busy from: 1 feb until: 5 feb reason: a week off")
    await life.say("Ann", "/club facilitator member: <@UDOV> until: 5 jan")
    await life.press("Ann", next(button.label for button in life.last["Ann"].buttons if "Not now" not in button.label))
    await life.line("Ann", "skipweek")
    for name in ("Eve", "Cleo"):
        await life.line(name, "win text: I asked for help, and it was easy.")
        await life.press(name, "With my name" if name == "Eve" else "Without my name")
    # A set-up that somebody else changed meanwhile.
    await life.say("Dee", "/club setup")
    await life.line("Dee", "setup change: yes")
    await life.fill("Dee", shown="older", hour="20:00")
    await life.line("Ann of T3", "win text: a kind talk")
    await life.confirm("Ann of T3", "endclub")
    life.messenger.troubles = [TryLater("busy", timedelta(hours=5))]
    await life.line("Ann of T6", "win text: a kind talk")
    await life.press("Ann of T6", "Without my name")
    await ClubWorker(life.bot.core.records, life.bot.sent, STORE_HOME, lambda: life.bot.now).serve_club(
        await life.club("Ann of T6")
    )


async def _live_as_newcomer(life: SampleHistory) -> None:
    """Jan tries everything before being in, then joins from each card, and goes on with each."""
    cards: list[Said_] = []
    for said in ("/club ask", "/club ask company: Hooli about: how they hire", "/club tips", "/club win"):
        await life.say("Jan", said)
        cards.append(life.last["Jan"])
    for line in ("talk", "tip", "findtips"):
        await life.line("Jan", line)
        cards.append(life.last["Jan"])
    joined = []
    for card in cards:
        life.last["Jan"] = card
        await life.press("Jan", next(button.label for button in card.buttons if button.line.startswith("join")))
        joined.append(life.last["Jan"])
    for card in joined:
        life.last["Jan"] = card
        await life.press("Jan", next(button.label for button in card.buttons if button.line.startswith("resume")))


async def _leave_undo_of_each_kind(life: SampleHistory) -> None:
    """A last change of each kind, to be taken back."""
    await life.say("Hal", "settings hour: noon country: US")
    await life.say("Fay", "add Mona channel: email via: Paul")
    await life.say("Eve", "edit Kim note: likes tea role: Head of tea")
    await life.say("Dee", "rest Pia")
    await life.say("Max", "pause until: 5 jan")


def _contact_with_every_entry(at: datetime, introducer: str) -> Contact:
    """A contact with an entry of each kind and of each of its values, each with a note."""
    hour = iter(range(100))

    def base() -> dict[str, object]:
        number = next(hour)
        return {"id": f"every-{number:02}", "at": at + timedelta(hours=number), "note": f"note {number}"}

    entries = [
        *(Attempt(**base(), channel=one) for one in Channel),
        Attempt(**base(), channel=Channel.EMAIL, news="a prize of theirs"),
        Attempt(**base(), channel=Channel.PHONE, courtesy=True),
        *(ReplyReceived(**base(), reply_kind=one) for one in ReplyKind),
        Away(**base(), last_day=date(2026, 10, 9)),
        *(
            NextMove(**base(), party=party, promised_day=date(2026, 10, 12) if party is Party.CONTACT else None)
            for party in Party
        ),
        *(SlotDeclined(**base(), slot=one) for one in Slot),
        Snoozed(**base(), until=date(2026, 10, 14)),
        SetAside(**base()),
        SetAside(**base(), until=date(2026, 10, 20)),
        *(Closed(**base(), reason=one) for one in CloseReason),
        Resumed(**base()),
    ]
    for happened in CallResult:
        plan = Plan(**base(), starts_at=at + timedelta(hours=70), minutes=45)
        entries += [plan, CallOutcome(**base(), plan_id=plan.id, result=happened)]
    entries += [Attempt(**base(), channel=Channel.TEXT), IntroducerAsked(**base())]
    return Contact(
        id="every-contact",
        name="Everett Long",
        added_at=at,
        changed_at=at + timedelta(hours=99),
        company="Umbrella",
        role="Gardener",
        introducer_id=introducer,
        lead_source=LeadSource.REFERRAL,
        email="everett@example.org",
        phone="+49 30 123456",
        note="a contact with all that there is",
        matters=True,
        busy_ranges=(DateRange(date(2026, 12, 9), date(2026, 12, 10)), DateRange(date(2027, 2, 1), date(2027, 2, 5))),
        entries=tuple(entries),
        reminded_keys=("patience:every-00", "may:every-00"),
    )


async def _add_records_by_hand(life: SampleHistory) -> None:
    """What is on its way, and what is seldom."""
    now = life.bot.now
    sam = next(contact.id for contact in (await life.book("Ben")).contacts if contact.name == "Sam")
    club = await life.club("Ann")
    await life.change(
        "Ben",
        lambda book: replace(
            book, contacts=(*book.contacts, _contact_with_every_entry(store_instant("2026-10-01 09:00"), sam))
        ),
    )
    for name, contents in _notes_by_member(life, club).items():
        notes = tuple(
            _club_note(life, club, name, content, now + timedelta(minutes=30 * number))
            for number, content in enumerate(contents)
        )
        await life.change(name, lambda book, notes=notes: replace(book, club_notes=(*book.club_notes, *notes)))
    await life.change("Cleo", lambda book: replace(book, settings=replace(book.settings, language="en-GB")))
    await life.change("Cleo", lambda book: replace(book, paused_until=store_instant("2026-12-11 09:00")))
    await life.change("Gus", lambda book: replace(book, quiet_since=store_instant("2026-12-04 17:30")))
    await life.change("Gus", lambda book: replace(book, envelopes=(_envelope_of_every_kind(book, now),)))
    await life.change("Ida", lambda book: replace(book, unreachable_reason="messages_tab_disabled"))
    await life.change(
        "Ida", lambda book: replace(book, pending_club_updates=(ClubUpdate(life.people["Ann of T2"].key, joins=False),))
    )
    await life.change(
        "Max", lambda book: replace(book, pending_club_updates=(ClubUpdate(life.people["Dee"].key, joins=True),))
    )
    await life.change("Lou", lambda book: replace(book, profile=replace(book.profile, account_closed_at=now)))
    for name in DELIVERING_MEMBERS:
        await life.change(name, lambda book, name=name: _book_with_deliveries(book, name, now))
    await life.change_club("Ann", lambda club: _club_with_every_post(life, club, now))
    await life.change_club(
        "Ann of T3",
        lambda club: replace(
            club,
            outgoing_notes=(
                *club.outgoing_notes,
                build_club_note(club, RoleReceivedNote(), club.facilitator, now, "x"),
            ),
        ),
    )


def _notes_by_member(life: SampleHistory, club: Club) -> dict[str, tuple[NoteContent, ...]]:
    """A note of each kind that is shown, but for that of the club's end."""
    willing = next(offer for offer in club.questions[0].offers if offer.status is OfferStatus.WILLING)
    return {
        "Ben": (
            OfferNote(club.questions[0].id, willing.id),
            IntroducedNote(life.people["Eve"].address, "Eve", "Initech"),
            QuestionOverNote("Hooli"),
            OfferThanksNote(),
        ),
        "Dov": (
            DigestPreviewNote(),
            TalkRequestNote(life.people["Fay"].address, "Fay"),
            ChannelRefusedNote(),
            RoleReceivedNote(date(2027, 1, 5)),
        ),
        "Eve": (PostUnconfirmedNote(WinSubject(club.wins[0].id), "in-doubt", may_have_arrived=True),),
        "Cleo": (RoleLostNote(),),
    }


DELIVERING_MEMBERS = ("Ann", "Eve", "Fay", "Dee")


def _club_note(life: SampleHistory, club: Club, name: str, content: NoteContent, at: datetime) -> ClubNote:
    to = life.people[name].address
    return ClubNote(id=f"note-{content.kind}", club=club.key, recipient=to, created_at=at, content=content)


def _envelope_of_every_kind(book: Book, now: datetime) -> Envelope:
    """Given up: an item of every kind."""
    kim = book.contacts[0]
    others: dict[ReminderKind, Occasion] = {
        ReminderKind.BASKET: WeekOccasion(date(2026, 12, 7)),
        ReminderKind.GOING_QUIET: SilenceOccasion(datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ReminderKind.CLUB_NOTE: NoteOccasion("mark-club"),
    }
    items = tuple(
        ReminderItem(kind, others.get(kind, EntryOccasion(f"mark-{kind}")), kim.id)
        for kind in ReminderKind
        if kind is not ReminderKind.CHANNEL_POST
    )
    early = now - timedelta(days=4)
    return Envelope(
        id="of-every-kind", items=items, created_at=early, retry_at=early, state=DeliveryState.PARKED, tries=8
    )


def _book_with_deliveries(book: Book, name: str, now: datetime) -> Book:
    """What is due just now, as it was tried."""
    due = BookMoment(book, now, STORE_HOME).due
    assert due, name
    sending = with_send_try(build_envelope(book, due, now), now - timedelta(minutes=20))
    waiting = replace(
        sending,
        state=DeliveryState.WAITING,
        possible_copies=0,
        deferrals=2,
        is_late=True,
        retry_at=now + timedelta(hours=4),
    )
    tried = {
        "Eve": waiting,
        "Fay": sending,
        "Ann": sending,
        "Dee": replace(sending, state=DeliveryState.PARKED, tries=8),
    }
    return replace(book, envelopes=(*book.envelopes, tried[name]))


def _club_with_every_post(life: SampleHistory, club: Club, now: datetime) -> Club:
    """Notes and posts of every kind but a note of the club's end; a post that waits beside one that was given up."""
    late = now + timedelta(days=1)
    contents = {**_notes_by_member(life, club), "Fay": (SeasonsNote(),)}
    notes = [
        build_club_note(club, content, life.people[name].address, late, "by hand")
        for name, of in contents.items()
        for content in of
    ]
    posts = [
        Post(subject=IntroductionSubject(club.setup_id), requested_at=now),
        Post(subject=DigestSubject(date(2026, 12, 8)), requested_at=now),
        Post(subject=QuestionSubject(club.questions[1].id), requested_at=now),
    ]
    waiting = replace(build_post_envelope(club, club.posts[0], now), retry_at=now + timedelta(hours=4), deferrals=1)
    given_up = replace(build_post_envelope(club, posts[2], now), state=DeliveryState.PARKED, tries=8, last_tried_at=now)
    return replace(
        club,
        outgoing_notes=(*club.outgoing_notes, *notes),
        posts=(*club.posts, *posts),
        envelopes=(given_up, waiting),
        unconfirmed_posts=(*club.unconfirmed_posts, "in-doubt"),
    )
