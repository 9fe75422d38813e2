"""The commands of `/outreach`: what a member does with their own book."""

from __future__ import annotations

from bot.commands.row import CONFIRMATION_ARGS, Argument, ArgumentKind, Command, enum_choices, hidden_arguments
from bot.domain.model import Cadence, Channel, CloseReason, LeadSource, ReminderHour
from bot.handlers import advice, attempts, contacts, member, plans, replies
from bot.text.sanitize import MAX_EMAIL_CHARS, MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_PHONE_CHARS

CONTACT_ARG = Argument("contact", "Who?", ArgumentKind.CONTACT, required=True)
OPTIONAL_CONTACT_ARG = Argument("contact", "Who?", ArgumentKind.CONTACT)
NEW_CONTACT_ARG = Argument(
    "contact", "What is their name?", required=True, max_chars=MAX_NAME_CHARS, hint="a nickname is enough"
)
CHANNEL_ARG = Argument(
    "channel", "How did you reach out?", ArgumentKind.CHOICE, required=True, choices=enum_choices(Channel)
)
OPTIONAL_CHANNEL_ARG = Argument(
    "channel",
    "Did you reach out already, and how?",
    ArgumentKind.CHOICE,
    choices=enum_choices(Channel, "none"),
    hint="none keeps them for later",
)
PAST_TIME_ARG = Argument("when", "When was it?", ArgumentKind.PAST_TIME, hint="now, if you leave it empty")
UNTIL_ARG = Argument("until", "Until when?", ArgumentKind.FUTURE_DAY, required=True, hint="friday, in 2 weeks, 3 Jan")
OPTIONAL_UNTIL_ARG = Argument("until", "Until when?", ArgumentKind.FUTURE_DAY, hint="friday, in 2 weeks, 3 Jan")
NOTE_ARG = Argument("note", "A note for yourself?", ArgumentKind.LONG_TEXT, max_chars=MAX_NOTE_CHARS)
PLAN_TIME_ARG = Argument(
    "when", "When, with the hour?", ArgumentKind.FUTURE_TIME, required=True, hint="friday 15:00, 3 Dec 3pm"
)
MINUTES_ARG = Argument("minutes", "How many minutes?", ArgumentKind.NUMBER, hint="30, if you leave it empty")
CONTACT_DETAIL_ARGS = (
    Argument("company", "Which company?"),
    Argument("role", "Which role?"),
    Argument("via", "Who introduced you?", max_chars=MAX_NAME_CHARS),
    Argument("lead", "How did you hear of an opening?", ArgumentKind.CHOICE, choices=enum_choices(LeadSource)),
    Argument("email", "Their e-mail address?", max_chars=MAX_EMAIL_CHARS),
    Argument("phone", "Their phone number?", max_chars=MAX_PHONE_CHARS),
    NOTE_ARG,
)

