"""What members of a club say: words that are theirs alone, and words that they share."""

from __future__ import annotations

import re
from random import Random

from bot.commands import Argument, ArgumentKind
from bot.text.contact_names import fold_text
from tests.clubs import ROOM
from tests.faults.words import TIMES

FIELDS = {
    one: "".join(one[at] for at in (0, -1))
    for one in ("first", "last", "other", "company", "role", "via", "email", "note", "news", "draft")
}
NAMES = ("Ann", "Ben", "Cleo", "Dov", "Eve", "Fay", "Gus", "Hal", "Ida")
_OWN = re.compile(rf"q({'|'.join(NAMES)})([a-z]{{2}})z", re.IGNORECASE)
_SHARED = re.compile(rf"w({'|'.join(NAMES)})\d+w", re.IGNORECASE)
PUBLIC = ("Acme", "Globex", "Initech", "")
DAYS = ("monday", "tuesday", "thursday", "saturday")
ABOUTS = ("how they plan, {}", "a day of a nurse {}", "Monday Morning at {}", "I would like to meet John Smith {}")
NEWS = ("{} a kind talk", "patience helped, {}", "I have an interview {}", "{}")
# How somebody may be named: whole, in part, loudly, with accents or without, of somebody's, beside other signs.
FORMS = (
    *("{first} {last}", "{first}", "{last}", "{first}-{last}", "“{first}”", "{first}'s", "{last}’s", "*{first}*"),
    *("{FIRST}", "{FIRST} {LAST}", "the {last}s", "{first}'d", "@{first}", "_{last}_", "{accented}", "{plain}’ll"),
)  # fmt: skip


def own(name: str, field: str) -> str:
    """A word of a member's that nobody says by accident: one for each field."""
    return f"Q{name.lower()}{FIELDS[field]}z"


def first_name(name: str) -> str:
    """Half of all contacts are written with an accent."""
    word = own(name, "first")
    return word.replace(name[0].lower(), {"a": "á", "c": "ç", "e": "é"}.get(name[0].lower(), name[0].lower()))


def contact(name: str) -> str:
    return f"{first_name(name)} {own(name, 'last')}"


def owners(text: str) -> set[tuple[str, str]]:
    """Whose own words stand in a text, and of which field, in whatever form."""
    return {(found[1].capitalize(), found[2]) for found in _OWN.finditer(fold_text(text))}


def authors(text: str) -> set[str]:
    """Whose shared words stand in a text."""
    return {found[1].capitalize() for found in _SHARED.finditer(fold_text(text))}


def naming(chance: Random, name: str) -> str:
    """The member's contact, in one of all forms."""
    first, last, plain = first_name(name), own(name, "last"), own(name, "first")
    accented = last.replace("l", "ĺ").replace("n", "ñ")
    said = {"first": first, "last": last, "FIRST": first.upper(), "LAST": last.upper()}
    return chance.choice(FORMS).format(**said, plain=plain, accented=accented)


def shared(chance: Random, name: str, number: int, *, frames: tuple[str, ...] = NEWS) -> str:
    """A text for others; in a third of all cases it names a contact."""
    token = f"w{name.lower()}{number}w"
    if chance.random() < 0.35:
        token = chance.choice(("{0} {1}", "{1} {0}", "{1}\n{0}")).format(token, naming(chance, name))
    return chance.choice(frames).format(token)


def added(name: str, field: str = "last") -> str:
    """A contact with something of their member's in every field."""
    whom = contact(name) if field == "last" else own(name, field)
    own_words = {one: own(name, one) for one in ("company", "role", "via", "note")}
    facts = " ".join(f'{key}: "{value}"' for key, value in own_words.items())
    return f'add "{whom}" channel: email email: {own(name, "email")}@example.org phone: +49 30 1234567 {facts}'


