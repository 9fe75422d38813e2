"""Templates of messages to contacts, for the member to copy. The bot never sends them.

They open with care for the person, speak of the connection rather than of a favour, and leave an easy way out.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.model import CallOutcome, CallResult, Contact, Slot
from bot.rules import ContactStatus, Stage
from bot.text.i18n import _


class MessageTemplate(StrEnum):
    FIRST_HELLO = "first"
    INTRODUCED_HELLO = "introduced"  # a first hello that names the introducer
    EMAIL_NEVER_ANSWERED = "again"  # to a contact who has not answered yet
    CALL_NEVER_ANSWERED = "first call"
    EMAIL_AFTER_EXCHANGE = "written"
    CALL_AFTER_EXCHANGE = "phone"
    RESCHEDULE = "reschedule"
    MISSED_CALL_APOLOGY = "apology"
    CONTINUE_EXCHANGE = "answer"
    THANK_INTRODUCER = "thanks"
    ASK_INTRODUCER = "introducer"


CALL_TEMPLATES = (MessageTemplate.CALL_AFTER_EXCHANGE, MessageTemplate.CALL_NEVER_ANSWERED)


def choose_template(contact: Contact, status: ContactStatus, slot: Slot | None = None) -> MessageTemplate:
    """The template that fits the contact's status. `slot`: given if the member asked for words of that kind."""
    outcomes = [entry for entry in contact.entries if isinstance(entry, CallOutcome)]
    if status.thread.episode and status.thread.episode.follows_unheld_call:
        return MessageTemplate.RESCHEDULE
    if status.stage is Stage.YOUR_TURN and outcomes and outcomes[-1].result is CallResult.MISSED:
        return MessageTemplate.MISSED_CALL_APOLOGY
    if status.stage is Stage.TO_CONTACT:
        return MessageTemplate.FIRST_HELLO
    if status.stage in (Stage.YOUR_TURN, Stage.IN_TOUCH, Stage.CALL_PLANNED):
        return MessageTemplate.CONTINUE_EXCHANGE
    wanted = slot or (status.free_slots[0] if status.free_slots else Slot.WRITTEN)
    if wanted is Slot.PHONE:
        return (
            MessageTemplate.CALL_AFTER_EXCHANGE if status.thread.has_answered else MessageTemplate.CALL_NEVER_ANSWERED
        )
    return MessageTemplate.EMAIL_AFTER_EXCHANGE if status.thread.has_answered else MessageTemplate.EMAIL_NEVER_ANSWERED


def render_template(template: MessageTemplate, name: str, version: int = 0, about_name: str = "") -> str:
    """The text. `version` picks one of several, modulo their number. `about_name`: the other person in it."""
    versions = _template_texts()[template]
    return versions[version % len(versions)].format(
        name=_template_first_name(name), about=_template_first_name(about_name) if about_name else ""
    )


def _template_first_name(name: str) -> str:
    return name.split()[0]


