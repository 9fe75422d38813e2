"""What members of a club say: words that are theirs alone, and words that they share."""

from __future__ import annotations

import re
from random import Random

from bot.commands import Argument, ArgumentKind
from bot.text.contact_names import fold_text
from tests.clubs import GATHERING_CHANNEL_ID
from tests.faults.argument_values import TIME_VALUES

FIELD_CODES = {
    field: "".join(field[at] for at in (0, -1))
    for field in ("first", "last", "other", "company", "role", "via", "email", "note", "news", "draft")
}
CLUB_MEMBER_NAMES = ("Ann", "Ben", "Cleo", "Dov", "Eve", "Fay", "Gus", "Hal", "Ida")
_OWN_WORD = re.compile(rf"q({'|'.join(CLUB_MEMBER_NAMES)})([a-z]{{2}})z", re.IGNORECASE)
_SHARED_WORD = re.compile(rf"w({'|'.join(CLUB_MEMBER_NAMES)})\d+w", re.IGNORECASE)
PUBLIC_COMPANIES = ("Acme", "Globex", "Initech", "")
MEETING_WEEKDAYS = ("monday", "tuesday", "thursday", "saturday")
QUESTION_FRAMES = (
    "how they plan, {}",
    "a day of a nurse {}",
    "Monday Morning at {}",
    "I would like to meet John Smith {}",
)
NEWS_FRAMES = ("{} a kind talk", "patience helped, {}", "I have an interview {}", "{}")
# How somebody may be named: whole, in part, loudly, with accents or without, of somebody's, beside other signs.
NAME_FORMS = (
    *("{first} {last}", "{first}", "{last}", "{first}-{last}", "“{first}”", "{first}'s", "{last}’s", "*{first}*"),
    *("{FIRST}", "{FIRST} {LAST}", "the {last}s", "{first}'d", "@{first}", "_{last}_", "{accented}", "{plain}’ll"),
)  # fmt: skip


def own_word(name: str, field: str) -> str:
    """A word of a member's that nobody says by accident: one for each field."""
    return f"Q{name.lower()}{FIELD_CODES[field]}z"


def contact_first_name(name: str) -> str:
    """Half of all contacts are written with an accent."""
    word = own_word(name, "first")
    return word.replace(name[0].lower(), {"a": "á", "c": "ç", "e": "é"}.get(name[0].lower(), name[0].lower()))


def contact_full_name(name: str) -> str:
    return f"{contact_first_name(name)} {own_word(name, 'last')}"


def owners_of_words(text: str) -> set[tuple[str, str]]:
    """Whose own words stand in a text, and of which field, in whatever form."""
    return {(found[1].capitalize(), found[2]) for found in _OWN_WORD.finditer(fold_text(text))}


def authors_of_words(text: str) -> set[str]:
    """Whose shared words stand in a text."""
    return {found[1].capitalize() for found in _SHARED_WORD.finditer(fold_text(text))}


def name_in_some_form(chance: Random, name: str) -> str:
    """The member's contact, in one of all forms."""
    first, last, plain = contact_first_name(name), own_word(name, "last"), own_word(name, "first")
    accented = last.replace("l", "ĺ").replace("n", "ñ")
    said = {"first": first, "last": last, "FIRST": first.upper(), "LAST": last.upper()}
    return chance.choice(NAME_FORMS).format(**said, plain=plain, accented=accented)


def text_for_others(chance: Random, name: str, number: int, *, frames: tuple[str, ...] = NEWS_FRAMES) -> str:
    """A text for others; in a third of all cases it names a contact."""
    token = f"w{name.lower()}{number}w"
    if chance.random() < 0.35:
        token = chance.choice(("{0} {1}", "{1} {0}", "{1}\n{0}")).format(token, name_in_some_form(chance, name))
    return chance.choice(frames).format(token)


def add_contact_line(name: str, field: str = "last") -> str:
    """A contact with something of their member's in every field."""
    whom = contact_full_name(name) if field == "last" else own_word(name, field)
    own_words = {one: own_word(name, one) for one in ("company", "role", "via", "note")}
    facts = " ".join(f'{key}: "{value}"' for key, value in own_words.items())
    return f'add "{whom}" channel: email email: {own_word(name, "email")}@example.org phone: +49 30 1234567 {facts}'


