"""What is promised, the tests that try it, and how often in full."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReliabilityGoal:
    """`sizes`: how often, by the names that `figures.size` is asked for; `options`: further options of pytest."""

    name: str
    promise: str
    tests: tuple[str, ...]
    sizes: dict[str, int] = field(default_factory=dict)
    options: tuple[str, ...] = ()


RELIABILITY_GOALS = (
    ReliabilityGoal(
        "kills",
        "A process is killed at random while it writes: every file can be read, and every change that was "
        "acknowledged is there",
        ("tests/faults/test_store_kill.py::test_no_acknowledged_write_is_lost_by_a_kill",),
        {"KILLS": 1000},
    ),
    ReliabilityGoal(
        "steps",
        "A process is killed at each step of a write: every file can be read, and every change that was "
        "acknowledged is there",
        ("tests/faults/test_store_kill.py::test_a_kill_at_any_step_of_the_disk_loses_nothing",),
        {"DISK_STEP": 1},
    ),
    ReliabilityGoal(
        "power loss",
        "The power goes at any moment (simulated), also while the next start is at work, and anything that the "
        "disk had not confirmed may be missing: every acknowledged change is there, and what was erased stays "
        "erased",
        ("tests/faults/test_power.py",),
        {"LOSSES": 2},
    ),
    ReliabilityGoal(
        "disk errors",
        "Each operation on the disk fails, once or for ever, full, broken or forbidden: nothing is corrupt, and "
        "nothing is called saved that was not",
        ("tests/faults/test_store_disk.py::test_a_write_that_fails_says_so_and_heals",),
    ),
    ReliabilityGoal(
        "full disk",
        "The disk is full after any number of bytes: the write is refused and says so, what was there stays and "
        "can be read, and the bot goes on when there is room",
        ("tests/faults/test_store_full.py",),
        {"FULL_STEP": 256},
    ),
    ReliabilityGoal(
        "damaged files",
        "A file is damaged, in seven ways at any place: the generation before is taken (the last change may be "
        "gone), or its member is told; never an empty book in silence",
        ("tests/faults/test_store_disk.py::test_a_damaged_file_gives_the_generation_before_or_says_so",),
        {"MUTATIONS": 10_000},
    ),
    ReliabilityGoal(
        "double starts",
        "A second process on the same store: refused within two seconds, and it changes nothing",
        ("tests/faults/test_store_kill.py::test_a_second_process_is_refused_at_once_and_told_who_holds_it",),
        {"STARTS": 100},
    ),
    ReliabilityGoal(
        "migrations",
        "A process that takes the files up to a newer form is killed at each step: each file is of the old form or of "
        "the new, the next start ends the work, and an older program leaves them alone",
        (
            "tests/faults/test_migrations.py",
            "tests/faults/test_store_disk.py::test_a_newer_store_is_refused_and_not_rewritten",
        ),
        {"KILLS_EACH": 20},
    ),
    ReliabilityGoal(
        "backups",
        "A backup is made beside writes: each book in it is whole, as it was before or after a change that "
        "happened meanwhile; a file that was altered or made up, in the ways that were tried, is refused; a "
        "restore that is killed at any step leaves the old books or the new",
        ("tests/faults/test_backups.py", "tests/faults/test_forged_backups.py"),
        {"BACKUPS": 20, "DAMAGES": 5000},
    ),
    ReliabilityGoal(
        "restore",
        "A drill: a backup, then half of all reminders, then the disk is lost and the backup put back: every book "
        "is as it was when the backup was made, no reminder that was sent since comes again, and the others come",
        ("tests/faults/test_restore.py",),
        {"DRILL": 200},
    ),
    ReliabilityGoal(
        "clock changes",
        "Every zone, every change of its clock from 2020 to 2030: each hour comes once on each local day",
        (
            "tests/rules/test_calendar.py::test_each_local_day_has_each_hour_once_in_every_zone_and_at_every_clock_change",
        ),
        {"ZONE_STEP": 1},
    ),
    ReliabilityGoal(
        "crashes while sending",
        "The process dies at any moment of a round of sending: no reminder is lost, and none comes twice where "
        "the platform can be asked (where it cannot, at most one comes twice)",
        ("tests/faults/test_crashes.py",),
    ),
    ReliabilityGoal(
        "answers",
        "Each answer to a message that Slack and Discord document or that a broken line can give, whether or not "
        "the message was stored: taken for what it is, and in the end one message, or none where the person "
        "cannot be written to",
        ("tests/faults/test_answers.py",),
    ),
    ReliabilityGoal(
        "storms",
        "Half of all requests are answered with “too fast” (429), for a second or for a minute: none is repeated "
        "before its wait is over, and every reminder comes once",
        ("tests/faults/test_storms.py::test_half_of_all_refused_for_minutes_loses_nothing_and_nothing_comes_early",),
        {"STORM_MINUTES": 10, "STORM_MEMBERS": 300},
    ),
    ReliabilityGoal(
        "blocked members",
        "Members who have closed their direct messages: one refused request for each, however many days go by, "
        "and every reminder is kept until their next command",
        ("tests/faults/test_storms.py::test_whoever_is_refused_is_asked_once_and_no_more",),
        {"BLOCKED": 1000, "BLOCKED_DAYS": 10},
    ),
    ReliabilityGoal(
        "a bad one among good ones",
        "One message among many cannot be drawn: it is given up after eight tries and kept, and all others come "
        "in time",
        ("tests/faults/test_storms.py::test_one_that_cannot_be_drawn_is_parked_and_all_others_come_in_time",),
        {"GOOD": 999},
    ),
    ReliabilityGoal(
        "lateness",
        "Reminders fall due all over a minute, 1,000 a minute on Discord and 240 on Slack, which answer after 100 "
        "ms: of 100, at least 99 are sent within 5 seconds (shown: the slowest of those 99)",
        ("tests/faults/test_lateness.py::test_when_many_fall_due_each_minute_nearly_all_come_within_seconds",),
        {"LATE_SECONDS": 60},
    ),
    ReliabilityGoal(
        "after a restart",
        "As many as a platform takes in a minute are due at a start: all are sent, in less than twice the time "
        "that the platform's own limit needs",
        ("tests/faults/test_lateness.py::test_after_a_restart_all_that_is_due_comes_as_fast_as_the_platform_takes_it",),
        {"LATE_SECONDS": 60},
    ),
    ReliabilityGoal(
        "kills while sending",
        "A process that sends is killed at random, while a tenth of all answers are lost; both platforms can be "
        "asked what they have: no reminder is lost, and none comes twice",
        ("tests/faults/test_kills_while_sending.py",),
        {"SEND_KILLS": 40},
    ),
    ReliabilityGoal(
        "fuzz",
        "Texts of every kind at every door (commands, words, buttons, forms, what is typed so far, times; no "
        "files of contacts, which cannot be read yet): an answer within 100 ms of the processor, no fault, less "
        "than 50 MB kept",
        ("tests/faults/test_fuzz.py",),
        {"INPUTS": 100_000},
    ),
    ReliabilityGoal(
        "hostile names",
        "A name, company or note that would ping, link or turn what stands beside it, wherever one can stand, on "
        "Slack and on Discord: it stays plain text",
        ("tests/faults/test_hostile_names.py",),
        {"NAMES": 10_000, "EACH": 200, "LED": 300},
    ),
    ReliabilityGoal(
        "leaks",
        "Members of two clubs, the same users in both, who know each other's ids and do things at random: no word "
        "of one reaches another, nothing of another's is changed",
        ("tests/faults/test_leaks.py",),
        {"SEQUENCES": 1000},
    ),
    ReliabilityGoal(
        "club histories",
        "Clubs whose members do things at random, with lost answers, refusals, crashes and a store that fails: no "
        "private word reaches a channel, another member or a club's file; nobody who left is in a post; counts "
        "follow the rule of five; nothing comes twice; in the end nothing is owed",
        ("tests/faults/test_club_histories.py",),
        {"CLUB_HISTORIES": 1000},
    ),
    ReliabilityGoal(
        "club counts",
        "A member joins or leaves a club at any moment around a count: what others get to see is the same to the last "
        "word, whatever that member did",
        ("tests/app/test_club_differencing.py",),
        {"CLUB_CHANGES": 36},
    ),
    ReliabilityGoal(
        "ends",
        "SIGTERM in the midst of many commands, or while a platform hangs: the process ends before a host would kill "
        "it (ten seconds), and nothing is half done",
        (
            "tests/host/test_life.py::test_sigterm_under_load_leaves_nothing_half_done",
            "tests/host/test_life.py::test_a_slack_that_hangs_does_not_hold_the_end_up",
            "tests/host/test_life_discord.py::test_sigterm_under_load_leaves_nothing_half_done",
            "tests/host/test_life_discord.py::test_a_discord_that_hangs_does_not_hold_the_end_up",
        ),
    ),
    ReliabilityGoal(
        "stories",
        "The story of a search and a month of a club, on Slack, on Discord and on somebody else's Discord (simcord), "
        "in processes that are killed and whose clocks jump: the same to the last word",
        (
            "tests/story/test_process_story.py",
            "tests/story/test_process_kill.py",
            "tests/story/test_same_story.py",
            "tests/story/test_club_month.py",
            "tests/adapters/discord/test_simcord.py",
        ),
        {"KILL_AFTER": 12},
    ),
    ReliabilityGoal(
        "club crashes",
        "The process dies before or after any one write of a club's month: it goes on as if nothing had been, and the "
        "month is the same to the last word",
        ("tests/faults/test_club_crashes.py",),
        {"CLUB_CRASHES": 2000},
    ),
    ReliabilityGoal(
        "lost connections",
        "A line is cut, or goes dead without a word, with something under way: the bot is there again within 30 "
        "seconds, and what the platform hands out again is done, and done once",
        (
            "tests/faults/test_lost_connections.py",
            "tests/host/test_life.py::test_a_socket_that_falls_silent_is_back_within_seconds",
            "tests/host/test_life_discord.py::test_a_crash_loop_does_not_forget_how_many_sessions_began",
        ),
        {"CLUBS": 20, "CUTS": 5, "HASTE": 1, "STARTS_IN_A_LOOP": 12},
    ),
    ReliabilityGoal(
        "forged requests",
        "Requests that Slack did not sign, and such that it did a second time, over HTTP: none is let in, none is an "
        "error of ours, none has a second effect, and no word of them is in the log",
        ("tests/faults/test_forged.py",),
        {"FORGED": 10_000, "REPLAYED": 1000},
    ),
    ReliabilityGoal(
        "secrets",
        "All tests of the bot, with everything logged that can be logged: in none of them a token, a signature, "
        "an address with a secret or a word of a member's is in a log",
        ("tests",),
        options=(
            "-p",
            "tests.faults.secret_listener",
            *(f"--ignore=tests/{one}" for one in ("faults", "fakes_common", "fakes_slack", "fakes_discord")),
        ),
    ),
)