def _template_texts() -> dict[MessageTemplate, tuple[str, ...]]:
    return {
        MessageTemplate.FIRST_HELLO: (
            _(
                "Hi {name}, I hope your week is a good one.\n"
                "Your path interests me, and I'd be glad to hear how you came to it.\n"
                "If this is a busy time, no need to reply."
            ),
            _(
                "Hi {name}, I hope you're well.\n"
                "I'd enjoy hearing what your work is like these days.\n"
                "Whenever it suits you, and only if it does."
            ),
        ),
        MessageTemplate.INTRODUCED_HELLO: (
            _(
                "Hi {name}, I hope your week is a good one.\n"
                "{about} suggested that I write to you; I'd be glad to hear how you came to your work.\n"
                "If this is a busy time, no need to reply."
            ),
            _(
                "Hi {name}, I hope you're well.\n"
                "{about} told me of you, and I'd enjoy hearing what your work is like.\n"
                "Whenever it suits you, and only if it does."
            ),
        ),
        MessageTemplate.EMAIL_NEVER_ANSWERED: (
            _(
                "Hi {name}, I hope all is well with you.\n"
                "I reached out a while ago and would still be glad to hear how you came to your work.\n"
                "If this is a busy time, no need to reply."
            ),
            _(
                "Hi {name}, I hope things are calm on your side.\n"
                "I'd still enjoy hearing about your path, on any day that suits you.\n"
                "No hurry at all."
            ),
        ),
        MessageTemplate.CALL_NEVER_ANSWERED: (
            _(
                "Hello {name}, I hope you're all right.\n"
                "I only wanted to say that I'd be glad to hear how you came to your work.\n"
                "No need to call back if this is a busy time."
            ),
            _(
                "Hello {name}, I hope your day is going well.\n"
                "I'd enjoy a few words about your path, one day when it's easy for you.\n"
                "Whenever it suits you."
            ),
        ),
        MessageTemplate.EMAIL_AFTER_EXCHANGE: (
            _(
                "Hi {name}, I hope all is well with you.\n"
                "I enjoyed our exchange and would be glad to stay in touch.\n"
                "If this is a busy time, no need to reply."
            ),
            _(
                "Hi {name}, I hope things are calm on your side.\n"
                "Our exchange has stayed with me, and I'd be happy to hear from you one day.\n"
                "No hurry at all."
            ),
        ),
        MessageTemplate.CALL_AFTER_EXCHANGE: (
            _(
                "Hello {name}, I hope you're all right.\n"
                "I only wanted to say that I enjoyed our exchange and would be glad to stay in touch.\n"
                "No need to call back if this is a busy time."
            ),
            _(
                "Hello {name}, I hope your day is going well.\n"
                "It was good to be in touch with you; I'd be glad to talk again one day.\n"
                "Whenever it suits you."
            ),
        ),
        MessageTemplate.RESCHEDULE: (
            _(
                "Hi {name}, I hope you're all right.\n"
                "I enjoyed our exchange and would be glad to talk another day.\n"
                "If this is a busy time, no need to reply."
            ),
            _(
                "Hi {name}, I hope your day wasn't too full.\n"
                "I'd still like to talk, on any day that is easier for you.\n"
                "And if now isn't the time, that's fine too."
            ),
        ),
        MessageTemplate.MISSED_CALL_APOLOGY: (
            _(
                "Hi {name}, I hope you're well, and I'm sorry that I missed our call.\n"
                "I was looking forward to it and would be glad to talk another day.\n"
                "If that no longer suits you, I understand."
            ),
            _(
                "Hi {name}, I hope I didn't upset your day: I missed our call, and I'm sorry.\n"
                "I'd still love to talk when it suits you.\n"
                "And if not, thank you for having made the time."
            ),
        ),
        MessageTemplate.CONTINUE_EXCHANGE: (
            _(
                "Hi {name}, I hope you're well.\n"
                "It was good to hear from you, and I'd like to go on with our exchange.\n"
                "Whenever it suits you."
            ),
            _(
                "Hi {name}, how good to hear from you.\n"
                "I've thought about what you said, and I'd be glad to talk about it.\n"
                "In your own time."
            ),
        ),
        MessageTemplate.THANK_INTRODUCER: (
            _(
                "Hi {name}, I hope you're well.\n"
                "Thank you for introducing me to {about}; it meant a lot to me.\n"
                "No need to reply."
            ),
            _(
                "Hi {name}, I hope your week is a kind one.\n"
                "I'm still glad of the door you opened to {about}. Thank you.\n"
                "Just that; no need to reply."
            ),
        ),
        MessageTemplate.ASK_INTRODUCER: (
            _(
                "Hi {name}, I hope you're well.\n"
                "I haven't heard from {about} for a while and hope that all is well there.\n"
                "No need to do anything; I only wanted to ask you."
            ),
            _(
                "Hi {name}, I hope all is good with you.\n"
                "Is {about} all right, as far as you know? It's been quiet, and I don't want to press.\n"
                "If you don't know, that's fine."
            ),
        ),
    }