OUTREACH_COMMANDS: tuple[Command, ...] = (
    Command(
        "board",
        "See whose turn it is, with everybody",
        member.show_board,
        (Argument("page", "Which page?", ArgumentKind.NUMBER),),
        example="board",
        is_essential=True,
    ),
    Command(
        "add",
        "Add someone, and how you reached out",
        contacts.add_contact,
        (NEW_CONTACT_ARG, OPTIONAL_CHANNEL_ARG, PAST_TIME_ARG, *CONTACT_DETAIL_ARGS, *hidden_arguments("twin")),
        form=("contact", "channel", "when", "company", "via"),
        example="add Dana Smith channel: email company: Acme via: Sam",
        is_essential=True,
    ),
    Command(
        "log",
        "Note that you reached out",
        attempts.log_attempt,
        (CONTACT_ARG, CHANNEL_ARG, PAST_TIME_ARG, NOTE_ARG, *hidden_arguments("mark", "anyway", "courtesy")),
        form=("contact", "channel", "when", "note"),
        example="log Dana channel: email when: yesterday",
        is_essential=True,
    ),
    Command(
        "reply",
        "Note that they got back to you",
        replies.log_reply,
        (
            CONTACT_ARG,
            Argument("kind", "What was it?", ArgumentKind.CHOICE, choices=("answer", "referral", "away", "no")),
            Argument("until", "Away until when?", ArgumentKind.FUTURE_DAY, hint="their last day away: friday, 3 Jan"),
            PAST_TIME_ARG,
            NOTE_ARG,
            *hidden_arguments("mark"),
        ),
        form=("contact", "kind", "until", "when", "note"),
        example="reply Dana kind: answer",
        is_essential=True,
    ),
    Command(
        "plan",
        "Note a planned call or meeting",
        plans.plan_call,
        (CONTACT_ARG, PLAN_TIME_ARG, MINUTES_ARG),
        example="plan Dana when: friday 15:00",
        is_essential=True,
    ),
    Command(
        "pause",
        "Nothing from me until a day you choose",
        member.pause_member,
        (UNTIL_ARG,),
        example="pause until: in 2 weeks",
        is_essential=True,
    ),
    Command("show", "See a contact's card", contacts.show_contact, (CONTACT_ARG,), example="show Dana"),
    Command("why", "Why aren't they calling me back?", advice.explain_silence, (CONTACT_ARG,), example="why Dana"),
    Command(
        "words",
        "Get words to copy",
        advice.suggest_words,
        (
            CONTACT_ARG,
            Argument("channel", "For which channel?", ArgumentKind.CHOICE, choices=enum_choices(Channel)),
            *hidden_arguments("slot", "other"),
        ),
        form=("contact", "channel"),
        example="words Dana channel: email",
    ),
    Command(
        "others", "See who else there is", advice.suggest_other_contacts, (OPTIONAL_CONTACT_ARG,), example="others Dana"
    ),
    Command(
        "edit",
        "Change what you know of a contact",
        contacts.edit_contact,
        (
            CONTACT_ARG,
            Argument("name", "Their name?", max_chars=MAX_NAME_CHARS),
            *CONTACT_DETAIL_ARGS,
            Argument("busy", "When are they busy?", ArgumentKind.DATE_RANGE, hint="20 dec to 5 jan; none clears"),
            Argument("matters", "Does this one matter a lot?", ArgumentKind.YES_NO),
            *hidden_arguments("shown"),
        ),
        form=("contact",),
        example="edit Dana busy: 20 dec to 5 jan",
    ),
    Command(
        "snooze",
        "Bring a contact up later",
        contacts.snooze_contact,
        (CONTACT_ARG, UNTIL_ARG),
        example="snooze Dana until: friday",
    ),
    Command(
        "rest",
        "Set a contact aside; nothing is lost",
        contacts.set_aside_contact,
        (CONTACT_ARG, OPTIONAL_UNTIL_ARG, *hidden_arguments("mark")),
        example="rest Dana",
    ),
    Command(
        "close",
        "Close a contact",
        contacts.close_contact,
        (
            CONTACT_ARG,
            Argument(
                "outcome", "How did it end?", ArgumentKind.CHOICE, required=True, choices=enum_choices(CloseReason)
            ),
        ),
        example="close Dana outcome: met",
    ),
    Command("undo", "Take back your last change", member.undo_last_change, hidden_arguments("of"), example="undo"),
    Command("landed", "You found a place", member.mark_landed, example="landed"),
    Command(
        "settings",
        "Your time zone, hours and limits",
        member.change_settings,
        (
            Argument("zone", "Which city's time do you live by?", hint="Berlin, New York, Asia/Kolkata"),
            Argument("country", "Which country's public holidays?", hint="two letters: US, DE, IN"),
            Argument("hour", "When may I write to you?", ArgumentKind.CHOICE, choices=enum_choices(ReminderHour)),
            Argument(
                "basket", "How often may the weekly message come?", ArgumentKind.CHOICE, choices=enum_choices(Cadence)
            ),
            Argument("patience", "Shall I send reminders to be patient?", ArgumentKind.YES_NO),
            Argument("checkin", "May I ask how you are?", ArgumentKind.YES_NO),
            Argument("names", "May notifications show names?", ArgumentKind.YES_NO),
            Argument("written", "E-mails while it's quiet, 0 or 1?", ArgumentKind.NUMBER),
            Argument("calls", "Calls while it's quiet, 0 or 1?", ArgumentKind.NUMBER),
            *hidden_arguments("section"),
        ),
        example="settings zone: Berlin hour: noon",
    ),
    Command(
        "help", "What I can do", member.show_help, (Argument("topic", "About which command?"),), example="help add"
    ),
    Command(
        "forget",
        "Erase a contact, or with “me” everything",
        contacts.forget_contact_or_book,
        (
            Argument(
                "contact",
                "Whom shall I erase?",
                required=True,
                max_chars=MAX_NAME_CHARS,
                hint="“me” erases your whole book",
            ),
            *CONFIRMATION_ARGS,
            *hidden_arguments("mark"),
        ),
        example="forget Dana",
    ),
)
