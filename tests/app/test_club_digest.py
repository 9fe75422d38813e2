"""The week together: when it is posted, what is in it, and what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot.delivery.club_worker import ClubWorker
from bot.domain.errors import ChannelRefused, DeliveryUncertain, TryLater
from bot.domain.messages import Card, to_plain_text
from bot.domain.model import Address, Book, Club
from bot.domain.ports import RecordKey
from tests.clubs import GATHERING_NAMES, Gathering
from tests.fakes import FailingStore, ProcessCrash
from tests.samples import local_instant

SIX_MEMBER_NAMES = GATHERING_NAMES[:6]


@pytest.fixture
async def club() -> Gathering:
    """Six are in, and each has taken two steps and heard an answer."""
    gathering = Gathering()
    await gathering.set_up_with(*SIX_MEMBER_NAMES)
    await log_member_week(gathering, *SIX_MEMBER_NAMES)
    return gathering


async def log_member_week(club: Gathering, *names: str) -> None:
    for name in names:
        for contact in ("Dana", "Lee"):
            await club[name].say(f"log {contact} channel: text when: now")
            if "is not on your board" in club[name].last.text():
                await club[name].say(f"add {contact} channel: email")
        await club[name].say("reply Dana kind: answer")


async def live_through_crash(club: Gathering, until: str) -> None:
    """The process dies while it sends, and is started again."""
    club.messenger.troubles = [ProcessCrash()]
    with pytest.raises(ProcessCrash):
        await club.live(until)
    await club.store.close()
    club.store.open()  # type: ignore[attr-defined]


async def change_setup(club: Gathering, channel: str = "C0CLUB", day: str = "tuesday", hour: str = "18:00") -> None:
    await club["Ann"].say(f"/club setup channel: <#{channel}> day: {day} hour: {hour} zone: Europe/Berlin")
    await club["Ann"].press("Change it")


def posted_digests(club: Gathering) -> list[Card]:
    return [post for post in club.posts if to_plain_text(post.lines[0]).startswith("Our week")]


async def test_the_facilitator_sees_it_a_day_before_and_the_channel_on_the_day(club: Gathering) -> None:
    await club.live("2026-11-23 17:59")
    assert club.private_cards("Ann") == []
    await club.live("2026-11-23 18:01")
    view = club.private_cards("Ann")[-1].text()
    assert "only you see it now" in view
    assert "took about 10 steps and heard about 5 answers" in view
    assert posted_digests(club) == []
    await club.live("2026-11-24 17:59")
    assert posted_digests(club) == []
    await club.live("2026-11-24 18:01")
    [post] = posted_digests(club)
    assert "Together we took about 10 steps and heard about 5 answers; each one counts." in post.text()


async def test_nobody_is_named_and_no_company_is(club: Gathering) -> None:
    await club["Ben"].say("edit Dana company: Borealis")
    await club.live("2026-11-24 19:00")
    for post in club.posts:
        assert not {"Dana", "Lee", "Borealis", *SIX_MEMBER_NAMES} & set(post.text().replace(":", " ").split())


async def test_four_are_not_counted() -> None:
    club = Gathering()
    await club.set_up_with(*SIX_MEMBER_NAMES[:4])
    await log_member_week(club, *SIX_MEMBER_NAMES[:4])
    await club["Zoe"].say("add Dana channel: email")
    await club.live("2026-11-24 19:00")
    assert "steps" not in posted_digests(club)[-1].text()
    assert "too little yet" in await club["Ann"].say("/club pulse")


async def test_who_is_only_in_the_channel_is_not_counted(club: Gathering) -> None:
    """Six of eight are in: the two others do a lot, and none of it shows."""
    for name in GATHERING_NAMES[6:]:
        for number in range(20):
            await club[name].say(f"add Person{number} channel: email")
    await club.live("2026-11-24 19:00")
    assert "took about 10 steps" in posted_digests(club)[-1].text()


async def test_a_week_can_be_skipped_and_taken_up_again(club: Gathering) -> None:
    await club.live("2026-11-23 18:30")
    await club.press_last("Ann", "Skip this week")
    await club["Ann"].press("Post it after all")
    await club.press_last("Ann", "Skip this week")
    await club.live("2026-11-24 19:00")
    assert posted_digests(club) == []
    await log_member_week(club, *SIX_MEMBER_NAMES)
    await club.live("2026-12-01 19:00")
    assert len(posted_digests(club)) == 1
    said = await club.press_last("Ann", "Skip this week")
    assert "That week is over" in said
    await club.live("2026-12-08 19:00")
    assert len(posted_digests(club)) == 2, "an old button skips no other week"


@pytest.mark.parametrize(("back", "posted"), [("2026-11-25 17:00", 1), ("2026-11-25 18:30", 0)])
async def test_one_that_fell_due_while_the_bot_was_down_is_posted_once_or_not_at_all(
    club: Gathering, back: str, posted: int
) -> None:
    await club.live("2026-11-24 12:00")
    club.at(back)
    await club.sweep()
    assert len(posted_digests(club)) == posted
    await club.live("2026-11-26 12:00")
    assert len(posted_digests(club)) == posted


async def test_one_that_cannot_be_posted_for_a_day_is_left_out(club: Gathering) -> None:
    await club.live("2026-11-24 12:00")
    club.messenger.always = TryLater("down")
    await club.live("2026-11-26 12:00")
    club.messenger.always = None
    await club.live("2026-11-28 12:00")
    assert posted_digests(club) == []
    await log_member_week(club, *SIX_MEMBER_NAMES)
    await club.live("2026-12-01 19:00")
    assert len(posted_digests(club)) == 1


async def test_a_quiet_week_gets_one_kind_line_and_the_next_one_nothing() -> None:
    club = Gathering()
    await club.set_up_with(*SIX_MEMBER_NAMES)
    await club.live("2026-12-20 12:00")
    [post] = posted_digests(club)
    assert "Whatever your week was like" in post.text()
    await log_member_week(club, *SIX_MEMBER_NAMES)
    await club.live("2026-12-22 19:00")
    assert len(posted_digests(club)) == 2
    await club.live("2027-01-20 19:00")
    assert len(posted_digests(club)) == 3, "and a quiet line again"


async def test_whoever_leaves_after_the_counts_takes_them_along(club: Gathering) -> None:
    await club.live("2026-11-23 18:30")
    await club["Fay"].say("/club leave")
    await club.live("2026-11-24 19:00")
    assert "steps" not in posted_digests(club)[-1].text()
    assert "too little yet" in await club["Ann"].say("/club pulse")


async def test_whoever_leaves_while_it_waits_for_its_turn_is_not_in_it(club: Gathering) -> None:
    await club.live("2026-11-24 17:59")
    await club["Fay"].say("/club win I have an interview")
    await club["Fay"].press("With my name")
    await club.sweep()
    left: list[str] = []

    async def leaves() -> None:
        if not left:
            left.append(await club["Fay"].say("/club leave"))

    club.messenger.before_turn = leaves
    await club.live("2026-11-24 19:00")
    assert left
    [post] = posted_digests(club)
    assert "steps" not in post.text()
    assert "interview" not in post.text()


async def test_whoever_left_and_the_club_has_not_heard_is_not_in_it_either(club: Gathering) -> None:
    """The member's own book is what counts: the process died before the club heard."""
    await club.live("2026-11-23 18:30")
    book = await club["Fay"].book()
    await club.store.save(replace(book, memberships=(), pending_club_updates=()))
    assert club["Fay"].actor.address in (await club.club()).members
    await club.live("2026-11-24 19:00")
    assert "steps" not in posted_digests(club)[-1].text()


