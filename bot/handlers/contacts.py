"""Handlers that add, edit, show, set aside, close and erase contacts."""

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
from bot.handlers.drafts import drafts_about_others, with_new_draft
from bot.rules import Stage
from bot.rules.context import BookContext
from bot.text import contact_names
from bot.views import contact as view
from bot.views.buttons import contact_reference
from bot.views.contact_changes import (
    contact_added_card,
    contact_change_noted_line,
    contact_closed_card,
    contact_resting_card,
    contact_snoozed_card,
)
from bot.views.input_errors import duplicate_contact_card
from bot.views.member import confirm_forget_card, data_erased_card

EDITABLE_FIELDS = ("name", "company", "role", "via", "lead", "email", "phone", "note", "busy", "matters")
PREFILLED_FIELDS = ("company", "role", "note")  # shown with their present values in the form of `edit`
CLEARING_WORDS = {"-", "none"}


def add_contact(context: BookContext, args: Args) -> HandlerResult:
    """Add a contact and the first attempt. With the channel `none`, or no channel, there is no attempt yet."""
    name = args.text("contact")
    twin = _find_contact_named(name, context)
    if twin and not args.flag("twin"):
        book, draft = with_new_draft(context, "add", args.values)
        return HandlerResult(duplicate_contact_card(twin, draft), book)
    channel = None if _clears_field(args, "channel") else args.choice("channel", Channel)
    if args.text("when") and not args.text("channel"):
        raise BadValue("channel", BadValueReason.CHANNEL_MISSING)
    at = args.past_time("when")
    contact = Contact(id=context.new_id(16), name=name, added_at=context.now, changed_at=context.now)
    book, contact, introducer = _with_contact_fields(context, contact, args)
    if channel:
        contact = replace(contact, entries=(Attempt(id=context.new_entry_id(), at=at, channel=channel),))
    after = context.with_book(context.with_book(book).book_with_contact(contact))
    return HandlerResult(contact_added_card(after, contact, introducer), after.book)


def _find_contact_named(name: str, context: BookContext) -> Contact | None:
    """Return the contact with the same name, or else the one that `name` means; None if there is none."""
    exact = next((contact for contact in context.book.contacts if contact_names.is_same_name(contact.name, name)), None)
    if exact:
        return exact
    with suppress(UserError):
        return contact_names.find_contact(name, context.book.contacts)
    return None


def _with_contact_fields(context: BookContext, contact: Contact, args: Args) -> tuple[Book, Contact, Contact | None]:
    """Return the book, the changed contact, and the introducer if they are new. The book contains the introducer."""
    introducer = _find_or_create_introducer(context, contact, args)
    new_introducer = introducer if introducer and context.book.find_contact(introducer.id) is None else None
    book = context.book_with_contact(new_introducer) if new_introducer else context.book
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
    return book, changed, new_introducer


def _clears_field(args: Args, name: str) -> bool:
    """Whether a field is cleared: by a word such as "none", or by emptying an input that showed its value."""
    return args.text(name).casefold() in CLEARING_WORDS or (
        "shown" in args and name in PREFILLED_FIELDS and args.values.get(name) == ""
    )


