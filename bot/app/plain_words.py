"""What is understood of plain words: a contact that is mentioned, a new name, or a command that was meant. Pure."""

from __future__ import annotations

from bot.app.decision import Decision
from bot.commands import ArgumentKind
from bot.commands.parser import Invocation
from bot.domain.errors import UserError
from bot.domain.messages import Card
from bot.handlers.args import Args
from bot.rules.context import BookContext
from bot.text import contact_names
from bot.text.sanitize import sanitize_line
from bot.views import contact, input_errors

MAX_NAME_WORDS = 3
GREETING_WORDS = frozenset(
    ("hi", "hello", "hey", "thanks", "thank", "yes", "no", "ok", "okay", "stop", "please", "good", "dear")
)
SETTINGS_WORDS = frozenset(("stop", "quiet", "enough", "unsubscribe", "silence", "zone", "timezone", "clock"))
MAX_PLAIN_TEXT_CHARS = 300  # of a text that is searched for the names of contacts


def unmatched_text_card(context: BookContext, text: str) -> Card:
    settings_words = SETTINGS_WORDS.intersection(contact_names.split_words(text[:MAX_PLAIN_TEXT_CHARS]))
    return (
        input_errors.offer_quiet_card()
        if settings_words
        else input_errors.text_not_understood_card(context, guess_new_contact_name(text))
    )


def guess_new_contact_name(text: str) -> str:
    """The text, if it may be the name of a new contact: few words, each capitalised, and no greeting. Else empty.

    Never with a double quote: a button would carry each of them twice, and no name has one.
    """
    words = sanitize_line(text[:MAX_PLAIN_TEXT_CHARS]).rstrip(".!?").split()
    is_name = 0 < len(words) <= MAX_NAME_WORDS and all(word[0].isupper() and not word.isupper() for word in words)
    return " ".join(words) if is_name and '"' not in text and words[0].casefold() not in GREETING_WORDS else ""


def is_command_intended(context: BookContext, invocation: Invocation) -> bool:
    """Whether the first word was meant as a command: the contact that it takes, if any, is one of the member's."""
    argument = invocation.command.find_argument("contact")
    if argument is None or argument.kind is not ArgumentKind.CONTACT or not invocation.values.get("contact"):
        return True
    try:
        Args(context, invocation.values).contact()
    except UserError:
        return False
    return True


def decide_mentioned_contact(context: BookContext, text: str) -> Decision | None:
    """The card of the contact that the text mentions, or the question which of several. None without any."""
    matches = contact_names.find_mentioned_contacts(text[:MAX_PLAIN_TEXT_CHARS], context.book.contacts)
    if not matches:
        return None
    return Decision(
        contact.contact_card(context, matches[0]) if len(matches) == 1 else input_errors.which_contact_card(matches)
    )