async def test_a_lost_answer_posts_nothing_twice_and_asks_who_it_belongs_to(club: Gathering) -> None:
    await club.live("2026-11-24 17:59")
    club.messenger.can_look_up = False  # as on Slack, where the bot may not read the channel
    club.messenger.troubles, club.messenger.stores = [DeliveryUncertain("lost")], True
    await club.live("2026-11-24 20:00")
    assert len(posted_digests(club)) == 1
    assert "I can't tell whether a post of mine arrived: the week together." in club.private_cards("Ann")[-1].text()
    await club.press_last("Ann", "Leave it")
    await club.live("2026-11-25 12:00")
    assert len(posted_digests(club)) == 1


async def test_what_did_not_arrive_is_posted_again_when_somebody_says_so(club: Gathering) -> None:
    await club["Ben"].say("/club win I have an interview")
    club.messenger.can_look_up, club.messenger.troubles = False, [DeliveryUncertain("lost")]
    await club["Ben"].press("Without my name")
    await club.live("2026-11-23 12:00")
    assert "your good news" in club.private_cards("Ben")[-1].text()
    for _ in range(3):
        await club.press_last("Ben", "Post it again")
        await club.sweep()
    assert sum("interview" in post.text() for post in club.posts) == 1, "it was asked once, and is answered once"


