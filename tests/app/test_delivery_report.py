"""What the host may know of reminders on their way, and those that were given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.delivery.report import DeliveryReport, PlatformDeliveries, delivery_report_to_json, retry_result_to_json
from bot.domain.errors import ChannelRefused, DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.domain.model import DeliveryState, ReminderItem, ReminderKind, WeekOccasion
from bot.host.delivery_table import REMINDER_KIND_LABELS, render_delivery_table, render_retry_result
from tests.clubs import Gathering
from tests.fakes import Member

EMPTY_DELIVERY_REPORT = DeliveryReport()


async def make_delivery_due(ada: Member) -> None:
    """A contact of whom there is something to say now."""
    await ada.say("add Dana channel: email")
    await ada.say("settings patience: no basket: never")
    ada.at("2026-12-08 10:00")


async def park_reminder(ada: Member) -> str:
    """A reminder that was given up; its id."""
    await make_delivery_due(ada)
    ada.messenger.always = DeliveryUncertain("http_503")
    await ada.live("2026-12-08 19:00")
    ada.messenger.always = None
    [parked_envelope] = [
        envelope for envelope in (await ada.book()).envelopes if envelope.state is DeliveryState.PARKED
    ]
    return parked_envelope.id


async def console_deliveries(ada: Member) -> PlatformDeliveries:
    return (await ada.core.delivery_report(ada.now)).platforms["console"]


async def test_where_nobody_is_there_is_nothing_to_tell(ada: Member) -> None:
    assert await ada.core.delivery_report(ada.now) == EMPTY_DELIVERY_REPORT
    assert render_delivery_table(delivery_report_to_json(EMPTY_DELIVERY_REPORT)) == "Nobody has a book yet."


async def test_what_is_due_is_counted_with_its_age(ada: Member) -> None:
    await make_delivery_due(ada)
    found = await console_deliveries(ada)
    assert (found.due, found.waiting, found.uncertain, found.parked) == (1, 0, 0, 0)
    assert found.oldest is not None
    assert found.oldest < ada.now


@pytest.mark.parametrize(
    ("trouble", "counted"), [(TryLater(), (0, 1, 0, 0)), (DeliveryUncertain(), (0, 0, 1, 0)), (None, (0, 0, 0, 0))]
)
async def test_what_is_on_its_way_is_told_apart(
    ada: Member, trouble: Exception | None, counted: tuple[int, ...]
) -> None:
    await make_delivery_due(ada)
    ada.messenger.troubles = [trouble] if trouble else []
    await ada.sweep()
    found = await console_deliveries(ada)
    assert (found.due, found.waiting, found.sending, found.uncertain) == counted
    ada.wait(seconds=61)
    found = await console_deliveries(ada)
    assert (found.due, found.waiting, found.sending, found.uncertain) == (0, counted[1], 0, counted[2])


async def test_whoever_cannot_be_written_to_is_counted(ada: Member) -> None:
    await make_delivery_due(ada)
    ada.messenger.troubles = [Undeliverable("closed")]
    await ada.sweep()
    assert (await console_deliveries(ada)).unreachable == 1


async def test_what_was_given_up_is_listed_without_a_name(ada: Member) -> None:
    key = await park_reminder(ada)
    found = await ada.core.delivery_report(ada.now)
    [reminder] = found.parked
    assert (reminder.id, reminder.platform, reminder.kinds) == (key, "console", ("may",))
    shown = render_delivery_table(delivery_report_to_json(found))
    assert "1 given up" in shown
    assert key in shown
    assert shown.splitlines()[1] == "  why: http_503 (1)"
    assert "member " in shown.splitlines()[4]
    assert shown.splitlines()[4].endswith("tried 8 times; why: http_503")
    assert shown.splitlines()[-2:] == [
        "The letters behind “member” or “club” are a mark, not an id. The same mark is the same one.",
        "“stalemate deliveries retry” sends them on their way again.",
    ]
    assert "Dana" not in shown
    assert ada.actor.address.user not in shown


async def test_what_was_given_up_goes_out_when_the_host_says_so(ada: Member) -> None:
    await park_reminder(ada)
    ada.at("2026-12-09 10:00")
    assert await ada.sweep() == []
    assert await ada.core.retry_parked(ada.now) == 1
    [message] = await ada.sweep()
    assert "Dana" in message
    assert (await ada.core.delivery_report(ada.now)).parked == ()
    assert await ada.core.retry_parked(ada.now) == 0


async def park_two_reminders(ada: Member) -> str:
    """The id of the first."""
    key = await park_reminder(ada)
    book = await ada.book()
    [first] = book.envelopes
    second = replace(first, id="second", created_at=first.created_at + timedelta(1))
    await ada.store.save(replace(book, envelopes=(first, second)))
    return key


async def test_one_can_be_chosen_and_others_stay(ada: Member) -> None:
    key = await park_reminder(ada)
    assert await ada.core.retry_parked(ada.now, lambda one: one == "another") == 0
    assert await ada.core.retry_parked(ada.now, lambda one: one == key) == 1
    assert [envelope.reason for envelope in (await ada.book()).envelopes] == [""], "it begins anew"


async def test_a_member_gets_them_one_at_a_time(ada: Member) -> None:
    await park_two_reminders(ada)
    assert await ada.core.retry_parked(ada.now) == 1
    assert await ada.core.retry_parked(ada.now) == 0
    assert sorted(envelope.state for envelope in (await ada.book()).envelopes) == [
        DeliveryState.PARKED,
        DeliveryState.SENDING,
    ]


async def test_what_has_had_its_time_is_told_to_have_had_it(ada: Member) -> None:
    await ada.say("settings patience: no")
    await ada.say("add Lee channel: none")
    ada.messenger.always = MessageRejected("no_text")
    await ada.live("2026-12-01 19:00")
    ada.messenger.always = None
    [reminder] = (await ada.core.delivery_report(ada.now)).parked
    assert (reminder.kinds, reminder.over) == (("basket",), True)
    shown = render_delivery_table(delivery_report_to_json(await ada.core.delivery_report(ada.now)))
    assert "weekly message; since" in shown
    assert "tried 8 times; why: no_text; too old to send; kept for you to see" in shown
    assert "retry" not in shown
    assert await ada.core.retry_parked(ada.now) == 0


async def test_a_clubs_post_is_told_and_its_retry_is_the_clubs_own_to_decide() -> None:
    gathering = Gathering()
    await gathering.set_up_with("Ann", "Ben")
    await gathering["Ben"].say("/club win text: hired")
    await gathering["Ben"].press("Without my name")
    ann = gathering["Ann"]
    found = (await ann.core.delivery_report(ann.now)).platforms["slack"]
    assert (found.due, found.waiting, found.oldest) == (1, 0, ann.now)
    gathering.messenger.troubles, gathering.messenger.can_look_up = [DeliveryUncertain("http_503")], False
    await gathering.live("2026-11-23 12:00")
    [post] = (await ann.core.delivery_report(gathering.now)).parked
    assert (post.kinds, post.reason, post.over, post.member) == (("post",), "http_503", True, "")
    assert await retry_result_text(gathering["Ann"], post.id) == (
        "This one is a club's post. Somebody of the club was asked about it, and decides."
    )
    assert await retry_result_text(gathering["Ann"]) == (
        "Only posts of clubs are given up. Somebody of the club was asked about each, and decides."
    )


async def test_a_channel_that_takes_no_posts_is_counted_with_what_the_platform_said() -> None:
    gathering = Gathering()
    gathering.messenger.shut = ChannelRefused("not ours", "not_in_channel")
    await gathering.set_up_with("Ann")
    report = delivery_report_to_json(await gathering["Ann"].core.delivery_report(gathering.now))
    assert render_delivery_table(report).splitlines() == [
        "slack: nothing is on its way; 1 club's channel takes no posts (the facilitator was told)",
        "  why: not_in_channel (1)",
    ]


async def retry_result_text(ada: Member, wanted: str = "") -> str:
    again = await ada.core.retry_parked(ada.now, lambda one: not wanted or one == wanted)
    return render_retry_result(retry_result_to_json(await ada.core.delivery_report(ada.now), wanted, again), wanted)


async def test_each_end_of_a_retry_has_its_own_sentence(ada: Member) -> None:
    assert await retry_result_text(ada) == "None is given up, so there is nothing to send again."
    key = await park_two_reminders(ada)
    assert (await retry_result_text(ada, "third")).startswith(
        "No reminder of this id is given up: it was delivered mean"
    )
    assert await retry_result_text(ada, key) == (
        "On its way again: 1 reminder. 1 more can follow: run this again later, for each member gets one at a time."
    )
    assert await retry_result_text(ada, key) == "This one is on its way already."
    assert (await retry_result_text(ada, "second")).startswith(
        "This one waits its turn: each member gets one at a time."
    )
    assert (await retry_result_text(ada)).startswith("All that can be sent again wait their turn")


async def test_a_retry_of_what_is_too_old_says_so(ada: Member) -> None:
    key = await park_reminder(ada)
    book = await ada.book()
    [parked_envelope] = book.envelopes
    old = replace(parked_envelope, items=(ReminderItem(ReminderKind.BASKET, WeekOccasion(date(2026, 12, 7))),))
    await ada.store.save(replace(book, envelopes=(old,)))
    assert await retry_result_text(ada, key) == "This one is too old to send. It is kept for you to see."
    assert await retry_result_text(ada) == "What is given up is too old to send. It is kept for you to see."


def test_the_table_speaks_to_a_host_in_their_own_zone() -> None:
    counts = {"due": 1, "waiting": 0, "sending": 0, "uncertain": 0, "parked": 2}
    none = {**dict.fromkeys(counts, 0), "refused_channels": 0, "oldest": None, "reasons": {}}
    row = {"platform": "slack", "since": "2026-12-08T09:00:00+00:00", "tries": 1}
    reminder = {**row, "member": "e1ddb354", "club": "", "over": False, "reason": ""}
    post = {**row, "member": "", "club": "0a1b2c3d", "over": True, "reason": "http_503"}
    slack = {"oldest": "2026-12-08T09:00:00+00:00", "reasons": {"http_503": 1, "channel_not_found": 2}}
    found = {
        "platforms": {
            "slack": {**counts, "unreachable": 0, "refused_channels": 2, **slack},
            "console": {**none, "unreachable": 0},
            "discord": {**none, "unreachable": 2},
        },
        "parked": [
            {**reminder, "id": "abc", "kinds": ["may", "call"]},
            {**post, "id": "def", "kinds": ["post"]},
        ],
    }
    since = "since 2026-12-08 10:00 Europe/Berlin"
    assert render_delivery_table(found, "Europe/Berlin").splitlines()[:8] == [
        "console: all is delivered.",
        "discord: nothing is on its way; 2 members' direct messages are closed (nothing for you to do)",
        f"slack: 1 due, 0 waiting, 0 sending, 0 uncertain, 2 given up; the oldest {since}; "
        "2 clubs' channels take no posts (the facilitator was told)",
        "  why: channel_not_found (2), http_503 (1)",
        "",
        "Given up, and kept:",
        f"  abc  slack, member e1ddb354: may follow up, call question; {since}, tried once",
        f"  def  slack, club 0a1b2c3d: post in the channel; {since}, tried once; why: http_503; "
        "somebody of the club was asked",
    ]


def test_every_kind_has_a_word_for_hosts() -> None:
    assert set(REMINDER_KIND_LABELS) == set(ReminderKind)
