"""Every command: what it changes and what it answers. Said and pressed as a member would."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import to_plain_text
from bot.domain.model import Actor, Address, Attempt, Cadence, LeadSource, Plan, Quota, ReminderHour
from tests.fakes import Member, non_empty_values
from tests.samples import local_instant

WELCOME_TEXT = "Waiting to hear back is hard, and no fault of yours."


async def board_with_waiting_dana(ada: Member) -> None:
    """Dana has one unanswered e-mail of today; Lee has answered before."""
    await ada.say("add Lee channel: linkedin company: Initech")
    await ada.say("reply Lee kind: answer")
    await ada.say("add Dana Smith channel: email company: Acme via: Sam")


async def board_with_quiet_dana(ada: Member) -> None:
    """It is quiet with Dana: the e-mail and the call are used, and the last wait is over."""
    await board_with_waiting_dana(ada)
    ada.at("2026-12-01 10:00")
    await ada.say("log Dana channel: phone")
    ada.at("2026-12-07 10:00")
    await ada.say("log Dana channel: email")
    ada.at("2026-12-15 10:00")


# The line that people type.


@pytest.mark.parametrize(
    ("typed", "name", "company"),
    [
        ("add Dana", "Dana", ""),
        ("/outreach add Dana", "Dana", ""),
        ("Add contact: Dana company: Acme", "Dana", "Acme"),
        ('add Dana company: "Acme: the role: company"', "Dana", "Acme: the role: company"),
        ("add Dana company: “Acme: role: makers”", "Dana", "Acme: role: makers"),
        ("add “Dana via: Sam” company: Acme", "Dana via: Sam", "Acme"),
        ("add Dana company: Acme 10:30 https://acme.example", "Dana", "Acme 10:30 https://acme.example"),
        ("add Dana {boss} company: {0}", "Dana {boss}", "{0}"),
    ],
)
async def test_the_first_argument_may_go_without_its_name_and_quotes_protect(
    ada: Member, typed: str, name: str, company: str
) -> None:
    await ada.say(typed)
    assert (await ada.contact(name)).company == company


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("add Dana compny: Acme", "Did you mean “company:”?"),
        ("add Dana contact: Lee", "“contact:” stands there twice"),
        ('add "Dana', "Please close it, or leave it out."),
        ("undo that please", "Its name alone is enough."),
        ("undo of: 12", "Its name alone is enough."),
        ("add Dana twin: yes", "has no “twin:”"),
    ],
)
async def test_what_cannot_be_read_is_asked_back_and_nothing_is_stored(ada: Member, typed: str, said: str) -> None:
    assert said in await ada.say(typed)
    assert not await ada.core.has_book(ada.actor.address)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("bord", "Did you mean “board”?"),
        ("rathernot Dana", "I don't know “rathernot”."),
        ("xyzzy", "I don't know “xyzzy”."),
    ],
)
async def test_an_unknown_command_is_answered_with_the_nearest_one(ada: Member, typed: str, said: str) -> None:
    answer = await ada.say(typed)
    assert said in answer
    assert "plan: Note a planned call or meeting" in answer


async def test_plain_words_open_the_card_of_whom_they_name_and_change_nothing(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    before = await ada.book()
    assert (await ada.say("Dana answered")).startswith("It's Dana Smith's turn")
    assert "Whose card shall I open?" in await ada.say("had lunch with Sam and Lee")
    assert ada.buttons == ["See Lee", "See Sam"]
    assert await ada.book() == before


@pytest.mark.parametrize("typed", ["", "board", "/outreach", "  ", "/outreach board"])
async def test_a_newcomer_is_welcomed(ada: Member, typed: str) -> None:
    assert (await ada.say(typed)).startswith(WELCOME_TEXT)
    assert ada.buttons == ["Add someone", "Who can read this?"]


@pytest.mark.parametrize(
    ("typed", "asked", "typed_already"),
    [
        ("add", ["contact", "channel", "when", "company", "via"], {}),
        ("add company: Acme", ["contact", "channel", "when", "company", "via"], {"company": "Acme"}),
        ("log Dana", ["channel", "when", "note"], {}),
        ("log Dana note: hello", ["channel", "when", "note"], {"note": "hello"}),
        ("plan Dana minutes: 20", ["when", "minutes"], {"minutes": "20"}),
        ("pause", ["until"], {}),
        ("snooze Dana", ["until"], {}),
        ("close Dana", ["outcome"], {}),
        ("log Dane note: hello", ["contact", "channel", "when", "note"], {"contact": "Dane", "note": "hello"}),
        ("why", ["contact"], {}),
        ("reply", ["contact", "kind", "until", "when", "note"], {}),
        ("forget", ["contact"], {}),
    ],
)
async def test_a_missing_argument_opens_a_form_with_what_was_typed(
    ada: Member, typed: str, asked: list[str], typed_already: dict[str, str]
) -> None:
    await board_with_waiting_dana(ada)
    await ada.say(typed)
    assert list(ada.inputs) == asked
    assert non_empty_values(ada.inputs) == typed_already


async def test_a_form_says_whom_it_is_about_when_the_name_was_clear(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("plan dana")
    assert to_plain_text(ada.form.intro[0]) == "About Dana Smith."


async def test_a_form_does_not_ask_what_a_button_has_said(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("show Dana")
    await ada.press("I reached out")
    assert list(ada.inputs) == ["channel", "when", "note"]
    assert "Noted: call to Dana Smith" in await ada.fill(channel="phone", when="yesterday")


async def test_the_answers_of_a_form_do_what_the_command_does(ada: Member) -> None:
    await ada.say("add note: met at the fair")
    assert (await ada.fill(contact="Dana", channel="email")).startswith("Dana is on your board.")
    assert (await ada.contact("Dana")).note == "met at the fair"


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        ("log Dana channel: pigeon", "channel", "“pigeon” is not one of the choices."),
        ("log Dana channel: email when: soon", "when", "I can't tell when “soon” was."),
        ("log Dana channel: email when: tomorrow 9:00", "when", "is still ahead; I note what happened."),
        ("plan Dana when: friday", "when", "Please add the hour"),
        ("plan Dana when: yesterday 15:00", "when", "is over already."),
        ("plan Dana when: friday 15:00 minutes: 9999", "minutes", "from 5 to 600."),
        ("snooze Dana until: yesterday", "until", "is over already."),
        ("edit Dana email: nonsense", "email", "is not an e-mail address"),
        ("edit Dana matters: perhaps", "matters", "Please answer yes or no."),
        ("settings zone: Atlantis", "zone", "I don't know the time zone “Atlantis”."),
        ("settings country: XX", "country", "I don't know the country “XX”."),
        ("settings written: 2", "written", "from 0 to 1."),
        ("add " + "x" * 81, "contact", "That is longer than I can keep."),
    ],
)
async def test_a_value_that_cannot_be_taken_is_asked_again_beside_its_field(
    ada: Member, typed: str, name: str, said: str
) -> None:
    await board_with_waiting_dana(ada)
    before = await ada.book()
    await ada.say(typed)
    assert said in next(input_.error for input_ in ada.form.inputs if input_.name == name)
    assert await ada.book() == before


# Who is meant.


async def test_somebody_unknown_can_be_added_on_the_way_and_what_was_typed_is_kept(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    assert "“Priya Patel” is not on your board." in await ada.say("log Priya Patel channel: email note: hello")
    assert (await ada.press("Add Priya Patel")).startswith("Noted: e-mail to Priya Patel")
    assert (await ada.contact("Priya Patel")).entries[0].note == "hello"
    assert (await ada.book()).drafts == ()
    await ada.say("undo")
    assert "Priya Patel" not in await ada.names()


async def test_of_two_people_the_member_says_which(ada: Member) -> None:
    await ada.say("add Dana Smith")
    await ada.say("add Dana Jones company: Hooli")
    assert "There is more than one “Dana” on your board." in await ada.say("log Dana channel: voicemail")
    assert ada.buttons == ["Dana Smith", "Dana Jones (Hooli)"]
    await ada.press("Dana Jones (Hooli)")
    assert await ada.kinds("Dana Jones") == ["attempt"]
    assert await ada.kinds("Dana Smith") == []


async def test_the_introducer_may_be_one_of_two_as_well(ada: Member) -> None:
    await ada.say("add Sam Hill")
    await ada.say("add Sam Reed")
    await ada.say("add Dana channel: email via: Sam")
    await ada.press("Sam Reed")
    assert (await ada.contact("Dana")).introducer_id == (await ada.contact("Sam Reed")).id


async def test_whoever_is_to_be_erased_and_unknown_is_not_offered_to_be_added(ada: Member) -> None:
    assert await ada.say("forget Zed") == "“Zed” is not on your board."
    assert ada.buttons == ["Board"]


# When it was.


@pytest.mark.parametrize(
    ("typed", "at", "echo"),
    [
        ("", "2026-11-24 10:00", "Tue 24 Nov, 10:00"),
        ("when: today", "2026-11-24 10:00", "Tue 24 Nov, 10:00"),
        ("when: yesterday", "2026-11-23 12:00", "Mon 23 Nov, 12:00"),
        ("when: yesterday 16:30", "2026-11-23 16:30", "Mon 23 Nov, 16:30"),
        ("when: 3 nov", "2026-11-03 12:00", "Tue 3 Nov, 12:00"),
    ],
)
async def test_a_date_without_an_hour_is_filled_in_and_every_time_is_echoed(
    ada: Member, typed: str, at: str, echo: str
) -> None:
    await ada.say("add Dana")
    assert f"Noted: text message to Dana, {echo}." in await ada.say(f"log Dana channel: text {typed}")
    assert (await ada.contact("Dana")).entries[0].at == local_instant(at)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("plan Dana when: friday 15:00", "Fri 27 Nov, 15:00"),
        ("pause until: 3 dec", "Thu 3 Dec"),
        ("snooze Dana until: 3 dec", "Thu 3 Dec"),
        ("rest Dana until: 3 dec", "Thu 3 Dec"),
        ("reply Dana kind: away until: 3 dec", "Thu 10 Dec"),
        ("edit Dana busy: 20 dec to 5 jan", "Sun 20 Dec – Tue 5 Jan"),
    ],
)
async def test_days_to_come_are_echoed_too(ada: Member, typed: str, said: str) -> None:
    await board_with_waiting_dana(ada)
    assert said in await ada.say(typed)


async def test_busy_days_that_can_be_two_are_asked_back(ada: Member) -> None:
    await ada.say("add Dana")
    await ada.say("edit Dana busy: 5/1 to 9/1")
    if "can mean two days" in ada.last.text():
        await ada.press_line(ada.card.buttons[0].line)
        assert len((await ada.contact("Dana")).busy_ranges) == 1


# Adding.


async def test_adding_says_whose_turn_it_is_and_asks_for_one_more(ada: Member) -> None:
    said = await ada.say("add Dana Smith channel: email company: Acme role: analyst lead: friend via: Sam")
    assert said.splitlines() == [
        "Dana Smith is on your board.",
        "It's Dana Smith's turn; an e-mail is welcome from Tue 1 Dec.",
        "Sam, who introduced you, is there too.",
        "I go by the time of Europe/Berlin, this bot's default.",
    ]
    dana = await ada.contact("Dana Smith")
    assert (dana.company, dana.role, dana.lead_source) == ("Acme", "analyst", LeadSource.FRIEND)
    assert dana.introducer_id == (await ada.contact("Sam")).id
    assert await ada.kinds("Sam") == []


@pytest.mark.parametrize("channel", ["", "channel: none"])
async def test_somebody_can_be_kept_for_later(ada: Member, channel: str) -> None:
    assert "is kept for later" in await ada.say(f"add Priya {channel}")
    assert await ada.kinds("Priya") == []


async def test_a_second_contact_of_the_same_name_is_never_made_by_accident(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    assert "Is this the same person?" in await ada.say("add dana company: Hooli")
    assert await ada.names() == ["Dana"]
    await ada.press("Add another Dana")
    assert [contact.company for contact in (await ada.book()).contacts] == ["", "Hooli"]


async def test_a_referral_adds_a_new_person_with_their_introducer(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    assert "How kind of Lee" in await ada.say("reply Lee kind: referral")
    await ada.press("Add them")
    await ada.fill(contact="Noor", channel="none")
    assert (await ada.contact("Noor")).introducer_id == (await ada.contact("Lee")).id


# Reaching out.


async def test_an_attempt_too_soon_meets_the_kind_brake_and_keeps_what_was_typed(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    said = await ada.say("log Dana channel: email note: just a line")
    assert said.splitlines()[:2] == [
        "Wanting to try again makes sense.",
        "Dana Smith may be busy; an e-mail is welcome from Tue 1 Dec.",
    ]
    assert ada.buttons == ["Show others", "They wrote to me", "There is real news", "Log it anyway"]
    assert await ada.kinds("Dana Smith") == ["attempt"]
    assert (await ada.press("Log it anyway")).startswith("Noted: e-mail to Dana Smith")
    assert (await ada.contact("Dana Smith")).entries[-1].note == "just a line"
    assert (await ada.book()).drafts == ()


async def test_an_attempt_beyond_the_quota_meets_the_brake_on_any_day(ada: Member) -> None:
    await board_with_quiet_dana(ada)
    said = await ada.say("log Dana channel: email")
    assert "Dana Smith has your e-mail and your call; more may feel like pressure." in said
    assert "Lee" in said


async def test_a_back_dated_attempt_is_history_and_meets_no_brake(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    ada.wait(days=1)
    assert (await ada.say("log Dana channel: phone when: yesterday 18:00")).startswith("Noted: call to Dana Smith")


async def test_real_news_opens_one_episode_until_a_reply(ada: Member) -> None:
    await board_with_quiet_dana(ada)
    await ada.say("log Dana channel: email note: hi")
    await ada.press("There is real news")
    assert list(ada.inputs) == ["reason"]
    await ada.fill(reason="their opening was posted today")
    entry = (await ada.contact("Dana Smith")).entries[-1]
    assert isinstance(entry, Attempt)
    assert (entry.news, entry.note) == ("their opening was posted today", "hi")
    await ada.say("log Dana channel: email")
    assert "There is real news" not in ada.buttons


async def test_i_would_rather_not_settles_a_slot_and_nothing_is_owed(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    ada.at("2026-12-01 10:00")
    [reminder] = await ada.sweep()
    assert "okay not to" in reminder
    ada.last = ada.messenger.delivered[-1][1]
    assert "nothing owed" in await ada.press("I'd rather not")
    assert "e-mail 1/1, call 0/1" in await ada.say("show Dana")


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("linkedin", "Noted: LinkedIn message to Dana, Tue 24 Nov, 10:00."),
        ("in person", "Noted: you met Dana, Tue 24 Nov, 10:00."),
        ("other", "Noted: you reached out to Dana, Tue 24 Nov, 10:00."),
    ],
)
async def test_each_way_of_reaching_out_is_echoed_as_one_would_say_it(ada: Member, channel: str, said: str) -> None:
    await ada.say("add Dana")
    assert (await ada.say(f"log Dana channel: {channel}")).startswith(said)


# They got back.


async def test_a_reply_is_cheered_only_after_the_member_said_what_it_was(ada: Member) -> None:
    await board_with_quiet_dana(ada)
    assert (await ada.say("reply Dana")).splitlines() == ["Dana Smith got back to you.", "What was it?"]
    assert "reply_received" not in await ada.kinds("Dana Smith")
    assert (await ada.press("Answer")).splitlines() == [
        "How good: Dana Smith wrote back.",
        "Your patience kept the door open.",
        "It's your turn, in your own time.",
    ]
    assert "Share without Dana Smith's name" in ada.buttons


async def test_a_note_survives_the_question_what_it_was(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("reply Dana note: on holiday till monday")
    await ada.press("Answer")
    assert (await ada.contact("Dana Smith")).entries[-1].note == "on holiday till monday"


async def test_away_lengthens_the_wait_and_is_no_reply(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("reply Dana")
    await ada.press("Away")
    assert list(ada.inputs) == ["until"]
    said = await ada.fill(until="4 dec")
    assert "away until Fri 4 Dec; those days don't count" in said
    assert "welcome from Fri 11 Dec" in said


async def test_a_no_is_thanked_and_rests(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("reply Dana kind: no")
    assert await ada.kinds("Dana Smith") == ["attempt", "reply_received", "set_aside"]
    await ada.press("I thanked them")
    assert "is resting" in await ada.say("show Dana")


@pytest.mark.parametrize(
    ("label", "fill", "said"),
    [
        ("Me", {}, "It's your turn with Dana Smith, in your own time."),
        ("They, by a date", {"by": "4 dec"}, "an e-mail is welcome from Tue 8 Dec."),
        ("They, by a date", {}, "an e-mail is welcome from Tue 1 Dec."),
        ("Nothing more", {}, "nothing more is open with Dana Smith."),
        ("Call planned", {"when": "friday 15:00"}, "Your call with Dana Smith: Fri 27 Nov, 15:00."),
    ],
)
async def test_who_moves_next_is_told_in_four_ways(ada: Member, label: str, fill: dict[str, str], said: str) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("reply Dana kind: answer")
    await ada.press(label)
    if not label.startswith(("Me", "Nothing")):
        await ada.fill(**fill)
    assert said in ada.last.text()


# Calls.


async def test_a_call_is_planned_moved_and_told(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("plan Dana when: today 15:00 minutes: 45")
    assert "is still ahead" in await ada.press("Nobody called")
    await ada.press("Moved")
    assert "Thu 26 Nov, 16:00" in await ada.fill(when="thursday 16:00")
    plan = (await ada.contact("Dana Smith")).entries[-1]
    assert isinstance(plan, Plan)
    assert plan.minutes == 45
    ada.at("2026-11-26 16:10")
    assert "Nobody called" in (await ada.say("show Dana"), ada.buttons)[1]
    said = await ada.press("Nobody called")
    assert said.splitlines()[0] == "I'm sorry; something may have come up for Dana Smith."
    assert "A call or voicemail uses your call" in said
    assert "call 1/1" in await ada.press("I sent it: uses my call")


async def test_a_held_call_asks_who_moves_next_and_a_missed_one_has_words_of_apology(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("plan Dana when: today 15:00")
    await ada.say("plan Lee when: today 15:00")
    [dana, lee] = [(await ada.contact(name)).entries[-1].id for name in ("Dana Smith", "Lee")]
    ada.at("2026-11-24 16:00")
    assert "Who moves next" in await ada.press_line(f"held contact: Dana plan: {dana}")
    said = await ada.press_line(f"missedcall contact: Lee plan: {lee}")
    assert "I'm sorry" in said
    assert "none of your follow-ups" in said


# Later, aside, closed.


async def test_resting_snoozing_closing_and_taking_up_again(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("snooze Dana until: 3 dec")
    await ada.say("rest Dana")
    assert "is resting" in await ada.say("show Dana")
    assert "It's Dana Smith's turn" in await ada.press("Take up again")
    await ada.say("close Dana outcome: met")
    assert "is closed (you met)" in await ada.say("show Dana")
    await ada.press("Take up again")
    assert "bring them up" in await ada.say("close Dana outcome: do not contact")
    assert await ada.kinds("Dana Smith") == [
        "attempt",
        "snoozed",
        "set_aside",
        "resumed",
        "closed",
        "resumed",
        "closed",
    ]


async def test_pausing_is_quiet_and_taking_up_again_comes_without_a_burst(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    assert "nothing from me until Mon 14 Dec" in await ada.say("pause until: 14 dec")
    assert await ada.live("2026-12-03 08:30") == []
    assert "nothing has piled up" in await ada.press_line("pause until: now")
    assert await ada.sweep() == []
    assert len(await ada.live("2026-12-03 23:00")) == 1


async def test_busy_days_lengthen_the_wait_and_can_be_cleared(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    assert "welcome from Tue 8 Dec" in await ada.say("edit Dana busy: 30 nov to 6 dec")
    assert "welcome from Tue 1 Dec" in await ada.say("edit Dana busy: none")


async def test_edit_shows_what_there_is_and_changes_only_what_is_changed(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("edit Dana busy: 1 dec to 2 dec")
    await ada.say("edit Dana")
    assert non_empty_values(ada.inputs) == {"company": "Acme", "matters": "no"}
    await ada.fill(role="analyst", company="", matters="yes")
    dana = await ada.contact("Dana Smith")
    assert (dana.company, dana.role, dana.matters, len(dana.busy_ranges)) == ("", "analyst", True, 1)


async def test_an_edit_to_be_mended_loses_nothing_that_it_did_not_show(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("edit Dana busy: soonish")
    await ada.fill(busy="1 dec to 2 dec")
    assert (await ada.contact("Dana Smith")).company == "Acme"
    await ada.say("edit")
    await ada.fill(contact="Dana")
    assert (await ada.contact("Dana Smith")).company == "Acme"


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("name: Dana Jones", "name", "Dana Jones"),
        ("company: none", "company", ""),
        ("role: -", "role", ""),
        ("via: none", "introducer_id", ""),
        ("lead: posted", "lead_source", LeadSource.POSTED),
        ("email: Dana@Example.ORG", "email", "Dana@example.org"),
        ("phone: 030 901820", "phone", "+49 30 901820"),
        ("phone: ask Sam", "phone", "ask Sam"),
        ("matters: yes", "matters", True),
    ],
)
async def test_each_fact_of_a_contact_can_be_edited_and_cleared(
    ada: Member, typed: str, field: str, value: object
) -> None:
    await board_with_waiting_dana(ada)
    dana = (await ada.contact("Dana Smith")).id
    await ada.say(f"edit Dana {typed}")
    assert getattr((await ada.book()).find_contact(dana), field) == value


# Undo and forgetting.


@pytest.mark.parametrize(
    "typed",
    [
        "add Priya channel: email via: Noor",
        "log Dana channel: phone when: yesterday",
        "reply Dana kind: no",
        "plan Dana when: friday 15:00",
        "edit Dana company: Hooli name: Diana",
        "snooze Dana until: friday",
        "rest Dana",
        "close Dana outcome: met",
        "pause until: friday",
        "settings zone: Tokyo hour: noon",
        "landed",
    ],
)
async def test_undo_restores_the_last_change_once(ada: Member, typed: str) -> None:
    await board_with_waiting_dana(ada)
    before = await ada.book()
    await ada.say(typed)
    assert (await ada.say("undo")).startswith("Taken back: ")
    after = await ada.book()
    assert [(contact.name, contact.company, contact.entries) for contact in after.contacts] == [
        (contact.name, contact.company, contact.entries) for contact in before.contacts
    ]
    assert (after.settings, after.paused_until, after.landed_at) == (before.settings, None, None)
    assert "I can take back your last change, once" in await ada.say("undo")


async def test_undo_leaves_the_others_as_they_were(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    ada.wait(days=1)
    await ada.say("add Lee")
    before = await ada.contact("Dana")
    await ada.say("undo")
    assert (await ada.book()).contacts == (before,)


async def test_an_old_undo_button_takes_back_nothing_newer(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    old = ada.button("Undo").line
    await ada.say("add Lee")
    assert "there is none to take back here" in await ada.press_line(old)
    assert await ada.names() == ["Dana", "Lee"]
    await ada.say("undo")
    assert await ada.names() == ["Dana"]


async def test_undo_is_offered_only_where_something_was_changed(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.press_line("fewer what: patience")
    assert "Undo" in ada.buttons
    await ada.press_line("fewer what: patience")
    assert "Undo" not in ada.buttons


async def test_forgetting_a_contact_is_asked_once_and_final(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("add Noor via: Dana")
    await ada.say("log Dana channel: email note: quixotic")  # meets the brake: a draft
    await ada.say("edit Dana note: quixotic")  # can be undone
    assert "It is final." in await ada.say("forget Dana")
    assert "Dana Smith" in await ada.names()
    await ada.press("Erase Dana Smith")
    book = await ada.book()
    assert "Dana" not in repr(book)
    assert "quixotic" not in repr(book)
    assert (book.undo, book.drafts, (await ada.contact("Noor")).introducer_id) == (None, (), "")
    await ada.say("undo")
    assert "Dana Smith" not in await ada.names()


async def test_forgetting_me_is_asked_once_and_leaves_nothing(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    assert "your whole book" in await ada.say("forget me")
    assert await ada.core.has_book(ada.actor.address)
    assert "I wish you well." in await ada.press("Erase my book")
    assert not await ada.core.has_book(ada.actor.address)
    assert (await ada.say("board")).startswith(WELCOME_TEXT)


async def test_a_contact_may_be_called_me(ada: Member) -> None:
    await ada.say("add Me channel: email")
    assert "This erases Me and all notes about them." in await ada.say("forget me")


# The member's own things.


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ("zone: New York", "zone", "America/New_York"),
        ("zone: asia/kolkata", "zone", "Asia/Kolkata"),
        ("zone: Buenos Aires", "zone", "America/Buenos_Aires"),
        ("country: us", "country", "US"),
        ("hour: after work", "reminder_hour", ReminderHour.EVENING),
        ("basket: never", "basket_cadence", Cadence.NEVER),
        ("patience: no", "patience_reminders", False),
        ("written: 0", "quota", Quota(0, 1)),
        ("calls: 0", "quota", Quota(1, 0)),
    ],
)
async def test_settings_can_be_said_in_one_line(ada: Member, typed: str, name: str, value: object) -> None:
    await board_with_waiting_dana(ada)
    assert "Noted. Your settings now:" in await ada.say(f"settings {typed}")
    assert getattr((await ada.book()).settings, name) == value


@pytest.mark.parametrize(
    ("label", "inputs"),
    [
        ("Time and place", ["zone", "country"]),
        ("Reminders", ["hour", "basket", "patience", "checkin", "names"]),
        ("Follow-ups", ["written", "calls"]),
    ],
)
async def test_settings_are_a_form_in_sections(ada: Member, label: str, inputs: list[str]) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("settings")
    await ada.press(label)
    assert list(ada.inputs) == inputs
    before = (await ada.book()).settings
    await ada.fill()
    assert (await ada.book()).settings == before


async def test_a_platform_that_tells_the_time_zone_is_believed(ada: Member) -> None:
    ada.actor = type(ada.actor)(ada.actor.address, zone="Asia/Tokyo")
    assert "Tue 24 Nov, 18:00" in (await ada.say("add Dana"), await ada.say("log Dana channel: email"))[1]


async def test_landing_takes_off_plans_goes_quiet_and_reopens(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    await ada.say("plan Dana when: friday 15:00")
    said = await ada.say("landed")
    assert "nothing is shared" in said
    assert "a thank-you round: Lee, Sam and Dana Smith." in said
    assert await ada.live("2027-03-01 09:00") == []
    await ada.press("It fell through")
    assert (await ada.book()).landed_at is None


async def test_help_shows_six_all_one_or_the_nearest(ada: Member) -> None:
    assert len((await ada.say("help"), ada.card.fields)[1]) == 6
    assert len((await ada.say("help all"), ada.card.fields)[1]) > 15
    assert "For example: /outreach plan Dana when: friday 15:00" in await ada.say("help plan")
    assert "Did you mean “snooze”?" in await ada.say("help snoze")
    assert "I have no command “rathernot”." in await ada.say("help rathernot")


async def test_who_can_read_this_names_the_host(ada: Member) -> None:
    ada.home = type(ada.home)("Europe/Berlin", "DE", "Jo of the library")
    assert "Jo of the library hosts this bot" in await ada.press_line("who")


async def test_the_board_groups_people_and_turns_pages(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    for number in range(12):
        await ada.say(f"add Person{number:02}")
    said = await ada.say("board")
    assert "Your turn: Lee (heard from Tue 24 Nov)" in said
    assert "Nothing to do: Dana Smith until Tue 1 Dec (e-mail 0/1, call 0/1)" in said
    assert "Page: 1 of 2" in said
    await ada.press("Next page")
    assert "Page: 2 of 2" in ada.last.text()


# Kind answers, in every stage.

STAGE_LINES: dict[str, tuple[list[str], str]] = {
    "to contact": (["add Dana"], "Nobody is keeping you waiting here."),
    "their turn": (["add Dana channel: email"], "It's no fault of yours. Weeks get full"),
    "may": (["add Dana channel: email when: 3 nov"], "It's no fault of yours. Weeks get full"),
    "someone else": (
        [
            "add Dana channel: email when: 2 nov",
            "log Dana channel: phone when: 9 nov",
            "log Dana channel: email when: 12 nov",
        ],
        "It's no fault of yours. Weeks get full",
    ),
    "your turn": (["add Dana channel: email", "reply Dana kind: answer"], "Nobody is keeping you waiting here."),
    "call planned": (["add Dana", "plan Dana when: friday 15:00"], "Nobody is keeping you waiting here."),
    "resting": (["add Dana channel: email", "rest Dana"], "Dana is resting"),
    "closed": (["add Dana channel: email", "close Dana outcome: met"], "Dana is closed"),
    "nothing open": (["add Dana", "reply Dana kind: answer"], "Nobody is keeping you waiting here."),
}


@pytest.mark.parametrize("stage", STAGE_LINES)
async def test_why_has_a_kind_answer_in_every_stage(ada: Member, stage: str) -> None:
    lines, said = STAGE_LINES[stage]
    for typed in lines:
        await ada.say(typed)
    assert said in await ada.say("why Dana")


@pytest.mark.parametrize("channel", ["", "channel: email", "channel: phone"])
@pytest.mark.parametrize("stage", STAGE_LINES)
async def test_words_never_propose_writing_to_someone_beyond_the_quota(ada: Member, stage: str, channel: str) -> None:
    for typed in STAGE_LINES[stage][0]:
        await ada.say(typed)
    await ada.say(f"words Dana {channel}")
    proposes = bool(ada.card.quote)
    assert proposes == (stage not in ("their turn", "someone else", "resting", "closed"))


async def test_words_for_a_used_follow_up_become_words_for_the_free_one(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    ada.at("2026-12-01 10:00")
    await ada.say("log Dana channel: voicemail")
    ada.at("2026-12-07 10:00")
    await ada.say("words Dana channel: phone")
    assert ada.buttons[0] == "I sent it: uses my e-mail"


async def test_other_words_are_other_words(ada: Member) -> None:
    await ada.say("add Dana")
    await ada.say("words Dana")
    first = ada.card.quote
    await ada.press("Other words")
    assert ada.card.quote != first


async def test_others_name_people_of_the_members_own_network(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    said = await ada.say("others Dana")
    assert "Sam (thank for introducing)" in said
    assert "Lee (it's your turn)" in said
    assert "Dana" not in said


async def test_without_anyone_else_the_club_is_asked_without_a_name(ada: Member) -> None:
    await ada.say("add Dana channel: email company: Acme")
    await ada.say("others Dana")
    await ada.press("Ask the club about Acme")
    assert "Acme" in ada.card.quote
    assert "Dana" not in ada.last.text()


async def test_the_introducer_is_asked_once_after_the_quota_and_thanked_any_time(ada: Member) -> None:
    await board_with_quiet_dana(ada)
    dana = (await ada.contact("Dana Smith")).id
    await ada.press_line(f"more contact: #{dana}")
    await ada.press("Ask Sam")
    assert "Dana" in ada.card.quote
    await ada.press("I asked")
    await ada.press_line(f"more contact: #{dana}")
    await ada.press("Thank Sam")
    await ada.press("I e-mailed it")
    assert await ada.kinds("Sam") == ["attempt"]
    assert "kept for later" in await ada.say("show Sam")


@pytest.mark.parametrize("feeling", ["Okay", "Confused", "Frustrated", "Angry", "Upset"])
async def test_a_check_in_is_acknowledged_and_not_kept(ada: Member, feeling: str) -> None:
    await board_with_waiting_dana(ada)
    before = await ada.book()
    await ada.press_line(f"checkin contact: #{(await ada.contact('Dana Smith')).id}")
    said = await ada.press(feeling)
    assert "Meanwhile" in said
    assert "Dana" not in said
    assert await ada.book() == before


async def test_do_not_ask_is_permanent(ada: Member) -> None:
    await board_with_waiting_dana(ada)
    more = f"more contact: #{(await ada.contact('Dana Smith')).id}"
    await ada.press_line(more)
    await ada.press("How am I?")
    await ada.press("Don't ask")
    await ada.press_line(more)
    assert "How am I?" not in ada.buttons


async def test_a_day_without_a_channel_is_asked_back_and_kept(ada: Member) -> None:
    await ada.say("add Rita when: 10 days ago")
    [asked] = [input_ for input_ in ada.form.inputs if input_.error]
    assert asked.name == "channel"
    await ada.fill(channel="email")
    [attempt] = (await ada.contact("Rita")).entries
    assert (ada.now - attempt.at).days >= 9


async def test_somebody_of_whom_only_the_name_is_known_can_be_noted_as_written_to(ada: Member) -> None:
    await ada.say("add Rita")
    assert "I reached out" in ada.buttons


async def test_a_name_that_may_be_the_same_person_is_asked_back(ada: Member) -> None:
    await ada.say("add Dana Smith")
    assert await ada.say("add Dana channel: phone") == "Dana Smith is already on your board.\nIs this the same person?"
    assert await ada.names() == ["Dana Smith"]


async def test_after_another_zone_the_next_call_is_told_and_can_be_moved(ada: Member) -> None:
    await ada.say("add Dana")
    await ada.say("plan Dana when: tomorrow 15:00")
    said = await ada.say("settings zone: Chicago")
    assert "Your call with Dana stays at Wed 25 Nov, 08:00." in said
    await ada.press("Move the call")
    await ada.fill(when="tomorrow 15:00")
    assert "Wed 25 Nov, 15:00" in await ada.say("show Dana")
    assert "stays at" not in await ada.say("settings hour: noon")


@pytest.mark.parametrize(
    ("language", "shown"), [("en-US", ["Fri 12 Mar 2027", "Thu 3 Dec"]), ("en-GB", ["Fri 12 Mar 2027"])]
)
async def test_a_day_that_an_american_may_mean_otherwise_is_asked_back(
    ada: Member, language: str, shown: list[str]
) -> None:
    ada.actor = replace(ada.actor, language=language)
    await ada.say("add Dana")
    said = await ada.say("plan Dana when: 12/03 3pm")
    assert all(one in f"{said} {ada.buttons}" for one in shown)


async def test_help_on_discord_types_nothing_behind_a_command() -> None:
    ada = Member(actor=Actor(Address("discord", "1")))
    said = await ada.say("help reply")
    assert "Type /outreach reply and choose what belongs to it." in said
    assert "Dana" not in said


async def test_whoever_is_not_on_the_board_can_be_chosen_in_the_form_of_an_outreach(ada: Member) -> None:
    await ada.say("add Lee")
    await ada.say("log")
    [who] = [input_ for input_ in ada.form.inputs if input_.name == "contact"]
    assert who.options[-1].label == "Somebody new…"
    await ada.fill(contact=who.options[-1].value, channel="email", when="yesterday", note="About the opening")
    assert ada.form.command == "add"
    await ada.fill(contact="Tom")
    [attempt] = (await ada.contact("Tom")).entries
    assert (attempt.kind, attempt.at < ada.now) == ("attempt", True)
    assert (await ada.contact("Tom")).note == "About the opening"


async def test_on_the_board_those_whose_wait_ends_first_stand_first(ada: Member) -> None:
    for name, when in (("Ann", "today"), ("Bob", "3 days ago"), ("Cid", "yesterday")):
        await ada.say(f"add {name} channel: email when: {when}")
    said = await ada.say("board")
    assert said.index("Bob") < said.index("Cid") < said.index("Ann")


async def test_the_next_page_of_the_board_is_a_button_on_it(ada: Member) -> None:
    for number in range(12):
        await ada.say(f"add Person{number:02}")
    await ada.say("board")
    await ada.press("Next page")
    assert "Person11" in ada.card.text()
    assert "Next page" not in ada.buttons


async def test_where_it_is_quiet_the_menu_asks_the_club_and_plans_nothing(ada: Member) -> None:
    await ada.say("add Dana channel: email when: 2 nov company: Acme")
    await ada.press_line("more contact: Dana")
    assert "Plan a call" in ada.buttons
    ada.at("2026-12-14 10:00")
    await ada.press_line("rathernot contact: Dana")
    await ada.say("log Dana channel: phone when: 23 nov")
    await ada.press_line("more contact: Dana")
    assert "Ask the club about Acme" in ada.buttons
    assert "Plan a call" not in ada.buttons


async def test_the_same_plan_sent_twice_is_one_plan(ada: Member) -> None:
    await ada.say("add Dana")
    for _time in range(2):
        await ada.say("plan Dana when: 2026-12-11 15:00")
    assert await ada.kinds("Dana") == ["plan"]


async def test_nobody_introduces_themselves(ada: Member) -> None:
    await ada.say("add Dana via: Dana")
    assert await ada.store.load(ada.actor.address) is None


async def test_somebody_added_after_weeks_of_silence_may_still_be_followed_up(ada: Member) -> None:
    ada.at("2026-12-01 10:00")
    await ada.say("add Dana channel: email when: 2 nov via: Sam")
    assert "It's okay to send Dana your one e-mail now" in ada.last.text()


async def test_the_weekly_message_widens_away_from_the_one_it_is_about(ada: Member) -> None:
    await ada.say("add Dana via: Otto")
    for _time in range(2):
        await ada.say("log Dana channel: email")
        await ada.say("reply Dana kind: answer")
    said = await ada.live("2026-12-01 12:00")
    assert any("However that goes, Otto could be one more." in text for text in said)


async def test_of_more_than_four_who_are_meant_all_can_be_chosen(ada: Member) -> None:
    for number in range(6):
        await ada.say(f"add Sam{number} Lee")
    assert "Whom do you mean?" in await ada.say("log Lee channel: email")
    assert ada.card.buttons == ()
    assert ada.buttons == [f"Sam{number} Lee" for number in range(6)]
    assert await ada.press("Sam5 Lee")
    assert await ada.kinds("Sam5 Lee") == ["attempt"]
    await ada.say("Sam1 Lee, Sam2 Lee, Sam3 Lee, Sam4 Lee and Sam5 Lee met")
    assert ada.buttons[-1] == "See Sam5 Lee"