def _sets_field(args: Args, name: str) -> bool:
    """Whether a field is set or cleared. An empty input that showed no value leaves the field as it is."""
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
    """Return a valid phone number in international format, any other text as it was typed."""
    typed = _text_field_value(args, "phone", old)
    try:
        number = phonenumbers.parse(typed, context.clock.calendar.country or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_valid_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _find_or_create_introducer(context: BookContext, contact: Contact, args: Args) -> Contact | None:
    """Return the contact that `via` means, or a new one of that name; None without `via`.

    Raises BadValue for the contact themselves, and AmbiguousContact.
    """
    typed = args.text("via")
    if not typed or _clears_field(args, "via"):
        return None
    if contact_names.is_same_name(typed, contact.name):
        raise BadValue("via", BadValueReason.OWN_INTRODUCER, typed)
    people = [other for other in context.book.contacts if other.id != contact.id]
    try:
        return contact_names.find_contact(typed, people)
    except AmbiguousContact as ambiguous:
        raise AmbiguousContact(typed, ambiguous.matching_ids, "via") from None
    except UnknownContact:
        return Contact(id=context.new_id(16), name=typed, added_at=context.now, changed_at=context.now)


def edit_contact(context: BookContext, args: Args) -> HandlerResult:
    """Change the given fields of a contact; without any, ask for them in a form."""
    contact = args.contact()
    if not any(_sets_field(args, name) for name in EDITABLE_FIELDS) and "shown" not in args:
        return HandlerResult(
            MissingValues(("company", "role", "busy", "matters", "note"), _prefilled_contact_values(contact))
        )
    book, changed, _new_introducer = _with_contact_fields(context, contact, args)
    if args.text("name"):
        changed = replace(changed, name=args.text("name"))
    if _sets_field(args, "busy"):
        changed = replace(
            changed, busy_ranges=() if _clears_field(args, "busy") else (*contact.busy_ranges, args.date_range("busy"))
        )
    if (matters := args.flag("matters")) is not None:
        changed = replace(changed, matters=matters)
    after = context.with_book(context.with_book(book).book_with_contact(changed))
    return HandlerResult(view.contact_card(after, changed, contact_change_noted_line()), after.book)


def _prefilled_contact_values(contact: Contact) -> tuple[tuple[str, str], ...]:
    values = {
        "company": contact.company,
        "role": contact.role,
        "note": contact.note,
        "matters": "yes" if contact.matters else "no",
    }
    return (("contact", contact_reference(contact)), ("shown", "yes"), *values.items())


def show_contact(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(view.contact_card(context, args.contact()))


def show_contact_menu(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(view.contact_menu_card(context, args.contact()))


def snooze_contact(context: BookContext, args: Args) -> HandlerResult:
    """Bring the contact up again on a later day; in the stage "someone else", set the contact aside instead."""
    contact, until = args.contact(), args.day("until")
    if context.status_of(contact).stage is Stage.SOMEONE_ELSE:
        # The member turned to someone else: no reminder proposes this contact again.
        return set_aside_contact(context, args)
    book = context.book_with_entries(contact, Snoozed(id=context.new_entry_id(), at=context.now, until=until))
    return HandlerResult(contact_snoozed_card(context, contact, context.clock.calendar.first_working_day(until)), book)


def set_aside_contact(context: BookContext, args: Args) -> HandlerResult:
    contact = args.contact()
    until = args.day("until") if args.text("until") else None
    book = context.book_with_entries(contact, SetAside(id=context.new_entry_id(), at=context.now, until=until))
    return HandlerResult(contact_resting_card(context, contact, until), book)


def close_contact(context: BookContext, args: Args) -> HandlerResult:
    contact, reason = args.contact(), args.choice("outcome", CloseReason)
    if reason is None:
        return HandlerResult(MissingValues(("outcome",), tuple(args.values.items())))
    book = context.book_with_entries(contact, Closed(id=context.new_entry_id(), at=context.now, reason=reason))
    return HandlerResult(contact_closed_card(contact, reason), book)


def resume_contact(context: BookContext, args: Args) -> HandlerResult:
    contact = args.contact()
    book = context.book_with_entries(contact, Resumed(id=context.new_entry_id(), at=context.now))
    after = context.with_book(book)
    return HandlerResult(view.contact_card(after, after.current_contact(contact)), book)


def forget_contact_or_book(context: BookContext, args: Args) -> HandlerResult:
    """Erase a contact, or with "me" the whole book, unless a contact is called so. Asks for confirmation first."""
    whole_book = args.text("contact").casefold() == "me" and _find_contact_named("me", context) is None
    contact = None if whole_book else args.contact()
    shown = (contact,) if contact else context.book.contacts
    confirmation = args.confirmation(
        whole_book and context.book.created_at, *(f"{one.id} {one.revision}" for one in shown)
    )
    is_erased = whole_book and not context.book.version  # a second press
    if not (confirmation.is_given or (is_erased and args.text("sure"))):
        return HandlerResult(confirm_forget_card(contact, confirmation.code))
    if contact is None:
        return HandlerResult(data_erased_card(whole_book=True), erases_book=True)
    remaining = tuple(
        replace(other, introducer_id="") if other.introducer_id == contact.id else other
        for other in context.book.contacts
        if other.id != contact.id
    )
    # Undoing an earlier change, or resuming a draft, could bring the erased data back. A draft about somebody else
    # stays: it may be what the room is made for.
    book = replace(context.book, contacts=remaining, undo=None, drafts=drafts_about_others(context.book, contact))
    return HandlerResult(data_erased_card(whole_book=False), book, cannot_be_undone=True, scrubs_previous=True)
