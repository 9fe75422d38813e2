"""Adding, changing, showing and setting aside contacts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.domain.errors import AmbiguousContact, BadValue, UnknownContact, UserError
from bot.domain.messages import Ask
from bot.domain.model import Attempt, Book, Channel, Closed, Ending, Lead, Outreach, Rested, Snoozed, Woken
from bot.handlers.args import Answer, Args
from bot.handlers.drafts import keep
from bot.rules import Stage
from bot.rules.context import Desk
from bot.text import contact_names
from bot.views import contact as view
from bot.views import phrases
from bot.views.input_errors import already_there
from bot.views.member import closed, forgotten, rested, snoozed, sure_to_forget

EDITABLE = ("name", "company", "role", "via", "lead", "email", "phone", "note", "busy", "matters")
SHOWN = ("company", "role", "note")  # what the form of `edit` shows as it is
CLEARED = {"-", "none"}


def add(desk: Desk, args: Args) -> Answer:
    """A contact and the opener; with the channel `none`, or no channel, they are kept for later."""
    name = args.text("contact")
    twin = _named(name, desk)
    if twin and not args.flag("twin"):
        book, draft = keep(desk, "add", args.values)
        return Answer(already_there(twin, draft), book)
    channel = None if _clears(args, "channel") else args.choice("channel", Channel)
    if args.text("when") and not args.text("channel"):
        raise BadValue("channel", "reached how")
    at = args.past("when")
    one = Outreach(id=desk.new_id(16), name=name, added=desk.now, changed=desk.now)
    book, one, introducer = _with_fields(desk, one, args)
    if channel:
        one = replace(one, entries=(Attempt(id=desk.entry_id(), at=at, channel=channel),))
    after = desk.with_book(desk.with_book(book).put(one))
    return Answer(view.added(after, one, introducer), after.book)


def _named(name: str, desk: Desk) -> Outreach | None:
    """Somebody who is called so already, or whom a word of their name means."""
    exact = next((one for one in desk.book.contacts if contact_names.same_name(one.name, name)), None)
    if exact:
        return exact
    with suppress(UserError):
        return contact_names.match(name, desk.book.contacts)
    return None


def _with_fields(desk: Desk, one: Outreach, args: Args) -> tuple[Book, Outreach, Outreach | None]:
    """The contact with the given fields, and the introducer if they were new to the book."""
    introducer = _introducer(desk, one, args)
    new = introducer if introducer and desk.book.contact(introducer.id) is None else None
    book = desk.put(new) if new else desk.book
    changed = replace(
        one,
        company=_kept(args, "company", one.company),
        role=_kept(args, "role", one.role),
        note=_kept(args, "note", one.note),
        email=_email(args, one.email),
        phone=_phone(desk, args, one.phone),
        lead=(None if _clears(args, "lead") else args.choice("lead", Lead)) if _told(args, "lead") else one.lead,
        via=(introducer.id if introducer else "") if _told(args, "via") else one.via,
    )
    return book, changed, new


def _clears(args: Args, name: str) -> bool:
    """Whether a value is taken away: by a word, or by emptying an input that showed it."""
    return args.text(name).casefold() in CLEARED or ("shown" in args and name in SHOWN and args.values.get(name) == "")


def _told(args: Args, name: str) -> bool:
    """Whether the value is said at all: an input that was left empty and showed nothing says nothing."""
    return bool(args.text(name)) or _clears(args, name)


def _kept(args: Args, name: str, old: str) -> str:
    if not _told(args, name):
        return old
    return "" if _clears(args, name) else args.text(name)


def _email(args: Args, old: str) -> str:
    typed = _kept(args, "email", old)
    if typed == old or not typed:
        return typed
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadValue("email", "e-mail", typed) from None


def _phone(desk: Desk, args: Args, old: str) -> str:
    """In international form when it is a number that exists; otherwise as it was typed."""
    typed = _kept(args, "phone", old)
    try:
        number = phonenumbers.parse(typed, desk.days.calendar.country or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_valid_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _introducer(desk: Desk, one: Outreach, args: Args) -> Outreach | None:
    """The contact who introduced this one: of the book, or a new one by that name."""
    typed = args.text("via")
    if not typed or _clears(args, "via"):
        return None
    if contact_names.same_name(typed, one.name):
        raise BadValue("via", "themselves", typed)
    people = [other for other in desk.book.contacts if other.id != one.id]
    try:
        return contact_names.match(typed, people)
    except AmbiguousContact as several:
        raise AmbiguousContact(typed, several.matches, "via") from None
    except UnknownContact:
        return Outreach(id=desk.new_id(16), name=typed, added=desk.now, changed=desk.now)


def edit(desk: Desk, args: Args) -> Answer:
    one = args.contact()
    if not any(_told(args, name) for name in EDITABLE) and "shown" not in args:
        return Answer(Ask(("company", "role", "busy", "matters", "note"), _present(one)))
    book, changed, _new = _with_fields(desk, one, args)
    if args.text("name"):
        changed = replace(changed, name=args.text("name"))
    if _told(args, "busy"):
        changed = replace(changed, busy=() if _clears(args, "busy") else (*one.busy, args.days("busy")))
    if (matters := args.flag("matters")) is not None:
        changed = replace(changed, matters=matters)
    after = desk.with_book(desk.with_book(book).put(changed))
    return Answer(view.show(after, changed, view.noted()), after.book)


def _present(one: Outreach) -> tuple[tuple[str, str], ...]:
    values = {"company": one.company, "role": one.role, "note": one.note, "matters": "yes" if one.matters else "no"}
    return (("contact", phrases.of(one)), ("shown", "yes"), *values.items())


def show(desk: Desk, args: Args) -> Answer:
    return Answer(view.show(desk, args.contact()))


def more(desk: Desk, args: Args) -> Answer:
    return Answer(view.more(desk, args.contact()))


def snooze(desk: Desk, args: Args) -> Answer:
    one, until = args.contact(), args.day("until")
    if desk.stands(one).stage is Stage.SOMEONE_ELSE:
        return rest(desk, args)  # turned to someone else already: nothing brings this contact up again
    book = desk.noted(one, Snoozed(id=desk.entry_id(), at=desk.now, until=until))
    return Answer(snoozed(desk, one, desk.days.calendar.working_from(until)), book)


def rest(desk: Desk, args: Args) -> Answer:
    one = args.contact()
    until = args.day("until") if args.text("until") else None
    book = desk.noted(one, Rested(id=desk.entry_id(), at=desk.now, until=until))
    return Answer(rested(desk, one, until), book)


def close(desk: Desk, args: Args) -> Answer:
    one, ending = args.contact(), args.choice("outcome", Ending)
    if ending is None:
        return Answer(Ask(("outcome",), tuple(args.values.items())))
    book = desk.noted(one, Closed(id=desk.entry_id(), at=desk.now, ending=ending))
    return Answer(closed(one, ending), book)


def wake(desk: Desk, args: Args) -> Answer:
    one = args.contact()
    book = desk.noted(one, Woken(id=desk.entry_id(), at=desk.now))
    after = desk.with_book(book)
    return Answer(view.show(after, after.kept(one)), book)


def forget(desk: Desk, args: Args) -> Answer:
    """Erases a contact, or with `me` the whole book. Final, so it is asked once."""
    whole = args.text("contact").casefold() == "me" and _named("me", desk) is None
    one = None if whole else args.contact()
    if not args.flag("sure"):
        return Answer(sure_to_forget(one))
    if one is None:
        return Answer(forgotten(whole=True), erase=True)
    left = tuple(
        replace(other, via="") if other.via == one.id else other for other in desk.book.contacts if other.id != one.id
    )
    # an earlier change to be undone, or a draft, could bring the erased words back
    return Answer(
        forgotten(whole=False), replace(desk.book, contacts=left, undo=None, drafts=()), final=True, scrub=True
    )
