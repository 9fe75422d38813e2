"""The one table of commands. Parser, help, forms, Discord's tree, Slack's wiring and `docs/commands.md` come from it.

A command is one row here, one handler, one view. Hidden rows serve buttons: they are absent from help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.clean import EMAIL, NAME, NOTE, PHONE, SHORT, TOLD
from bot.desk import Desk
from bot.handlers import advice, attempts, contacts, drafts, member, plans, replies
from bot.handlers.args import Answer, Args
from bot.handlers.club import asking, being, leading, sharing
from bot.handlers.club.here import joined_club, led_club, within
from bot.model import Channel, Ending, Hour, Lead, Pace, Weekday

Handler = Callable[[Desk, Args], Answer]


class Takes(StrEnum):
    """What an argument holds; platforms choose their input by it."""

    CONTACT = "contact"  # one of the member's own
    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    PAST = "past"  # when something happened
    MOMENT = "moment"  # a date with an hour, to come
    DAY = "day"  # a day to come
    DAYS = "days"  # from a day to a day
    NUMBER = "number"
    FLAG = "flag"
    PERSON = "person"  # `<@id>`, with the platform's own id
    ROOM = "room"  # a channel: `<#id>`
    UNSEEN = "unseen"  # carried by buttons and drafts


@dataclass(frozen=True, slots=True)
class Arg:
    """`ask` is the question of a form; `limit` in characters of cleaned text."""

    name: str
    ask: str
    takes: Takes = Takes.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    limit: int = SHORT
    hint: str = ""


def open_to_all(_desk: Desk) -> None:
    """Nothing keeps anybody from it."""


DRAFT = Arg("draft", "draft", Takes.UNSEEN)
CLUB = Arg("club", "club", Takes.UNSEEN)  # which one, where the platform does not tell
CARRIED = {one.name: one for one in (DRAFT, CLUB)}
ROOTS = ("outreach", "club")


@dataclass(frozen=True, slots=True)
class Command:
    """`form`: the arguments that a form asks for when a required one is missing; `core`: one of the six to know.

    `root`: the slash command that it stands under. Names are unique over all roots, since buttons carry them alone.
    `gate` raises what keeps a person from it, before anything is asked of them.
    """

    name: str
    summary: str
    handler: Handler
    args: tuple[Arg, ...] = ()
    form: tuple[str, ...] = ()
    example: str = ""
    core: bool = False
    hidden: bool = False
    root: str = ROOTS[0]
    gate: Callable[[Desk], object] = open_to_all

    def arg(self, name: str) -> Arg | None:
        """Every command can carry a draft, the id of values that were typed before, and a club."""
        return CARRIED.get(name) or next((one for one in self.args if one.name == name), None)

    @property
    def asked(self) -> tuple[str, ...]:
        return self.form or tuple(one.name for one in self.args if one.takes is not Takes.UNSEEN)


def _unseen(*names: str) -> tuple[Arg, ...]:
    return tuple(Arg(name, name, Takes.UNSEEN) for name in names)


def _values(kind: Iterable[StrEnum], *more: str) -> tuple[str, ...]:
    return (*map(str, kind), *more)


WHOM = Arg("contact", "Who?", Takes.CONTACT, required=True)
WHOM_IF_ANY = Arg("contact", "Who?", Takes.CONTACT)
NEW = Arg("contact", "What is their name?", required=True, limit=NAME, hint="a nickname is enough")
CHANNEL = Arg("channel", "How did you reach out?", Takes.CHOICE, required=True, choices=_values(Channel))
CHANNEL_OR_NONE = Arg(
    "channel",
    "Did you reach out already, and how?",
    Takes.CHOICE,
    choices=_values(Channel, "none"),
    hint="none keeps them for later",
)
WHEN = Arg("when", "When was it?", Takes.PAST, hint="now, if you leave it empty")
UNTIL = Arg("until", "Until when?", Takes.DAY, required=True, hint="friday, in 2 weeks, 3 Jan")
UNTIL_IF_ANY = Arg("until", "Until when?", Takes.DAY, hint="friday, in 2 weeks, 3 Jan")
NOTE_ = Arg("note", "A note for yourself?", Takes.LONG, limit=NOTE)
PLAN_TIME = Arg("when", "When, with the hour?", Takes.MOMENT, required=True, hint="friday 15:00, 3 Dec 3pm")
MINUTES = Arg("minutes", "How many minutes?", Takes.NUMBER, hint="30, if you leave it empty")
REASON = Arg("reason", "What is the news, in your words?", Takes.LONG, required=True, limit=NOTE)
FACTS = (
    Arg("company", "Which company?"),
    Arg("role", "Which role?"),
    Arg("via", "Who introduced you?", limit=NAME),
    Arg("lead", "How did you hear of an opening?", Takes.CHOICE, choices=_values(Lead)),
    Arg("email", "Their e-mail address?", limit=EMAIL),
    Arg("phone", "Their phone number?", limit=PHONE),
    NOTE_,
)
ABOUT = (WHOM, *_unseen("mark"))
CALL = (*ABOUT, *_unseen("plan"))

COMMANDS: tuple[Command, ...] = (
    Command(
        "board",
        "See whose turn it is, with everybody",
        member.board,
        (Arg("page", "Which page?", Takes.NUMBER),),
        example="board",
        core=True,
    ),
    Command(
        "add",
        "Add someone, and how you reached out",
        contacts.add,
        (NEW, CHANNEL_OR_NONE, WHEN, *FACTS, *_unseen("twin")),
        form=("contact", "channel", "when", "company", "via"),
        example="add Dana Smith channel: email company: Acme via: Sam",
        core=True,
    ),
    Command(
        "log",
        "Note that you reached out",
        attempts.log,
        (WHOM, CHANNEL, WHEN, NOTE_, *_unseen("mark", "anyway", "courtesy")),
        form=("contact", "channel", "when", "note"),
        example="log Dana channel: email when: yesterday",
        core=True,
    ),
    Command(
        "reply",
        "Note that they got back to you",
        replies.reply,
        (
            WHOM,
            Arg("kind", "What was it?", Takes.CHOICE, choices=("answer", "referral", "away", "no")),
            Arg("until", "Away until when?", Takes.DAY, hint="their last day away: friday, 3 Jan"),
            WHEN,
            NOTE_,
            *_unseen("mark"),
        ),
        form=("contact", "kind", "until", "when", "note"),
        example="reply Dana kind: answer",
        core=True,
    ),
    Command(
        "plan",
        "Note a planned call or meeting",
        plans.plan,
        (WHOM, PLAN_TIME, MINUTES),
        example="plan Dana when: friday 15:00",
        core=True,
    ),
    Command(
        "pause",
        "Nothing from me until a day you choose",
        member.pause,
        (UNTIL,),
        example="pause until: in 2 weeks",
        core=True,
    ),
    Command("show", "See a contact's card", contacts.show, (WHOM,), example="show Dana"),
    Command("why", "Why aren't they calling me back?", advice.why, (WHOM,), example="why Dana"),
    Command(
        "words",
        "Get words to copy",
        advice.letter,
        (
            WHOM,
            Arg("channel", "For which channel?", Takes.CHOICE, choices=_values(Channel)),
            *_unseen("slot", "other"),
        ),
        form=("contact", "channel"),
        example="words Dana channel: email",
    ),
    Command("others", "See who else there is", advice.others, (WHOM_IF_ANY,), example="others Dana"),
    Command(
        "edit",
        "Change what you know of a contact",
        contacts.edit,
        (
            WHOM,
            Arg("name", "Their name?", limit=NAME),
            *FACTS,
            Arg("busy", "When are they busy?", Takes.DAYS, hint="20 dec to 5 jan; none clears"),
            Arg("matters", "Does this one matter a lot?", Takes.FLAG),
            *_unseen("shown"),
        ),
        form=("contact",),
        example="edit Dana busy: 20 dec to 5 jan",
    ),
    Command(
        "snooze",
        "Bring a contact up later",
        contacts.snooze,
        (WHOM, UNTIL),
        example="snooze Dana until: friday",
    ),
    Command(
        "rest",
        "Set a contact aside; nothing is lost",
        contacts.rest,
        (WHOM, UNTIL_IF_ANY, *_unseen("mark")),
        example="rest Dana",
    ),
    Command(
        "close",
        "Close a contact",
        contacts.close,
        (WHOM, Arg("outcome", "How did it end?", Takes.CHOICE, required=True, choices=_values(Ending))),
        example="close Dana outcome: met",
    ),
    Command("undo", "Take back your last change", member.undo, _unseen("of"), example="undo"),
    Command("landed", "You found a place", member.landed, example="landed"),
    Command(
        "settings",
        "Your time zone, hours and limits",
        member.settings,
        (
            Arg("zone", "Which city's time do you live by?", hint="Berlin, New York, Asia/Kolkata"),
            Arg("country", "Which country's public holidays?", hint="two letters: US, DE, IN"),
            Arg("hour", "When may I write to you?", Takes.CHOICE, choices=_values(Hour)),
            Arg("basket", "How often may the weekly message come?", Takes.CHOICE, choices=_values(Pace)),
            Arg("patience", "Shall I send reminders to be patient?", Takes.FLAG),
            Arg("checkin", "May I ask how you are?", Takes.FLAG),
            Arg("names", "May notifications show names?", Takes.FLAG),
            Arg("written", "E-mails while it's quiet, 0 or 1?", Takes.NUMBER),
            Arg("calls", "Calls while it's quiet, 0 or 1?", Takes.NUMBER),
            *_unseen("section"),
        ),
        example="settings zone: Berlin hour: noon",
    ),
    Command("help", "What I can do", member.help_, (Arg("topic", "About which command?"),), example="help add"),
    Command(
        "forget",
        "Erase a contact, or with “me” everything",
        contacts.forget,
        (
            Arg("contact", "Whom shall I erase?", required=True, limit=NAME, hint="“me” erases your whole book"),
            *_unseen("sure", "mark"),
        ),
        example="forget Dana",
    ),
    Command(
        "setup",
        "Set up your club's channel and meeting",
        leading.setup,
        (
            Arg("channel", "Which channel is the club's?", Takes.ROOM),
            Arg("day", "On which day do you meet?", Takes.CHOICE, choices=_values(Weekday)),
            Arg("hour", "At what hour?", hint="18:00, 6pm"),
            Arg("zone", "Which city's time does the club keep?", hint="Berlin, New York, Asia/Kolkata"),
            *_unseen("shown", "change"),
        ),
        example="setup channel: #club day: tuesday hour: 18:00 zone: Berlin",
        root="club",
    ),
    Command("join", "Be counted in, without your name", being.join, _unseen("resume"), example="join", root="club"),
    Command("leave", "Be out, from now on", being.leave, example="leave", root="club"),
    Command(
        "ask",
        "Ask whether somebody knows someone",
        asking.ask,
        (
            Arg("company", "At which company?", hint="leave it empty if it could be any"),
            Arg("about", "What would you like to talk about?", Takes.LONG, required=True, limit=TOLD),
            *_unseen("change"),
        ),
        example="ask company: Acme about: how their design team works",
        root="club",
        gate=joined_club,
    ),
    Command(
        "win",
        "Share good news, in your own words",
        sharing.win,
        (Arg("text", "What went well?", Takes.LONG, limit=TOLD), *_unseen("change")),
        example="win I had a kind talk today",
        root="club",
        gate=joined_club,
    ),
    Command(
        "tips",
        "See what worked for others",
        sharing.tips,
        (Arg("search", "Which word shall be in it?"),),
        example="tips search: phone",
        root="club",
        gate=within,
    ),
    Command("mirror", "See what others can see of you", being.mirror, example="mirror", root="club"),
    Command(
        "busy",
        "Busy days: waits are longer for all",
        leading.busy,
        (
            Arg("from", "From which day?", Takes.DAY, required=True, hint="20 dec"),
            Arg("until", "Until which day?", Takes.DAY, required=True, hint="5 jan"),
            Arg("reason", "What is the reason?", hint="it is shown to all"),
        ),
        example="busy from: 20 dec until: 5 jan reason: holidays",
        root="club",
        gate=led_club,
    ),
    Command("pulse", "See how the club is doing", leading.pulse, example="pulse", root="club", gate=led_club),
    Command(
        "facilitator",
        "Hand over the facilitator's role",
        leading.facilitator,
        (
            Arg("member", "To whom?", Takes.PERSON, required=True),
            Arg("until", "Until which day?", Takes.DAY, hint="leave it empty for good"),
        ),
        example="facilitator member: @lee until: 5 jan",
        root="club",
        gate=led_club,
    ),
    # Buttons only, from here on.
    Command("menu", "More", member.menu, (Arg("page", "Which page?", Takes.NUMBER),), hidden=True),
    Command("who", "Who can read this?", member.who, hidden=True),
    Command("more", "More about a contact", contacts.more, (WHOM,), hidden=True),
    Command(
        "resume",
        "Go on",
        drafts.resume,
        _unseen("new", "twin", "contact", "via", "when", "until", "by", "busy"),
        hidden=True,
    ),
    Command(
        "news",
        "There is real news",
        attempts.news,
        (*ABOUT, REASON, *_unseen("channel", "when", "note")),
        form=("reason",),
        hidden=True,
    ),
    Command("rathernot", "I'd rather not", attempts.rather_not, (*ABOUT, *_unseen("slot")), hidden=True),
    Command(
        "turn",
        "Who moves next?",
        replies.turn,
        (
            *ABOUT,
            *_unseen("who"),
            Arg("by", "By when did they say?", Takes.DAY, hint="leave it empty if they named no day"),
        ),
        form=("by",),
        hidden=True,
    ),
    Command("held", "The call happened", plans.held, CALL, hidden=True),
    Command("nocall", "The call did not happen", plans.no_call, CALL, hidden=True),
    Command("missedcall", "I missed the call", plans.missed_call, CALL, hidden=True),
    Command("moved", "The call has another time", plans.moved, (*CALL, PLAN_TIME), form=("when",), hidden=True),
    Command("wake", "Take up again", contacts.wake, ABOUT, hidden=True),
    Command("thank", "Thank the introducer", advice.thank, (WHOM, *_unseen("other")), hidden=True),
    Command("askintroducer", "Ask the introducer", advice.ask_introducer, (WHOM, *_unseen("other")), hidden=True),
    Command("askedintroducer", "The introducer was asked", advice.asked_introducer, ABOUT, hidden=True),
    Command("checkin", "How am I?", advice.check_in, (WHOM,), hidden=True),
    Command("feel", "How I am", advice.feel, (WHOM, *_unseen("how")), hidden=True),
    Command("share", "Words to share", sharing.share, (WHOM,), hidden=True),
    Command("askclub", "A question for the club", asking.about_contact, (WHOM_IF_ANY,), hidden=True),
    Command("fewer", "Fewer of these", member.fewer, _unseen("what"), hidden=True),
    Command("keep", "Keep going, later, or stop", member.keep, _unseen("how"), hidden=True),
    Command("reopen", "It fell through", member.reopen, hidden=True),
    Command("club", "My club", being.overview, hidden=True, root="club"),
    Command("clubwho", "Who can read this?", being.who, hidden=True, root="club"),
    Command("talk", "A word with the facilitator", being.talk, _unseen("sure"), hidden=True, root="club"),
    Command("introduce", "Post the introduction", leading.introduce, hidden=True, root="club"),
    Command("unbusy", "Take busy days back", leading.unbusy, _unseen("season"), hidden=True, root="club"),
    Command("skipweek", "Skip a week", leading.skip_week, _unseen("day", "how"), hidden=True, root="club"),
    Command("endclub", "End the club", leading.end, _unseen("sure"), hidden=True, root="club"),
    Command("repost", "Post it again", leading.repost, _unseen("kind", "about"), hidden=True, root="club"),
    Command("askpost", "Post the question", asking.post, _unseen("company", "about", "mark"), hidden=True, root="club"),
    Command("withdraw", "Take a question back", asking.withdraw, _unseen("ask"), hidden=True, root="club"),
    Command(
        "mayknow",
        "I may know someone",
        asking.may_know,
        (
            *_unseen("ask", "change", "sure"),
            Arg("share", "What may I tell the member who asks?", Takes.LONG, limit=TOLD, hint="no names yet"),
            Arg("how", "How would you go about it?", Takes.CHOICE, choices=asking.HOWS),
        ),
        hidden=True,
        root="club",
    ),
    Command("theysaid", "What they said", asking.they_said, _unseen("ask", "yes"), hidden=True, root="club"),
    Command("acceptintro", "Meet them", asking.accept, _unseen("ask", "offer", "yes"), hidden=True, root="club"),
    Command("winpost", "Share it", sharing.post_win, _unseen("text", "named", "mark"), hidden=True, root="club"),
    Command(
        "tip",
        "Share what worked for you",
        sharing.tip,
        (Arg("text", "What worked for you?", Takes.LONG, limit=TOLD), *_unseen("change")),
        hidden=True,
        root="club",
        gate=joined_club,
    ),
    Command(
        "tippost", "Keep it with the tips", sharing.post_tip, _unseen("text", "named", "mark"), hidden=True, root="club"
    ),
    Command("tipdown", "Take a tip down", sharing.take_down, _unseen("tip"), hidden=True, root="club"),
    Command(
        "findtips",
        "Look for a tip",
        sharing.tips,
        (Arg("search", "Which word shall be in it?", required=True),),
        hidden=True,
        root="club",
        gate=within,
    ),
)

BY_NAME = {command.name: command for command in COMMANDS}