async def test_where_the_platform_can_be_asked_nobody_has_to_look(club: Gathering) -> None:
    await club.live("2026-11-24 17:59")
    club.messenger.troubles, club.messenger.stores = [DeliveryUncertain("lost")], True
    await club.live("2026-11-24 20:00")
    assert len(posted_digests(club)) == 1
    assert not [one for one in club.private_cards("Ann") if "can't tell" in one.text()]


async def test_a_crash_while_sending_neither_loses_nor_doubles_it(club: Gathering) -> None:
    for stores in (True, False):
        await log_member_week(club, *SIX_MEMBER_NAMES)
        club.messenger.troubles, club.messenger.stores = [], stores
        await club.live(f"2026-{'11-24' if stores else '12-01'} 17:59")
        before = len(posted_digests(club))
        await live_through_crash(club, f"2026-{'11-24' if stores else '12-01'} 18:30")
        await club.live(f"2026-{'11-25' if stores else '12-02'} 12:00")
        assert len(posted_digests(club)) == before + 1


@pytest.mark.parametrize("why", ["gone", "archived", "not ours"])
async def test_a_channel_that_takes_nothing_is_told_once_and_in_private(club: Gathering, why: str) -> None:
    club.messenger.shut = ChannelRefused(why)
    for text in ("one", "two"):
        await club["Ben"].say(f"/club win text: {text}")
        await club["Ben"].press("Without my name")
        await club.live("2026-11-23 15:00" if text == "one" else "2026-11-25 12:00")
    warned = [one.text() for one in club.private_cards("Ann") if "I wait with all posts" in one.text()]
    assert len(warned) == 1
    tries = club.messenger.tries
    await club.live("2026-11-27 12:00")
    assert club.messenger.tries - tries < 10, "it is not tried again and again"
    club.messenger.shut = None
    await change_setup(club, "C0OTHER")
    await club.sweep()
    assert [to_plain_text(post.lines[1]) for post in club.posts[-2:]] == ["“one”", "“two”"], "nothing is lost"
    assert {to.channel_id for to, _card, _key in club.messenger.delivered[-2:]} == {"C0OTHER"}  # type: ignore[union-attr]


async def test_an_autumn_clock_change_shifts_no_meeting() -> None:
    club = Gathering(now=local_instant("2026-10-19 10:00"))
    await club.set_up_with(*SIX_MEMBER_NAMES)
    moments = []
    for day in ("2026-10-20", "2026-10-27", "2026-11-03"):
        await log_member_week(club, *SIX_MEMBER_NAMES)
        await club.live(f"{day} 17:59")
        before = len(posted_digests(club))
        await club.live(f"{day} 18:01")
        moments.append(len(posted_digests(club)) - before)
    assert moments == [1, 1, 1]


