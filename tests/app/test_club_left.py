"""Who has left, or has given the role away, by their own book: from then on, and not only when the club has heard."""

from __future__ import annotations

from bot.domain.errors import StoreUnavailable
from bot.domain.model import Club
from bot.domain.ports import RecordT
from storage.codec import CODEC, to_json
from tests.clubs import CLUB_SETUP_LINE, Gathering
from tests.fakes import FailingStore

COUNTED_SIX_NAMES = ("Ben", "Cleo", "Dov", "Eve", "Fay", "Gus")


class ClubRefusingStore(FailingStore):
    """Clubs that cannot be written so many times: a book then says already what its club has yet to hear."""

    refused = 0

    async def save(self, record: RecordT) -> RecordT:
        if self.refused and isinstance(record, Club):
            self.refused -= 1
            raise StoreUnavailable("the disk is full")
        return await super().save(record)


async def club_with_counts() -> Gathering:
    """The view before the first digest is there; a win, a question and counts stand in it."""
    club = Gathering(store=ClubRefusingStore())
    await club.set_up_with(*COUNTED_SIX_NAMES)
    for name in COUNTED_SIX_NAMES:
        await club[name].say("add Somebody channel: email")
    await club["Gus"].say("/club win a kind talk")
    await club["Gus"].press("Without my name")
    await club["Gus"].say("/club ask company: Acme about: a day of theirs")
    await club["Gus"].press("Post it")
    await club.sweep()
    return club


async def leave_before_club_hears(club: Gathering) -> None:
    assert isinstance(club.store, ClubRefusingStore)
    club.store.refused = 2  # by the command, and by the next sweep
    assert "You're out" in await club["Gus"].say("/club leave")
    assert (await club["Gus"].book()).pending_club_updates


async def test_a_digest_says_nothing_of_who_left_a_moment_ago() -> None:
    club = await club_with_counts()
    await club.live("2026-11-24 17:59")
    club.at("2026-11-24 18:00")
    await leave_before_club_hears(club)
    await club.sweep()
    last = club.posts[-1].text()
    assert "kind talk" not in last
    assert "Acme" not in last
    assert "about" not in last


async def test_a_win_of_who_left_a_moment_ago_is_not_posted() -> None:
    club = await club_with_counts()
    await club["Gus"].say("/club win another talk")
    await club["Gus"].press("With my name")
    await leave_before_club_hears(club)
    posts = len(club.posts)
    await club.live("2026-11-23 12:00")
    assert club.posts[posts:] == []
    assert (await club.club()).wins == ()


async def test_the_view_before_the_digest_says_nothing_of_who_left_a_moment_ago() -> None:
    club = await club_with_counts()
    await club.live("2026-11-23 17:59")
    club.at("2026-11-23 18:00")
    club.messenger.before_turn = lambda: leave_before_turn(club)
    await club.sweep()
    view = club.private_cards("Ann")[-1].text()
    assert "only you see it now" in view
    assert "Acme" not in view
    assert "kind talk" not in view
    assert "steps" not in view


async def leave_before_turn(club: Gathering) -> None:
    club.messenger.before_turn = None
    await leave_before_club_hears(club)


async def test_who_gave_the_role_away_does_not_get_the_view() -> None:
    club = await club_with_counts()
    club.at("2026-11-23 18:00")
    club.messenger.before_turn = lambda: hand_over_to_ben(club)
    await club.sweep()
    assert not [one for one in club.private_cards("Ann") if "only you see it now" in one.text()]


async def hand_over_to_ben(club: Gathering) -> None:
    club.messenger.before_turn = None
    await club["Ann"].say("/club facilitator member: <@UBEN>")
    await club["Ann"].press("Hand over")


async def test_nothing_of_who_is_forgotten_is_left_in_the_club() -> None:
    club = await club_with_counts()
    await club.live("2026-11-24 19:00")
    await club["Gus"].confirm_line("forget contact: me")
    await club.live("2026-11-24 20:00")
    assert b"UGUS" not in to_json(CODEC.encode(await club.club()))


async def test_what_was_counted_is_compared_also_after_the_club_was_set_up_anew() -> None:
    """Otherwise the end of a club, and the same club without one, would tell what that one did."""
    club = await club_with_counts()
    await club.live("2026-11-23 19:00")
    assert "Steps: about 5" in await club["Ann"].say("/club pulse")
    await club["Ann"].confirm_line("endclub")
    await club.sweep()
    await club.set_up_with(*COUNTED_SIX_NAMES[:5])
    await club["Ann"].say(CLUB_SETUP_LINE.replace("tuesday", "wednesday"))
    await club["Ann"].press("Change it")
    await club.live("2026-11-24 19:00")
    assert "too little yet" in await club["Ann"].say("/club pulse")


async def test_the_end_of_a_club_is_told_also_when_it_is_set_up_anew_at_once() -> None:
    club = await club_with_counts()
    club.at("2026-11-23 10:30")
    await club["Ann"].confirm_line("endclub")
    await club["Ann"].say(CLUB_SETUP_LINE)
    await club["Ann"].press("Post the introduction")
    await club["Cleo"].say("/club leave")
    assert "You're in" in await club["Cleo"].say("/club join")
    await club.sweep()
    assert "Your club ends here" in club.private_cards("Ben")[-1].text()
    assert (await club["Ben"].book()).memberships == ()
    assert "You aren't in" in await club["Ben"].say("/club mirror")
    assert (await club["Cleo"].book()).membership_in(club.key), "their word for the new one holds"
    assert [member.user for member in (await club.club()).members] == ["UCLEO"]
