"""The rows of `/outreach`: what a member does with their own board."""

from __future__ import annotations

from bot.commands.row import Arg, Command, Takes, unseen, values
from bot.domain.model import Channel, Ending, Hour, Lead, Pace
from bot.handlers import advice, attempts, contacts, drafts, member, plans, replies
from bot.handlers.club import introductions, wins_and_tips
from bot.text.sanitize import EMAIL, NAME, NOTE, PHONE

WHOM = Arg("contact", "Who?", Takes.CONTACT, required=True)
WHOM_IF_ANY = Arg("contact", "Who?", Takes.CONTACT)
NEW = Arg("contact", "What is their name?", required=True, limit=NAME, hint="a nickname is enough")
CHANNEL = Arg("channel", "How did you reach out?", Takes.CHOICE, required=True, choices=values(Channel))
CHANNEL_OR_NONE = Arg(
    "channel",
    "Did you reach out already, and how?",
    Takes.CHOICE,
    choices=values(Channel, "none"),
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
    Arg("lead", "How did you hear of an opening?", Takes.CHOICE, choices=values(Lead)),
    Arg("email", "Their e-mail address?", limit=EMAIL),
    Arg("phone", "Their phone number?", limit=PHONE),
    NOTE_,
)
ABOUT = (WHOM, *unseen("mark"))
CALL = (*ABOUT, *unseen("plan"))

ROWS: tuple[Command, ...] = (
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
        (NEW, CHANNEL_OR_NONE, WHEN, *FACTS, *unseen("twin")),
        form=("contact", "channel", "when", "company", "via"),
        example="add Dana Smith channel: email company: Acme via: Sam",
        core=True,
    ),
    Command(
        "log",
        "Note that you reached out",
        attempts.log,
        (WHOM, CHANNEL, WHEN, NOTE_, *unseen("mark", "anyway", "courtesy")),
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
            *unseen("mark"),
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
            Arg("channel", "For which channel?", Takes.CHOICE, choices=values(Channel)),
            *unseen("slot", "other"),
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
            *unseen("shown"),
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
        (WHOM, UNTIL_IF_ANY, *unseen("mark")),
        example="rest Dana",
    ),
    Command(
        "close",
        "Close a contact",
        contacts.close,
        (WHOM, Arg("outcome", "How did it end?", Takes.CHOICE, required=True, choices=values(Ending))),
        example="close Dana outcome: met",
    ),
    Command("undo", "Take back your last change", member.undo, unseen("of"), example="undo"),
    Command("landed", "You found a place", member.landed, example="landed"),
    Command(
        "settings",
        "Your time zone, hours and limits",
        member.settings,
        (
            Arg("zone", "Which city's time do you live by?", hint="Berlin, New York, Asia/Kolkata"),
            Arg("country", "Which country's public holidays?", hint="two letters: US, DE, IN"),
            Arg("hour", "When may I write to you?", Takes.CHOICE, choices=values(Hour)),
            Arg("basket", "How often may the weekly message come?", Takes.CHOICE, choices=values(Pace)),
            Arg("patience", "Shall I send reminders to be patient?", Takes.FLAG),
            Arg("checkin", "May I ask how you are?", Takes.FLAG),
            Arg("names", "May notifications show names?", Takes.FLAG),
            Arg("written", "E-mails while it's quiet, 0 or 1?", Takes.NUMBER),
            Arg("calls", "Calls while it's quiet, 0 or 1?", Takes.NUMBER),
            *unseen("section"),
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
            *unseen("sure", "mark"),
        ),
        example="forget Dana",
    ),
    # Buttons only, from here on.
    Command("menu", "More", member.menu, (Arg("page", "Which page?", Takes.NUMBER),), hidden=True),
    Command("who", "Who can read this?", member.who, hidden=True),
    Command("more", "More about a contact", contacts.more, (WHOM,), hidden=True),
    Command(
        "resume",
        "Go on",
        drafts.resume,
        unseen("new", "twin", "contact", "via", "when", "until", "by", "busy"),
        hidden=True,
    ),
    Command(
        "news",
        "There is real news",
        attempts.news,
        (*ABOUT, REASON, *unseen("channel", "when", "note")),
        form=("reason",),
        hidden=True,
    ),
    Command("rathernot", "I'd rather not", attempts.rather_not, (*ABOUT, *unseen("slot")), hidden=True),
    Command(
        "turn",
        "Who moves next?",
        replies.turn,
        (
            *ABOUT,
            *unseen("who"),
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
    Command("thank", "Thank the introducer", advice.thank, (WHOM, *unseen("other")), hidden=True),
    Command("askintroducer", "Ask the introducer", advice.ask_introducer, (WHOM, *unseen("other")), hidden=True),
    Command("askedintroducer", "The introducer was asked", advice.asked_introducer, ABOUT, hidden=True),
    Command("checkin", "How am I?", advice.check_in, (WHOM,), hidden=True),
    Command("feel", "How I am", advice.feel, (WHOM, *unseen("how")), hidden=True),
    Command("share", "Words to share", wins_and_tips.share, (WHOM,), hidden=True),
    Command("askclub", "A question for the club", introductions.about_contact, (WHOM_IF_ANY,), hidden=True),
    Command("fewer", "Fewer of these", member.fewer, unseen("what"), hidden=True),
    Command("keep", "Keep going, later, or stop", member.keep, unseen("how"), hidden=True),
    Command("reopen", "It fell through", member.reopen, hidden=True),
)
