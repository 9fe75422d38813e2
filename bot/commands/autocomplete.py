"""Choices that a platform offers while a member types an argument: contacts, times, zones. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.commands import COMMANDS, COMMANDS_BY_NAME, Argument, ArgumentKind
from bot.commands.parser import MAX_COMMAND_CHARS
from bot.domain.errors import AmbiguousTime, BadValue, BadValueReason, UserError
from bot.domain.messages import Choice
from bot.domain.model import Contact
from bot.handlers.args import Args
from bot.rules.context import BookContext
from bot.text import contact_names, time_zones
from bot.text.sanitize import sanitize_line
from bot.views import autocomplete, input_errors
from bot.views.buttons import contact_reference

MAX_AUTOCOMPLETE_CHOICES = 25  # Discord's limit (Discord docs, "Autocomplete")
SUGGESTED_HOURS = ("10:00", "15:00")  # added to a day that needs an hour
MAX_TIME_CHOICES = 6
# Offered as soon as the typed text is the beginning of one.
TIME_PHRASES = (
    *("today", "tomorrow", "yesterday", "now", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
    *("sunday", "next monday", "in 2 days", "in 3 days", "in 1 week", "in 2 weeks", "in 5 working days"),
    *("2 days ago", "3 days ago", "1 week ago", "2 weeks ago", "last monday", "last friday"),
)
CONTACT_NAME_ARGUMENTS = frozenset(
    (("forget", "contact"), ("add", "via"), ("edit", "via"))
)  # (command, argument): free text that may name a contact
DEFAULT_TIME_PHRASES = {
    ArgumentKind.PAST_TIME: ("now", "yesterday"),
    ArgumentKind.FUTURE_TIME: ("tomorrow 10:00", "tomorrow 15:00"),
    ArgumentKind.FUTURE_DAY: ("tomorrow", "in 3 days", "next monday", "in 2 weeks"),
    ArgumentKind.DATE_RANGE: (),
}


def suggest_choices(context: BookContext, command: str, argument: str, partial_text: str) -> list[Choice]:
    """Return the choices for one argument of a command; none if the command or the argument is unknown."""
    row = COMMANDS_BY_NAME.get(command)
    argument_row = row.find_argument(argument) if row else None
    sought = sanitize_line(partial_text[: contact_names.MAX_COMPARED_CHARS])
    if argument_row is None:
        return []
    if argument_row.kind is ArgumentKind.CONTACT:
        return [
            Choice(contact_reference(contact), autocomplete.autocomplete_contact_label(contact))
            for contact in _suggest_contacts(context, sought)
        ]
    if (command, argument) in CONTACT_NAME_ARGUMENTS:
        return [
            Choice(contact.name, autocomplete.autocomplete_contact_label(contact))
            for contact in _suggest_contacts(context, sought)
        ]
    if argument in SUGGESTERS:
        return SUGGESTERS[argument](context, sought)
    return _suggest_times(context, argument_row, sanitize_line(partial_text[:MAX_COMMAND_CHARS]))


def _suggest_zones(context: BookContext, partial_text: str) -> list[Choice]:
    return [
        Choice(zone, autocomplete.autocomplete_zone_label(zone, context.now))
        for zone in time_zones.find_time_zones(partial_text, MAX_AUTOCOMPLETE_CHOICES)
    ]


def _suggest_countries(_context: BookContext, partial_text: str) -> list[Choice]:
    return [
        Choice(code, autocomplete.autocomplete_country_label(code, called))
        for code, called in time_zones.find_countries(partial_text, MAX_AUTOCOMPLETE_CHOICES)
    ]


def _suggest_help_topics(_context: BookContext, partial_text: str) -> list[Choice]:
    shown = [row for row in COMMANDS if not row.is_hidden and row.name.startswith(partial_text.casefold())]
    return [Choice(row.name, autocomplete.autocomplete_topic_label(row.name, row.summary)) for row in shown][
        :MAX_AUTOCOMPLETE_CHOICES
    ]


SUGGESTERS: Mapping[str, Callable[[BookContext, str], list[Choice]]] = {
    "zone": _suggest_zones,
    "country": _suggest_countries,
    "topic": _suggest_help_topics,
}


def _suggest_contacts(context: BookContext, partial_text: str) -> list[Contact]:
    """Return the member's contacts that match: by the beginning of a word, by substring, by similarity.

    Within each group, and for an empty text, the contact changed last comes first.
    """
    latest_first = sorted(context.book.contacts, key=lambda contact: contact.changed_at, reverse=True)
    if not partial_text:
        return latest_first[:MAX_AUTOCOMPLETE_CHOICES]
    sought = contact_names.fold_text(partial_text)
    containing = [contact for contact in latest_first if sought in contact_names.fold_name(contact.name)]
    by_prefix = [contact for contact in containing if f" {sought}" in f" {contact_names.fold_name(contact.name)}"]
    similar = contact_names.find_similar_contacts(partial_text, latest_first, MAX_AUTOCOMPLETE_CHOICES)
    unique = {contact.id: contact for contact in (*by_prefix, *containing, *similar)}
    return list(unique.values())[:MAX_AUTOCOMPLETE_CHOICES]


def _suggest_times(context: BookContext, argument: Argument, partial_text: str) -> list[Choice]:
    if argument.kind not in DEFAULT_TIME_PHRASES:
        return []
    folded = partial_text.casefold()
    matching_phrases = [
        phrase for phrase in (*DEFAULT_TIME_PHRASES[argument.kind], *TIME_PHRASES) if phrase.startswith(folded)
    ]
    if not partial_text:
        return [
            choice
            for phrase in DEFAULT_TIME_PHRASES[argument.kind]
            for choice in _resolve_time_choices(context, argument, phrase)
        ]
    choices = [
        choice
        for phrase in dict.fromkeys((partial_text, *matching_phrases))
        for choice in _resolve_time_choices(context, argument, phrase)
    ]
    unique = list({choice.label: choice for choice in choices}.values())[:MAX_TIME_CHOICES]
    return unique or [Choice(partial_text, _time_error_label(context, argument, partial_text))]


def _resolve_time_choices(context: BookContext, argument: Argument, partial_text: str) -> list[Choice]:
    """Return a choice for each time that the text can mean; none if it is not understood."""
    try:
        return [
            Choice(
                partial_text,
                autocomplete.autocomplete_time_label(
                    context, _parse_time_argument(Args(context, {argument.name: partial_text}), argument), partial_text
                ),
            )
        ]
    except AmbiguousTime as ambiguous:
        return [choice for option in ambiguous.options for choice in _resolve_time_choices(context, argument, option)]
    except BadValue as problem:
        hours = SUGGESTED_HOURS if problem.reason is BadValueReason.HOUR_MISSING else ()
        return [
            choice for hour in hours for choice in _resolve_time_choices(context, argument, f"{partial_text} {hour}")
        ]


def _time_error_label(context: BookContext, argument: Argument, partial_text: str) -> str:
    try:
        _parse_time_argument(Args(context, {argument.name: partial_text}), argument)
    except BadValue as problem:
        return input_errors.field_error_text(problem, in_past=argument.kind is ArgumentKind.PAST_TIME)
    except UserError:
        pass
    return partial_text


def _parse_time_argument(args: Args, argument: Argument) -> object:
    readers: Mapping[ArgumentKind, Callable[[], object]] = {
        ArgumentKind.PAST_TIME: lambda: args.past_time(argument.name),
        ArgumentKind.FUTURE_TIME: lambda: args.future_time(argument.name, needs_hour=True),
        ArgumentKind.FUTURE_DAY: lambda: args.day(argument.name),
        ArgumentKind.DATE_RANGE: lambda: args.date_range(argument.name),
    }
    return readers[argument.kind]()
