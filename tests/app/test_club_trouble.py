"""Trouble with the store in the middle of what a club does: nothing is said that is not so, and nobody else suffers."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.errors import BookDamaged, StoreUnavailable
from bot.domain.model import Address, Book, Club, ClubKey
from bot.domain.ports import RecordKey, RecordT
from tests.clubs import Gathering
from tests.fakes import FailingStore, ProcessCrash

TROUBLED_ASK_LINE = "/club ask company: Acme about: how their design team works"


class TroubledStore(FailingStore):
    """`refuses`: no club can be saved; `dies`: once, after a club was; `damaged`: no club can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses = self.dies = self.damaged = False
        self.reads: Counter[Address] = Counter()

    async def load(self, key: RecordKey) -> Book | Club | None:
        if isinstance(key, Address):
            self.reads[key] += 1
        elif self.damaged:
            raise BookDamaged("club")
        return await super().load(key)

    async def save(self, record: RecordT) -> RecordT:
        if isinstance(record, Book):
            return await super().save(record)
        if self.refuses:
            raise StoreUnavailable("the disk is full")
        saved = await super().save(record)
        if self.dies:
            self.dies = False
            raise ProcessCrash
        return saved


@pytest.fixture
async def club() -> Gathering:
    gathering = Gathering(store=TroubledStore())
    await gathering.set_up_with("Ann", "Ben", "Cleo", "Dov")
    await gathering["Ben"].say(TROUBLED_ASK_LINE)
    await gathering["Ben"].press("Post it")
    await gathering.sweep()
    return gathering


def troubled_store_of(club: Gathering) -> TroubledStore:
    assert isinstance(club.store, TroubledStore)
    return club.store


@pytest.mark.parametrize(
    ("who", "line"),
    [
        ("Ann", "busy from: today until: 5 jan"),
        ("Ann", "facilitator member: <@UBEN>"),
        ("Ann", "skipweek"),
        ("Ann", "endclub"),
        ("Ben", "withdraw ask: {ask}"),
        ("Cleo", "mayknow ask: {ask} share: a-friend how: introduce"),
        ("Dov", "talk"),
    ],
)
async def test_what_the_club_could_not_keep_is_not_said_to_be_done(club: Gathering, who: str, line: str) -> None:
    before = await club.club()
    troubled_store_of(club).refuses = True
    said = await club[who].confirm_line(line.format(ask=before.questions[0].id))
    assert said.startswith("I couldn't save that just now, and nothing was changed.")
    assert await club.club() == before


async def test_a_helper_who_was_never_here_is_found_again_whatever_is_cut_off(club: Gathering) -> None:
    await club.press_post("Zoe", "I may know someone", club.posts[1])
    form = club["Zoe"].last
    troubled_store_of(club).dies = True
    with pytest.raises(ProcessCrash):
        await club["Zoe"].fill(share="a friend is there", how="introduce")
    club["Zoe"].last = form
    await club["Zoe"].fill(share="a friend is there", how="introduce")
    await club["Zoe"].press("They said yes")
    await club.sweep()
    await club.press_last("Ben", "Yes, introduce us")
    await club.sweep()
    assert "You and Ben both said yes" in club.private_cards("Zoe")[-1].text()
    assert (await club["Zoe"].book()).clubs_with_my_data == (club.key,)


async def test_a_helper_is_forgotten_also_when_what_they_did_was_cut_off(club: Gathering) -> None:
    await club.press_post("Zoe", "I may know someone", club.posts[1])
    troubled_store_of(club).dies = True
    with pytest.raises(ProcessCrash):
        await club["Zoe"].fill(share="a friend is there", how="introduce")
    await club.private("Zoe").confirm_line("forget contact: me")
    assert (await club.club()).questions[0].offers == ()


async def test_a_club_that_cannot_be_read_keeps_nobody_from_their_board_and_their_reminders(club: Gathering) -> None:
    await club["Ben"].say("add Dana channel: email via: Sam")
    await club["Ben"].say("/club leave")
    troubled_store_of(club).damaged = True
    assert "your club can't be opened right now" in await club["Ben"].say("/club")
    assert "your club can't be opened right now" in await club["Ann"].say("/club setup")
    assert "Lee is on your board" in await club["Ben"].say("add Lee channel: email")
    assert "You're out" not in await club["Cleo"].say("/club leave")
    await club.live("2026-12-01 10:00")
    assert [one for one in club.private_cards("Ben") if "okay to send Dana" in one.text()]


async def test_a_word_to_each_of_many_reads_each_book_a_few_times(club: Gathering) -> None:
    names = [f"M{number}" for number in range(40)]
    for name in names:
        await club[name].press_line("join")
        await club[name].press_line("tip text: small-steps")
        await club[name].press("Without my name")
    await club["Ann"].confirm_line("endclub")
    troubled_store_of(club).reads.clear()
    await club.sweep()
    assert all(club.private_cards(name) for name in names)
    assert max(troubled_store_of(club).reads.values()) < 12


async def test_whoever_was_put_out_of_the_server_reaches_its_club_no_more(club: Gathering) -> None:
    """On Discord they can still write to the bot in private."""
    await club["Ben"].press_line("win text: a-kind-talk")
    await club["Ben"].press("Without my name")
    here = Gathering(store=club.store, messenger=club.messenger, key=ClubKey("discord", "100"), now=club.now)
    await here.set_up_with("Ben", "Cleo")
    await here["Ben"].say("/club win a kind talk")
    card = here["Ben"].last
    await here["Cleo"].say("/club ask about: gardens")
    await here["Cleo"].press("Post it")
    here.messenger.strangers |= {"UBEN", "UCLEO", "UANN"}
    ben = here.private("Ben")
    ben.last = card
    assert "can't tell here which club" in await ben.press("Without my name")
    assert "for the facilitator" in await here.private("Ann").say("/club pulse")
    before = len(here.posts)
    await here.sweep()
    assert "gardens" not in "".join(post.text() for post in here.posts[before:]), "what waited is not posted either"
    assert here["Ben"].actor.address not in (await here.club()).members
