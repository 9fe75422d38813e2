"""The commands of `/club`: what members do together."""

from __future__ import annotations

from bot.commands.row import Argument, ArgumentKind, Command, enum_choices, hidden_arguments
from bot.domain.model import Weekday
from bot.handlers.club import facilitator, introductions, membership, wins_and_tips
from bot.handlers.club.scope import require_joined_club, require_led_club, require_visible_club
from bot.text.sanitize import MAX_SHARED_CHARS

CLUB_COMMANDS: tuple[Command, ...] = (
    Command(
        "setup",
        "Set up your club's channel and meeting",
        facilitator.set_up_club,
        (
            Argument("channel", "Which channel is the club's?", ArgumentKind.PLATFORM_CHANNEL),
            Argument("day", "On which day do you meet?", ArgumentKind.CHOICE, choices=enum_choices(Weekday)),
            Argument("hour", "At what hour?", hint="18:00, 6pm"),
            Argument("zone", "Which city's time does the club keep?", hint="Berlin, New York, Asia/Kolkata"),
            *hidden_arguments("shown", "change"),
        ),
        example="setup channel: #club day: tuesday hour: 18:00 zone: Berlin",
        root="club",
    ),
    Command(
        "join",
        "Be counted in, without your name",
        membership.join_club,
        hidden_arguments("resume"),
        example="join",
        root="club",
    ),
    Command("leave", "Be out, from now on", membership.leave_club, example="leave", root="club"),
    Command(
        "ask",
        "Ask whether somebody knows someone",
        introductions.preview_question,
        (
            Argument(
                "about",
                "What would you like to talk about?",
                ArgumentKind.LONG_TEXT,
                True,
                max_chars=MAX_SHARED_CHARS,
                hint="no names, please",
            ),
            Argument("company", "At which company?", hint="leave it empty if it could be any"),
            *hidden_arguments("change"),
        ),
        example="ask company: Acme about: how their design team works",
        root="club",
        gate=require_joined_club,
    ),
    Command(
        "win",
        "Share good news, in your own words",
        wins_and_tips.share_win,
        (
            Argument("text", "What went well?", ArgumentKind.LONG_TEXT, max_chars=MAX_SHARED_CHARS),
            *hidden_arguments("change"),
        ),
        example="win I had a kind talk today",
        root="club",
        gate=require_joined_club,
    ),
    Command(
        "tips",
        "See what worked for others",
        wins_and_tips.search_tips,
        (Argument("search", "Which word shall be in it?"),),
        example="tips search: phone",
        root="club",
        gate=require_visible_club,
    ),
    Command("mirror", "See what others can see of you", membership.show_club_mirror, example="mirror", root="club"),
    Command(
        "busy",
        "Busy days: waits are longer for all",
        facilitator.add_season,
        (
            Argument("from", "From which day?", ArgumentKind.FUTURE_DAY, required=True, hint="20 dec"),
            Argument("until", "Until which day?", ArgumentKind.FUTURE_DAY, required=True, hint="5 jan"),
            Argument("reason", "What is the reason?", hint="it is shown to all"),
        ),
        example="busy from: 20 dec until: 5 jan reason: holidays",
        root="club",
        gate=require_led_club,
    ),
    Command(
        "pulse",
        "See how the club is doing",
        facilitator.show_pulse,
        example="pulse",
        root="club",
        gate=require_led_club,
    ),
    Command(
        "facilitator",
        "Hand over the facilitator's role",
        facilitator.hand_over_facilitator,
        (
            Argument("member", "To whom?", ArgumentKind.PLATFORM_USER, required=True),
            Argument("until", "Until which day?", ArgumentKind.FUTURE_DAY, hint="leave it empty for good"),
            *hidden_arguments("sure"),
        ),
        example="facilitator member: @lee until: 5 jan",
        root="club",
        gate=require_led_club,
    ),
    # Buttons only, from here on.
    Command("club", "My club", membership.show_club_overview, is_hidden=True, root="club"),
    Command(
        "clubwho",
        "Who can read this?",
        membership.show_club_readers,
        hidden_arguments("resume"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "talk",
        "A word with the facilitator",
        membership.request_talk,
        hidden_arguments("sure"),
        is_hidden=True,
        root="club",
    ),
    Command("introduce", "Post the introduction", facilitator.post_introduction, is_hidden=True, root="club"),
    Command(
        "unbusy",
        "Take busy days back",
        facilitator.remove_season,
        hidden_arguments("season"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "skipweek", "Skip a week", facilitator.skip_digest, hidden_arguments("day", "how"), is_hidden=True, root="club"
    ),
    Command("endclub", "End the club", facilitator.end_club, hidden_arguments("sure"), is_hidden=True, root="club"),
    Command(
        "repost",
        "Post it again",
        facilitator.resolve_unconfirmed_post,
        hidden_arguments("kind", "about", "doubt"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "askpost",
        "Post the question",
        introductions.post_question,
        hidden_arguments("company", "about", "mark"),
        is_hidden=True,
        root="club",
    ),
    Command("myquestions", "My questions", introductions.show_my_questions, is_hidden=True, root="club"),
    Command("seasons", "Busy days", facilitator.show_seasons, is_hidden=True, root="club"),
    Command(
        "withdraw",
        "Take a question back",
        introductions.withdraw_question,
        hidden_arguments("ask"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "mayknow",
        "I may know someone",
        introductions.offer_introduction,
        (
            *hidden_arguments("ask", "change", "sure"),
            Argument(
                "share",
                "What may I tell the member who asks?",
                ArgumentKind.LONG_TEXT,
                max_chars=MAX_SHARED_CHARS,
                hint="no names yet",
            ),
            Argument(
                "how", "How would you go about it?", ArgumentKind.CHOICE, choices=introductions.INTRODUCTION_METHODS
            ),
        ),
        is_hidden=True,
        root="club",
    ),
    Command(
        "theysaid",
        "What they said",
        introductions.record_helper_reply,
        hidden_arguments("ask", "yes"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "acceptintro",
        "Meet them",
        introductions.answer_offer,
        hidden_arguments("ask", "offer", "yes"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "winpost",
        "Share it",
        wins_and_tips.post_win,
        hidden_arguments("text", "named", "mark"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "tip",
        "Share what worked for you",
        wins_and_tips.share_tip,
        (
            Argument("text", "What worked for you?", ArgumentKind.LONG_TEXT, max_chars=MAX_SHARED_CHARS),
            *hidden_arguments("change"),
        ),
        is_hidden=True,
        root="club",
        gate=require_joined_club,
    ),
    Command(
        "tippost",
        "Keep it with the tips",
        wins_and_tips.post_tip,
        hidden_arguments("text", "named", "mark"),
        is_hidden=True,
        root="club",
    ),
    Command(
        "tipdown", "Take a tip down", wins_and_tips.take_down_tip, hidden_arguments("tip"), is_hidden=True, root="club"
    ),
    Command(
        "findtips",
        "Look for a tip",
        wins_and_tips.search_tips,
        (Argument("search", "Which word shall be in it?", required=True),),
        is_hidden=True,
        root="club",
        gate=require_visible_club,
    ),
)
