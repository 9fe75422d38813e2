"""The rows of `/club`: what members do together."""

from __future__ import annotations

from bot.commands.row import Arg, Command, Takes, unseen, values
from bot.domain.model import Weekday
from bot.handlers.club import facilitator, introductions, membership, wins_and_tips
from bot.handlers.club.scope import joined_club, led_club, within
from bot.text.sanitize import TOLD

ROWS: tuple[Command, ...] = (
    Command(
        "setup",
        "Set up your club's channel and meeting",
        facilitator.setup,
        (
            Arg("channel", "Which channel is the club's?", Takes.ROOM),
            Arg("day", "On which day do you meet?", Takes.CHOICE, choices=values(Weekday)),
            Arg("hour", "At what hour?", hint="18:00, 6pm"),
            Arg("zone", "Which city's time does the club keep?", hint="Berlin, New York, Asia/Kolkata"),
            *unseen("shown", "change"),
        ),
        example="setup channel: #club day: tuesday hour: 18:00 zone: Berlin",
        root="club",
    ),
    Command("join", "Be counted in, without your name", membership.join, unseen("resume"), example="join", root="club"),
    Command("leave", "Be out, from now on", membership.leave, example="leave", root="club"),
    Command(
        "ask",
        "Ask whether somebody knows someone",
        introductions.ask,
        (
            Arg("about", "What would you like to talk about?", Takes.LONG, True, limit=TOLD, hint="no names, please"),
            Arg("company", "At which company?", hint="leave it empty if it could be any"),
            *unseen("change"),
        ),
        example="ask company: Acme about: how their design team works",
        root="club",
        gate=joined_club,
    ),
    Command(
        "win",
        "Share good news, in your own words",
        wins_and_tips.win,
        (Arg("text", "What went well?", Takes.LONG, limit=TOLD), *unseen("change")),
        example="win I had a kind talk today",
        root="club",
        gate=joined_club,
    ),
    Command(
        "tips",
        "See what worked for others",
        wins_and_tips.tips,
        (Arg("search", "Which word shall be in it?"),),
        example="tips search: phone",
        root="club",
        gate=within,
    ),
    Command("mirror", "See what others can see of you", membership.mirror, example="mirror", root="club"),
    Command(
        "busy",
        "Busy days: waits are longer for all",
        facilitator.busy,
        (
            Arg("from", "From which day?", Takes.DAY, required=True, hint="20 dec"),
            Arg("until", "Until which day?", Takes.DAY, required=True, hint="5 jan"),
            Arg("reason", "What is the reason?", hint="it is shown to all"),
        ),
        example="busy from: 20 dec until: 5 jan reason: holidays",
        root="club",
        gate=led_club,
    ),
    Command("pulse", "See how the club is doing", facilitator.pulse, example="pulse", root="club", gate=led_club),
    Command(
        "facilitator",
        "Hand over the facilitator's role",
        facilitator.facilitator,
        (
            Arg("member", "To whom?", Takes.PERSON, required=True),
            Arg("until", "Until which day?", Takes.DAY, hint="leave it empty for good"),
            *unseen("sure"),
        ),
        example="facilitator member: @lee until: 5 jan",
        root="club",
        gate=led_club,
    ),
    # Buttons only, from here on.
    Command("club", "My club", membership.overview, hidden=True, root="club"),
    Command("clubwho", "Who can read this?", membership.who, unseen("resume"), hidden=True, root="club"),
    Command("talk", "A word with the facilitator", membership.talk, unseen("sure"), hidden=True, root="club"),
    Command("introduce", "Post the introduction", facilitator.introduce, hidden=True, root="club"),
    Command("unbusy", "Take busy days back", facilitator.unbusy, unseen("season"), hidden=True, root="club"),
    Command("skipweek", "Skip a week", facilitator.skip_week, unseen("day", "how"), hidden=True, root="club"),
    Command("endclub", "End the club", facilitator.end, unseen("sure"), hidden=True, root="club"),
    Command("repost", "Post it again", facilitator.repost, unseen("kind", "about", "doubt"), hidden=True, root="club"),
    Command(
        "askpost", "Post the question", introductions.post, unseen("company", "about", "mark"), hidden=True, root="club"
    ),
    Command("myquestions", "My questions", introductions.mine, hidden=True, root="club"),
    Command("seasons", "Busy days", facilitator.seasons, hidden=True, root="club"),
    Command("withdraw", "Take a question back", introductions.withdraw, unseen("ask"), hidden=True, root="club"),
    Command(
        "mayknow",
        "I may know someone",
        introductions.may_know,
        (
            *unseen("ask", "change", "sure"),
            Arg("share", "What may I tell the member who asks?", Takes.LONG, limit=TOLD, hint="no names yet"),
            Arg("how", "How would you go about it?", Takes.CHOICE, choices=introductions.HOWS),
        ),
        hidden=True,
        root="club",
    ),
    Command("theysaid", "What they said", introductions.they_said, unseen("ask", "yes"), hidden=True, root="club"),
    Command("acceptintro", "Meet them", introductions.accept, unseen("ask", "offer", "yes"), hidden=True, root="club"),
    Command("winpost", "Share it", wins_and_tips.post_win, unseen("text", "named", "mark"), hidden=True, root="club"),
    Command(
        "tip",
        "Share what worked for you",
        wins_and_tips.tip,
        (Arg("text", "What worked for you?", Takes.LONG, limit=TOLD), *unseen("change")),
        hidden=True,
        root="club",
        gate=joined_club,
    ),
    Command(
        "tippost",
        "Keep it with the tips",
        wins_and_tips.post_tip,
        unseen("text", "named", "mark"),
        hidden=True,
        root="club",
    ),
    Command("tipdown", "Take a tip down", wins_and_tips.take_down, unseen("tip"), hidden=True, root="club"),
    Command(
        "findtips",
        "Look for a tip",
        wins_and_tips.tips,
        (Arg("search", "Which word shall be in it?", required=True),),
        hidden=True,
        root="club",
        gate=within,
    ),
)
