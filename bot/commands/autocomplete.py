"""What a platform may offer while somebody types an argument: contacts, resolved times, zones. Pure."""

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
from bot.views import autocomplete, input_errors, phrases

MAX_AUTOCOMPLETE_CHOICES = 25  # as many as Discord shows (Discord docs, "Autocomplete")
SUGGESTED_HOURS = ("10:00", "15:00")  # offered with a day for which an hour is needed
MAX_TIME_CHOICES = 6  # times offered at once
# What people begin to type: offered as soon as it begins so.
TIME_PHRASES = (
    *("today", "tomorrow", "yesterday", "now", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
    *("sunday", "next monday", "in 2 days", "in 3 days", "in 1 week", "in 2 weeks", "in 5 working days"),
    *("2 days ago", "3 days ago", "1 week ago", "2 weeks ago", "last monday", "last friday"),
)
CONTACT_NAME_ARGUMENTS = frozenset(
    (("forget", "contact"), ("add", "via"), ("edit", "via"))
)  # texts in which a contact may be named
DEFAULT_TIME_PHRASES = {
    ArgumentKind.PAST_TIME: ("now", "yesterday"),
    ArgumentKind.FUTURE_TIME: ("tomorrow 10:00", "tomorrow 15:00"),
    ArgumentKind.FUTURE_DAY: ("tomorrow", "in 3 days", "next monday", "in 2 weeks"),
    ArgumentKind.DATE_RANGE: (),
}


def suggest_choices(context: BookContext, command: str, argument: str, partial_text: str) -> list[Choice]:
    """The choices for one argument; where none can be told there are none, and nothing is changed."""
    row = COMMANDS_BY_NAME.get(command)
    arg = row.find_argument(argument) if row else None
    said = sanitize_line(partial_text[: contact_names.MAX_COMPARED_CHARS])
    if arg is None:
        return []
    if arg.kind is ArgumentKind.CONTACT:
        return [
            Choice(phrases.contact_reference(contact), autocomplete.autocomplete_contact_label(contact))
            for contact in _suggest_contacts(context, said)
        ]
    if (command, argument) in CONTACT_NAME_ARGUMENTS:
        return [
            Choice(contact.name, autocomplete.autocomplete_contact_label(contact))
            for contact in _suggest_contacts(context, said)
        ]
    if argument in SUGGESTERS:
        return SUGGESTERS[argument](context, said)
    return _suggest_times(context, arg, sanitize_line(partial_text[:MAX_COMMAND_CHARS]))


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
    """The member's own contacts that may be meant, the one touched last first."""
    lately = sorted(context.book.contacts, key=lambda one: one.changed_at, reverse=True)
    if not partial_text:
        return lately[:MAX_AUTOCOMPLETE_CHOICES]
    sought = contact_names.fold_text(partial_text)
    within = [one for one in lately if sought in contact_names.fold_name(one.name)]
    begun = [one for one in within if f" {contact_names.fold_name(one.name)}".find(f" {sought}") >= 0]
    alike = contact_names.find_similar_contacts(partial_text, lately, MAX_AUTOCOMPLETE_CHOICES)
    return list({one.id: one for one in (*begun, *within, *alike)}.values())[:MAX_AUTOCOMPLETE_CHOICES]


def _suggest_times(context: BookContext, argument: Argument, partial_text: str) -> list[Choice]:
    if argument.kind not in DEFAULT_TIME_PHRASES:
        return []
    folded = partial_text.casefold()
    begun = [phrase for phrase in (*DEFAULT_TIME_PHRASES[argument.kind], *TIME_PHRASES) if phrase.startswith(folded)]
    if not partial_text:
        return [
            choice
            for said in DEFAULT_TIME_PHRASES[argument.kind]
            for choice in _resolve_time_choices(context, argument, said)
        ]
    found = [
        choice
        for said in dict.fromkeys((partial_text, *begun))
        for choice in _resolve_time_choices(context, argument, said)
    ]
    unique = list({one.label: one for one in found}.values())[:MAX_TIME_CHOICES]
    return unique or [Choice(partial_text, _time_error_label(context, argument, partial_text))]


def _resolve_time_choices(context: BookContext, argument: Argument, partial_text: str) -> list[Choice]:
    """What the words mean, resolved; several readings are several choices."""
    try:
        return [
            Choice(
                partial_text,
                autocomplete.autocomplete_time_label(
                    context, _parse_time_argument(Args(context, {argument.name: partial_text}), argument), partial_text
                ),
            )
        ]
    except AmbiguousTime as several:
        return [choice for option in several.options for choice in _resolve_time_choices(context, argument, option)]
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