async def test_a_meeting_that_is_moved_to_an_hour_that_is_over_posts_nothing_at_once(club: Gathering) -> None:
    await club.live("2026-11-24 12:00")
    for day, hour in (("tuesday", "09:00"), ("monday", "18:00")):
        await change_setup(club, day=day, hour=hour)
        await club.sweep()
        assert posted_digests(club) == []
    await club.live("2026-11-30 18:30")
    assert len(posted_digests(club)) == 1


async def test_good_news_of_one_channel_is_not_repeated_in_another(club: Gathering) -> None:
    await club["Ben"].say("/club win I have an interview")
    await club["Ben"].press("With my name")
    await club.sweep()
    await change_setup(club, "C0GENERAL")
    await club.live("2026-11-24 18:30")
    assert "interview" not in posted_digests(club)[-1].text()


async def test_the_meeting_can_be_moved_and_no_week_is_counted_twice(club: Gathering) -> None:
    await club.live("2026-11-24 19:00")
    shown = [digest.text() for digest in posted_digests(club)]
    for day in ("wednesday", "thursday", "friday"):
        await change_setup(club, day=day)
    await club["Fay"].say("add Sam channel: email")
    await club.live("2026-11-27 19:00")
    assert "took about 10 steps" in shown[0]
    assert "steps" not in posted_digests(club)[-1].text(), "one step of one member is not shown"


async def test_a_quiet_line_that_did_not_arrive_is_said_all_the_same() -> None:
    club = Gathering()
    await club.set_up_with(*SIX_MEMBER_NAMES)
    await live_through_crash(club, "2026-11-24 18:30")
    await club.live("2026-11-24 19:00")
    assert len(posted_digests(club)) == 1


async def test_what_was_done_before_joining_is_nobodys() -> None:
    club = Gathering()
    await log_member_week(club, *SIX_MEMBER_NAMES)
    club.at("2026-11-23 10:01")
    await club.set_up_with(*SIX_MEMBER_NAMES)
    await club.live("2026-11-24 19:00")
    assert "steps" not in posted_digests(club)[-1].text()


class CountingStore(FailingStore):
    def __init__(self) -> None:
        super().__init__()
        self.loads: Counter[RecordKey] = Counter()

    async def load(self, key: RecordKey) -> Book | Club | None:
        self.loads[key] += 1
        return await super().load(key)


async def serve_club_counting_loads(club: Gathering, store: CountingStore, moment: str) -> dict[RecordKey, int]:
    """How often each member's book is loaded for the step that the club has to do at that moment."""
    club.at(moment)
    record, core = await club.club(), club["Ann"].core
    store.loads.clear()
    await ClubWorker(core.records, core.messengers, club.home, lambda: club.now).serve_club(record)
    return {key: count for key, count in store.loads.items() if isinstance(key, Address)}


async def test_the_count_and_the_digest_each_read_a_book_once() -> None:
    store = CountingStore()
    club = Gathering(store=store)
    await club.set_up_with(*SIX_MEMBER_NAMES)
    await log_member_week(club, *SIX_MEMBER_NAMES)
    await club["Fay"].say("/club win I have an interview")  # counted, an author and an asker: three reasons to ask her
    await club["Fay"].press("With my name")
    await club["Fay"].say("/club ask company: Acme about: how they hire")
    await club["Fay"].press("Post it")
    await club.live("2026-11-23 17:59")
    once = {club[name].actor.address: 1 for name in SIX_MEMBER_NAMES}
    assert await serve_club_counting_loads(club, store, "2026-11-23 18:00") == once
    await club.live("2026-11-24 17:59")
    assert await serve_club_counting_loads(club, store, "2026-11-24 18:00") == once
    assert "took about 10 steps" in posted_digests(club)[-1].text()