def private_line(chance: Random, name: str) -> str:
    """Something private, with a word of theirs in it."""
    whom, note = f'"{contact_full_name(name)}"', own_word(name, "note")
    said = (
        f"log {whom} channel: {chance.choice(('email', 'voicemail', 'phone', 'in person'))} note: {note}",
        f"log {whom} channel: email when: yesterday note: {note}",
        f"reply {whom} kind: {chance.choice(('answer', 'referral', 'no'))} note: {note}",
        f"reply {whom} kind: answer",
        f"reply {whom} kind: away until: in 3 days note: {note}",
        f"edit {whom} note: {note} role: {own_word(name, 'role')}",
        f"edit {whom} busy: {chance.choice(('tomorrow to friday', 'none'))}",
        f"plan {whom} when: tomorrow 15:00",
        f"snooze {whom} until: friday",
        f"words {whom} channel: email",
        *(f"{one} {whom}" for one in ("show", "why", "others", "rest")),
        f"close {whom} outcome: met",
        *("board", "undo", "landed", "settings hour: after work", "pause until: friday", "pause until: now", "help"),
        f"ad {whom}",
        f"log {own_word(name, 'draft')} channel: email note: {note}",
        add_contact_line(name, "other"),
        f"forget {own_word(name, 'other')} sure: yes",
    )
    return chance.choice(said)


def club_line(chance: Random, name: str, number: int) -> str:
    """Something said to the club; much of it is refused to most."""
    company = chance.choice((*PUBLIC_COMPANIES, name_in_some_form(chance, name) if chance.random() < 0.3 else "Acme"))
    about, news = text_for_others(chance, name, number, frames=QUESTION_FRAMES), text_for_others(chance, name, number)
    said = (
        *(f'/club ask company: "{company}" about: {about}',) * 4,
        *(f"/club win {news}",) * 4,
        *("/club join",) * 3,
        *("/club", "/club mirror", "/club tips", "/club tips search: patience", "/club pulse", "/club leave"),
    )
    return chance.choice(said)


def facilitator_line(chance: Random) -> str:
    """What only whoever leads may do; anybody tries."""
    day, hour = chance.choice(MEETING_WEEKDAYS), chance.choice(("09:00", "18:00"))
    said = (
        *(f"/club setup channel: <#{GATHERING_CHANNEL_ID}> day: {day} hour: {hour} zone: Europe/Berlin",) * 2,
        *("/club setup", "/club pulse", "/club pulse", "/club busy from: tomorrow until: in 5 days reason: fair"),
        f"/club facilitator member: <@U{chance.choice(CLUB_MEMBER_NAMES).upper()}> "
        f"until: in {chance.randint(1, 9)} days",
        *("/club facilitator member: <@UANN>",) * 2,
    )
    return chance.choice(said)


HIDDEN_BUTTON_LINES = (
    *("talk", "clubwho", "skipweek", "skipweek how: post", "introduce", "unbusy", "tip", "endclub", "win"),
    *("repost kind: digest about: 2026-12-01", "findtips search: kind", "menu", "who", "club", "askclub"),
)  # fmt: skip


def form_value(chance: Random, name: str, command: str, arg: Argument, number: int) -> str:
    """A value for a question of a form. What goes to the club is never a private company."""
    if arg.kind is ArgumentKind.CONTACT:
        return contact_full_name(name)
    if command in ("add", "forget") and arg.name == "contact":
        return own_word(name, "other")
    if arg.kind is ArgumentKind.PLATFORM_CHANNEL:
        return f"<#{GATHERING_CHANNEL_ID}>"
    if arg.kind is ArgumentKind.PLATFORM_USER:
        return f"<@U{chance.choice(CLUB_MEMBER_NAMES).upper()}>"
    if command == "ask" and arg.name == "company":
        return chance.choice(PUBLIC_COMPANIES)
    if (
        command in ("ask", "win", "tip", "mayknow", "busy")
        and arg.kind in (ArgumentKind.LONG_TEXT, ArgumentKind.TEXT)
        and arg.name != "reason"
    ):
        return text_for_others(chance, name, number) if arg.name in ("about", "text", "share") else "tomorrow"
    if arg.choices:
        return chance.choice(arg.choices)
    plain = {
        "zone": "Berlin",
        "hour": "18:00",
        "search": "kind",
        "name": contact_full_name(name),
        "country": "DE",
        "reason": "fair",
    }
    if arg.name in plain and not (command == "news" and arg.name == "reason"):
        return plain[arg.name]
    if arg.kind in (ArgumentKind.PAST_TIME, ArgumentKind.FUTURE_TIME, ArgumentKind.FUTURE_DAY, ArgumentKind.DATE_RANGE):
        return chance.choice(TIME_VALUES)
    return own_word(name, {"company": "company", "role": "role", "via": "via", "reason": "news"}.get(arg.name, "note"))
