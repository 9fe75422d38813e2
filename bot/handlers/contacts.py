"""Adding, changing, showing and setting aside contacts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.domain.errors import AmbiguousContact, BadValue, BadValueReason, UnknownContact, UserError
from bot.domain.messages import MissingValues
from bot.domain.model import (
    Attempt,
    Book,
    Channel,
    Closed,
    CloseReason,
    Contact,
    LeadSource,
    Resumed,
    SetAside,
    Snoozed,
)
from bot.handlers.args import Args, HandlerResult
from bot.handlers.drafts import with_new_draft
from bot.rules import Stage
from bot.rules.context import BookContext
from bot.text import contact_names
from bot.views import contact as view
from bot.views import phrases
from bot.views.input_errors import duplicate_contact_card
from bot.views.member import (
    confirm_forget_card,
    contact_closed_card,
    contact_resting_card,
    contact_snoozed_card,
    data_erased_card,
)

EDITABLE_FIELDS = ("name", "company", "role", "via", "lead", "email", "phone", "note", "busy", "matters")
PREFILLED_FIELDS = ("company", "role", "note")  # what the form of `edit` shows as it is
CLEARING_WORDS = {"-", "none"}


def add_contact(context: BookContext, args: Args) -> HandlerResult:
    """A contact and the opener; with the channel `none`, or no channel, they are kept for later."""
    name = args.text("contact")
    twin = _find_contact_named(name, context)
    if twin and not args.flag("twin"):
        book, draft = with_new_draft(context, "add", args.values)
        return HandlerResult(duplicate_contact_card(twin, draft), book)
    channel = None if _clears_field(args, "channel") else args.choice("channel", Channel)
    if args.text("when") and not args.text("channel"):
        raise BadValue("channel", BadValueReason.CHANNEL_MISSING)
    at = args.past_time("when")
    one = Contact(id=context.new_id(16), name=name, added_at=context.now, changed_at=context.now)
    book, one, introducer = _with_contact_fields(context, one, args)
    if channel:
        one = replace(one, entries=(Attempt(id=context.new_entry_id(), at=at, channel=channel),))
    after = context.with_book(context.with_book(book).with_contact(one))
    return HandlerResult(view.contact_added_card(after, one, introducer), after.book)


def _find_contact_named(name: str, context: BookContext) -> Contact | None:
    """Somebody who is called so already, or whom a word of their name means."""
    exact = next((contact for contact in context.book.contacts if contact_names.is_same_name(contact.name, name)), None)
    if exact:
        return exact
    with suppress(UserError):
        return contact_names.find_contact(name, context.book.contacts)
    return None


def _with_contact_fields(context: BookContext, contact: Contact, args: Args) -> tuple[Book, Contact, Contact | None]:
    """The contact with the given fields, and the introducer if they were new to the book."""
    introducer = _find_or_create_introducer(context, contact, args)
    new = introducer if introducer and context.book.find_contact(introducer.id) is None else None
    book = context.with_contact(new) if new else context.book
    changed = replace(
        contact,
        company=_text_field_value(args, "company", contact.company),
        role=_text_field_value(args, "role", contact.role),
        note=_text_field_value(args, "note", contact.note),
        email=_email_field_value(args, contact.email),
        phone=_phone_field_value(context, args, contact.phone),
        lead_source=(None if _clears_field(args, "lead") else args.choice("lead", LeadSource))
        if _sets_field(args, "lead")
        else contact.lead_source,
        introducer_id=(introducer.id if introducer else "") if _sets_field(args, "via") else contact.introducer_id,
    )
    return book, changed, new


def _clears_field(args: Args, name: str) -> bool:
    """Whether a value is taken away: by a word, or by emptying an input that showed it."""
    return args.text(name).casefold() in CLEARING_WORDS or (
        "shown" in args and name in PREFILLED_FIELDS and args.values.get(name) == ""
    )


def _sets_field(args: Args, name: str) -> bool:
    """Whether the value is said at all: an input that was left empty and showed nothing says nothing."""
    return bool(args.text(name)) or _clears_field(args, name)


def _text_field_value(args: Args, name: str, old: str) -> str:
    if not _sets_field(args, name):
        return old
    return "" if _clears_field(args, name) else args.text(name)


def _email_field_value(args: Args, old: str) -> str:
    typed = _text_field_value(args, "email", old)
    if typed == old or not typed:
        return typed
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadValue("email", BadValueReason.NOT_AN_EMAIL, typed) from None


def _phone_field_value(context: BookContext, args: Args, old: str) -> str:
    """In international form when it is a number that exists; otherwise as it was typed."""
    typed = _text_field_value(args, "phone", old)
    try:
        number = phonenumbers.parse(typed, context.clock.calendar.country or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_valid_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _find_or_create_introducer(context: BookContext, contact: Contact, args: Args) -> Contact | None:
    """The contact who introduced this one: of the book, or a new one by that name."""
    typed = args.text("via")
    if not typed or _clears_field(args, "via"):
        return None
    if contact_names.is_same_name(typed, contact.name):
        raise BadValue("via", BadValueReason.OWN_INTRODUCER, typed)
    people = [other for other in context.book.contacts if other.id != contact.id]
    try:
        return contact_names.find_contact(typed, people)
    except AmbiguousContact as several:
        raise AmbiguousContact(typed, several.matching_ids, "via") from None
    except UnknownContact:
        return Contact(id=context.new_id(16), name=typed, added_at=context.now, changed_at=context.now)


def edit_contact(context: BookContext, args: Args) -> HandlerResult:
    one = args.contact()
    if not any(_sets_field(args, name) for name in EDITABLE_FIELDS) and "shown" not in args:
        return HandlerResult(
            MissingValues(("company", "role", "busy", "matters", "note"), _prefilled_contact_values(one))
        )
    book, changed, _new = _with_contact_fields(context, one, args)
    if args.text("name"):
        changed = replace(changed, name=args.text("name"))
    if _sets_field(args, "busy"):
        changed = replace(
            changed, busy_ranges=() if _clears_field(args, "busy") else (*one.busy_ranges, args.date_range("busy"))
        )
    if (matters := args.flag("matters")) is not None:
        changed = replace(changed, matters=matters)
    after = context.with_book(context.with_book(book).with_contact(changed))
    return HandlerResult(view.contact_card(after, changed, view.contact_change_noted_line()), after.book)


def _prefilled_contact_values(contact: Contact) -> tuple[tuple[str, str], ...]:
    values = {
        "company": contact.company,
        "role": contact.role,
        "note": contact.note,
        "matters": "yes" if contact.matters else "no",
    }
    return (("contact", phrases.contact_reference(contact)), ("shown", "yes"), *values.items())


def show_contact(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(view.contact_card(context, args.contact()))


def show_contact_menu(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(view.contact_menu_card(context, args.contact()))


def snooze_contact(context: BookContext, args: Args) -> HandlerResult:
    one, until = args.contact(), args.day("until")
    if context.status_of(one).stage is Stage.SOMEONE_ELSE:
        return set_aside_contact(context, args)  # turned to someone else already: nothing brings this contact up again
    book = context.with_entries(one, Snoozed(id=context.new_entry_id(), at=context.now, until=until))
    return HandlerResult(contact_snoozed_card(context, one, context.clock.calendar.first_working_day(until)), book)


def set_aside_contact(context: BookContext, args: Args) -> HandlerResult:
    one = args.contact()
    until = args.day("until") if args.text("until") else None
    book = context.with_entries(one, SetAside(id=context.new_entry_id(), at=context.now, until=until))
    return HandlerResult(contact_resting_card(context, one, until), book)


def close_contact(context: BookContext, args: Args) -> HandlerResult:
    one, ending = args.contact(), args.choice("outcome", CloseReason)
    if ending is None:
        return HandlerResult(MissingValues(("outcome",), tuple(args.values.items())))
    book = context.with_entries(one, Closed(id=context.new_entry_id(), at=context.now, reason=ending))
    return HandlerResult(contact_closed_card(one, ending), book)


def resume_contact(context: BookContext, args: Args) -> HandlerResult:
    one = args.contact()
    book = context.with_entries(one, Resumed(id=context.new_entry_id(), at=context.now))
    after = context.with_book(book)
    return HandlerResult(view.contact_card(after, after.current_contact(one)), book)


def forget_contact_or_book(context: BookContext, args: Args) -> HandlerResult:
    """Erases a contact, or with `me` the whole book. Final, so it is asked once."""
    whole = args.text("contact").casefold() == "me" and _find_contact_named("me", context) is None
    one = None if whole else args.contact()
    if not args.flag("sure"):
        return HandlerResult(confirm_forget_card(one))
    if one is None:
        return HandlerResult(data_erased_card(whole_book=True), erases_book=True)
    left = tuple(
        replace(other, introducer_id="") if other.introducer_id == one.id else other
        for other in context.book.contacts
        if other.id != one.id
    )
    # an earlier change to be undone, or a draft, could bring the erased words back
    return HandlerResult(
        data_erased_card(whole_book=False),
        replace(context.book, contacts=left, undo=None, drafts=()),
        cannot_be_undone=True,
        scrubs_previous=True,
    )