def outreach(chance: Random, name: str) -> str:
    """Something private, with a word of theirs in it."""
    whom, note = f'"{contact(name)}"', own(name, "note")
    said = (
        f"log {whom} channel: {chance.choice(('email', 'voicemail', 'phone', 'in person'))} note: {note}",
        f"log {whom} channel: email when: yesterday note: {note}",
        f"reply {whom} kind: {chance.choice(('answer', 'referral', 'no'))} note: {note}",
        f"reply {whom} kind: answer",
        f"reply {whom} kind: away until: in 3 days note: {note}",
        f"edit {whom} note: {note} role: {own(name, 'role')}",
        f"edit {whom} busy: {chance.choice(('tomorrow to friday', 'none'))}",
        f"plan {whom} when: tomorrow 15:00",
        f"snooze {whom} until: friday",
        f"words {whom} channel: email",
        *(f"{one} {whom}" for one in ("show", "why", "others", "rest")),
        f"close {whom} outcome: met",
        *("board", "undo", "landed", "settings hour: after work", "pause until: friday", "pause until: now", "help"),
        f"ad {whom}",
        f"log {own(name, 'draft')} channel: email note: {note}",
        added(name, "other"),
        f"forget {own(name, 'other')} sure: yes",
    )
    return chance.choice(said)


def together(chance: Random, name: str, number: int) -> str:
    """Something said to the club; much of it is refused to most."""
    company = chance.choice((*PUBLIC, naming(chance, name) if chance.random() < 0.3 else "Acme"))
    about, news = shared(chance, name, number, frames=ABOUTS), shared(chance, name, number)
    said = (
        *(f'/club ask company: "{company}" about: {about}',) * 4,
        *(f"/club win {news}",) * 4,
        *("/club join",) * 3,
        *("/club", "/club mirror", "/club tips", "/club tips search: patience", "/club pulse", "/club leave"),
    )
    return chance.choice(said)


def leading(chance: Random) -> str:
    """What only whoever leads may do; anybody tries."""
    day, hour = chance.choice(DAYS), chance.choice(("09:00", "18:00"))
    said = (
        *(f"/club setup channel: <#{ROOM}> day: {day} hour: {hour} zone: Europe/Berlin",) * 2,
        *("/club setup", "/club pulse", "/club pulse", "/club busy from: tomorrow until: in 5 days reason: fair"),
        f"/club facilitator member: <@U{chance.choice(NAMES).upper()}> until: in {chance.randint(1, 9)} days",
        *("/club facilitator member: <@UANN>",) * 2,
    )
    return chance.choice(said)


HIDDEN = (
    *("talk sure: yes", "clubwho", "skipweek", "skipweek how: post", "introduce", "unbusy", "tip", "endclub", "win"),
    *("repost kind: digest about: 2026-12-01", "findtips search: kind", "menu", "who", "club", "askclub"),
)  # fmt: skip


def filled(chance: Random, name: str, command: str, arg: Argument, number: int) -> str:
    """A value for a question of a form. What goes to the club is never a private company."""
    if arg.kind is ArgumentKind.CONTACT:
        return contact(name)
    if command in ("add", "forget") and arg.name == "contact":
        return own(name, "other")
    if arg.kind is ArgumentKind.PLATFORM_CHANNEL:
        return f"<#{ROOM}>"
    if arg.kind is ArgumentKind.PLATFORM_USER:
        return f"<@U{chance.choice(NAMES).upper()}>"
    if command == "ask" and arg.name == "company":
        return chance.choice(PUBLIC)
    if (
        command in ("ask", "win", "tip", "mayknow", "busy")
        and arg.kind in (ArgumentKind.LONG_TEXT, ArgumentKind.TEXT)
        and arg.name != "reason"
    ):
        return shared(chance, name, number) if arg.name in ("about", "text", "share") else "tomorrow"
    if arg.choices:
        return chance.choice(arg.choices)
    plain = {
        "zone": "Berlin",
        "hour": "18:00",
        "search": "kind",
        "name": contact(name),
        "country": "DE",
        "reason": "fair",
    }
    if arg.name in plain and not (command == "news" and arg.name == "reason"):
        return plain[arg.name]
    if arg.kind in (ArgumentKind.PAST_TIME, ArgumentKind.FUTURE_TIME, ArgumentKind.FUTURE_DAY, ArgumentKind.DATE_RANGE):
        return chance.choice(TIMES)
    return own(name, {"company": "company", "role": "role", "via": "via", "reason": "news"}.get(arg.name, "note"))
