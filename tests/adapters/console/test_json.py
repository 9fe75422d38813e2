from __future__ import annotations

from datetime import datetime

from tests.adapters.console.console_bench import ConsoleBench, entry_texts

JSON_ENTRY_KEYS = {"kind", "id", "replaces", "to", "at", "text", "buttons", "inputs"}
JSON_SESSION_LINES = (
    "add Dana",
    "",
    ":nonsense",
    ":press",
    "add",
    ':fill {"contact": 3, "no such": 1}',
    ":fill {",
    ":help",
    ":skip 3 days",
    ":dms",
)


async def test_ready_comes_first_and_after_each_line_when_all_was_said():
    bench = ConsoleBench()
    said = await bench.json(*JSON_SESSION_LINES, ":quit")
    assert said[0] == {"kind": "ready", "at": "2026-12-01T12:00:00+01:00"}
    assert sum(one["kind"] == "ready" for one in said) == len(JSON_SESSION_LINES) + 2
    assert said[-1]["kind"] == "ready"


async def test_everything_said_has_all_keys_an_id_of_its_own_and_a_local_time_with_offset():
    said = await ConsoleBench().json_without_ready(*JSON_SESSION_LINES)
    assert all(set(one) == JSON_ENTRY_KEYS for one in said)
    assert all(str(one["at"]).endswith("+01:00") for one in said)
    first_told = [one["id"] for one in said if one["kind"] != "dm"]
    assert len(set(first_told)) == len(first_told)


async def test_inputs_of_a_form_have_all_keys_and_options_by_label():
    (form,) = await ConsoleBench().json_without_ready("add")
    assert form["kind"] == "form"
    assert form["buttons"] == []
    assert form["inputs"] == [
        {
            "name": "contact",
            "label": "Who is it?",
            "kind": "text",
            "required": True,
            "value": "",
            "options": [],
            "error": "",
        },
        {
            "name": "channel",
            "label": "How did you reach out?",
            "kind": "select",
            "required": False,
            "value": "email",
            "options": ["E-mail", "Phone call"],
            "error": "",
        },
    ]


async def test_what_is_due_on_the_way_is_said_in_order_each_at_its_moment():
    bench = ConsoleBench()
    said = await bench.json_without_ready("add Dana", ":skip 1 hours", "add Lee", ":to 2026-12-07")
    told = [(one["text"], one["at"]) for one in said if one["kind"] == "dm"]
    assert told == [
        ("It's okay to write to Dana.", "2026-12-03T12:00:00+01:00"),
        ("It's okay to write to Lee.", "2026-12-03T13:00:00+01:00"),
        ("It's okay to write to Dana.", "2026-12-06T12:00:00+01:00"),
        ("It's okay to write to Lee.", "2026-12-06T13:00:00+01:00"),
    ]


async def test_a_wake_that_never_moves_holds_up_nobody_and_ends():
    bench = ConsoleBench()
    bench.shelf.stuck = datetime.fromisoformat("2026-12-03T11:00:00+00:00")
    said = await bench.json_without_ready("add Dana", ":skip 1 hours", "add Lee", ":skip 3 days")
    told = [(one["text"], one["at"]) for one in said if one["kind"] == "dm"]
    assert told == [("It's okay to write to Lee.", "2026-12-03T13:00:00+01:00")]


async def test_times_are_local_may_be_a_day_alone_and_never_go_back():
    said = await ConsoleBench().json(
        ":to 2026-12-02T09:30", ":to 2026-12-03", ":to 2026-12-02 10:00", ":to soon", ":skip soon", ":skip -3 days"
    )
    times = [one["at"] for one in said if one["kind"] == "ready"]
    assert times[1:] == ["2026-12-02T09:30:00+01:00"] + ["2026-12-03T00:00:00+01:00"] * 5
    errors = [one for one in said if one["kind"] == "error"]
    assert len(errors) == 4
    assert errors[0]["text"] == errors[3]["text"] == "Time only goes forward here; it is Thu 3 Dec 2026, 00:00"


async def test_a_clock_is_moved_across_the_change_of_clocks_by_local_time():
    bench = ConsoleBench(clock_start=datetime.fromisoformat("2026-10-24T09:00"))
    said = await bench.json(":to 2026-10-26 09:00", ":to 9999-12-31 23:59:59")
    assert [one["at"] for one in said if one["kind"] == "ready"][:2] == [
        "2026-10-24T09:00:00+02:00",
        "2026-10-26T09:00:00+01:00",
    ]


async def test_direct_messages_are_repeated_with_their_ids_and_only_to_their_member():
    bench = ConsoleBench()
    said = await bench.json_without_ready("add Dana", ":skip 3 days", ":dms", ":as Lee", ":dms", ":channel")
    first, again = [one for one in said if one["kind"] == "dm"]
    assert first == again
    assert first["to"] == "me"
    assert entry_texts(said)[-2:] == [
        "No direct messages to you yet.",
        "The channel is quiet: nothing was posted there yet.",
    ]
    assert said[-1]["to"] == "Lee"


async def test_another_members_reminder_is_said_to_them():
    said = await ConsoleBench().json_without_ready(":as Lee", "add Dana", ":as Kim", ":skip 2 days")
    assert [(one["kind"], one["to"]) for one in said][-1] == ("dm", "Lee")


async def test_a_failure_is_an_error_without_anybodys_words_and_the_console_goes_on(caplog, capsys):
    bench = ConsoleBench()
    said = await bench.json_without_ready("fail", "board")
    assert [one["kind"] for one in said] == ["error", "reply"]
    assert "through no fault of yours" in str(said[0]["text"])
    everything = repr(said) + caplog.text + "".join(capsys.readouterr())
    assert "secret" not in everything


async def test_a_failing_sweep_is_told_and_the_answer_stands():
    bench = ConsoleBench()
    bench.shelf.failing = True
    assert [one["kind"] for one in await bench.json_without_ready("board")] == ["reply", "error"]


async def test_a_restart_closes_and_opens_the_store_and_keeps_the_screen():
    bench = ConsoleBench()
    said = await bench.json_without_ready("add Dana", ":restart", ":press undo")
    assert entry_texts(said)[-1] == "Pressed Undo."
    assert (len(bench.cores), bench.shelf.closed) == (2, 2)


async def test_a_bare_number_is_text_for_the_bot_here():
    bench = ConsoleBench()
    await bench.json_without_ready("add Dana", "2")
    assert bench.core_calls[-1] == ("text", "2")
