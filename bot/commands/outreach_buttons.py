"""The hidden commands of `/outreach`, which only buttons use."""

from __future__ import annotations

from bot.commands.outreach import CONTACT_ARG, OPTIONAL_CONTACT_ARG, PLAN_TIME_ARG
from bot.commands.row import Argument, ArgumentKind, Command, hidden_arguments
from bot.handlers import advice, attempts, contacts, drafts, member, plans, replies
from bot.handlers.club import introductions, wins_and_tips
from bot.text.sanitize import MAX_NOTE_CHARS

NEWS_ARG = Argument(
    "reason", "What is the news, in your words?", ArgumentKind.LONG_TEXT, required=True, max_chars=MAX_NOTE_CHARS
)
CONTACT_BUTTON_ARGS = (CONTACT_ARG, *hidden_arguments("mark"))
CALL_BUTTON_ARGS = (*CONTACT_BUTTON_ARGS, *hidden_arguments("plan"))

OUTREACH_BUTTON_COMMANDS: tuple[Command, ...] = (
    Command(
        "menu", "More", member.show_board_menu, (Argument("page", "Which page?", ArgumentKind.NUMBER),), is_hidden=True
    ),
    Command("who", "Who can read this?", member.show_book_readers, is_hidden=True),
    Command("more", "More about a contact", contacts.show_contact_menu, (CONTACT_ARG,), is_hidden=True),
    Command(
        "resume",
        "Go on",
        drafts.resume_draft,
        hidden_arguments("new", "twin", "contact", "via", "when", "until", "by", "busy"),
        is_hidden=True,
    ),
    Command(
        "news",
        "There is real news",
        attempts.log_attempt_with_news,
        (*CONTACT_BUTTON_ARGS, NEWS_ARG, *hidden_arguments("channel", "when", "note")),
        form=("reason",),
        is_hidden=True,
    ),
    Command(
        "rathernot",
        "I'd rather not",
        attempts.decline_follow_up,
        (*CONTACT_BUTTON_ARGS, *hidden_arguments("slot")),
        is_hidden=True,
    ),
    Command(
        "turn",
        "Who moves next?",
        replies.set_next_move,
        (
            *CONTACT_BUTTON_ARGS,
            *hidden_arguments("who"),
            Argument(
                "by", "By when did they say?", ArgumentKind.FUTURE_DAY, hint="leave it empty if they named no day"
            ),
        ),
        form=("by",),
        is_hidden=True,
    ),
    Command("held", "The call happened", plans.log_call_held, CALL_BUTTON_ARGS, is_hidden=True),
    Command("nocall", "The call did not happen", plans.log_no_call, CALL_BUTTON_ARGS, is_hidden=True),
    Command("missedcall", "I missed the call", plans.log_missed_call, CALL_BUTTON_ARGS, is_hidden=True),
    Command(
        "moved",
        "The call has another time",
        plans.move_planned_call,
        (*CALL_BUTTON_ARGS, PLAN_TIME_ARG),
        form=("when",),
        is_hidden=True,
    ),
    Command("wake", "Take up again", contacts.resume_contact, CONTACT_BUTTON_ARGS, is_hidden=True),
    Command(
        "thank",
        "Thank the introducer",
        advice.suggest_thanks_to_introducer,
        (CONTACT_ARG, *hidden_arguments("other")),
        is_hidden=True,
    ),
    Command(
        "askintroducer",
        "Ask the introducer",
        advice.suggest_question_to_introducer,
        (CONTACT_ARG, *hidden_arguments("other")),
        is_hidden=True,
    ),
    Command(
        "askedintroducer", "The introducer was asked", advice.note_introducer_asked, CONTACT_BUTTON_ARGS, is_hidden=True
    ),
    Command("checkin", "How am I?", advice.ask_feelings, (CONTACT_ARG,), is_hidden=True),
    Command("feel", "How I am", advice.acknowledge_feelings, (CONTACT_ARG, *hidden_arguments("how")), is_hidden=True),
    Command("share", "Words to share", wins_and_tips.suggest_win, (CONTACT_ARG,), is_hidden=True),
    Command(
        "askclub", "A question for the club", introductions.ask_about_contact, (OPTIONAL_CONTACT_ARG,), is_hidden=True
    ),
    Command("fewer", "Fewer of these", member.reduce_messages, hidden_arguments("what"), is_hidden=True),
    Command(
        "keep", "Keep going, later, or stop", member.answer_goodbye_reminder, hidden_arguments("how"), is_hidden=True
    ),
    Command("reopen", "It fell through", member.reopen_after_landing, is_hidden=True),
)
