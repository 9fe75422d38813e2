"""What a platform may offer while somebody types an argument: contacts, resolved times, zones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.commands import BY_NAME, COMMANDS, Arg, Takes
from bot.commands.parser import LONGEST
from bot.domain.errors import AmbiguousTime, BadValue, UserError
from bot.domain.messages import Choice
from bot.domain.model import Outreach
from bot.handlers.args import Args
from bot.rules.context import Desk
from bot.text import contact_names, time_zones
from bot.text.sanitize import clean
from bot.views import autocomplete, input_errors, phrases

OFFERED = 25  # as many as Discord shows (Discord docs, "Autocomplete")
NEEDS_HOUR = "needs an hour"
HOURS = ("10:00", "15:00")  # offered with a day for which an hour is needed
SHOWN = 6  # times offered at once
# What people begin to type: offered as soon as it begins so.
BEGINNINGS = (
    *("today", "tomorrow", "yesterday", "now", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
    *("sunday", "next monday", "in 2 days", "in 3 days", "in 1 week", "in 2 weeks", "in 5 working days"),
    *("2 days ago", "3 days ago", "1 week ago", "2 weeks ago", "last monday", "last friday"),
)
NAMED = frozenset((("forget", "contact"), ("add", "via"), ("edit", "via")))  # texts in which a contact may be named
USUAL = {
    Takes.PAST: ("now", "yesterday"),
    Takes.MOMENT: ("tomorrow 10:00", "tomorrow 15:00"),
    Takes.DAY: ("tomorrow", "in 3 days", "next monday", "in 2 weeks"),
    Takes.DAYS: (),
}


def suggest(desk: Desk, command: str, name: str, typed: str) -> list[Choice]:
    """The choices for one argument; where none can be told there are none, and nothing is changed."""
    row = BY_NAME.get(command)
    arg = row.arg(name) if row else None
    said = clean(typed[: contact_names.LONGEST])
    if arg is None:
        return []
    if arg.takes is Takes.CONTACT:
        return [Choice(phrases.of(one), autocomplete.contact(one)) for one in _people(desk, said)]
    if (command, name) in NAMED:
        return [Choice(one.name, autocomplete.contact(one)) for one in _people(desk, said)]
    if name in LISTED:
        return LISTED[name](desk, said)
    return _times(desk, arg, clean(typed[:LONGEST]))


def _zones(desk: Desk, typed: str) -> list[Choice]:
    return [Choice(zone, autocomplete.zone(zone, desk.now)) for zone in time_zones.find(typed, OFFERED)]


def _countries(_desk: Desk, typed: str) -> list[Choice]:
    return [Choice(code, autocomplete.country(code, called)) for code, called in time_zones.countries(typed, OFFERED)]


def _topics(_desk: Desk, typed: str) -> list[Choice]:
    shown = [row for row in COMMANDS if not row.hidden and row.name.startswith(typed.casefold())]
    return [Choice(row.name, autocomplete.topic(row.name, row.summary)) for row in shown][:OFFERED]


LISTED: Mapping[str, Callable[[Desk, str], list[Choice]]] = {"zone": _zones, "country": _countries, "topic": _topics}


def _people(desk: Desk, typed: str) -> list[Outreach]:
    """The member's own contacts that may be meant, the one touched last first."""
    lately = sorted(desk.book.contacts, key=lambda one: one.changed, reverse=True)
    if not typed:
        return lately[:OFFERED]
    sought = contact_names.fold(typed)
    within = [one for one in lately if sought in contact_names.folded(one.name)]
    begun = [one for one in within if f" {contact_names.folded(one.name)}".find(f" {sought}") >= 0]
    alike = contact_names.suggest(typed, lately, OFFERED)
    return list({one.id: one for one in (*begun, *within, *alike)}.values())[:OFFERED]


def _times(desk: Desk, arg: Arg, typed: str) -> list[Choice]:
    if arg.takes not in USUAL:
        return []
    folded = typed.casefold()
    begun = [one for one in (*USUAL[arg.takes], *BEGINNINGS) if one.startswith(folded)]
    if not typed:
        return [choice for said in USUAL[arg.takes] for choice in _read(desk, arg, said)]
    found = [choice for said in dict.fromkeys((typed, *begun)) for choice in _read(desk, arg, said)]
    unique = list({one.label: one for one in found}.values())[:SHOWN]
    return unique or [Choice(typed, _wrong(desk, arg, typed))]


def _read(desk: Desk, arg: Arg, typed: str) -> list[Choice]:
    """What the words mean, resolved; several readings are several choices."""
    try:
        return [Choice(typed, autocomplete.resolved(desk, _value(Args(desk, {arg.name: typed}), arg), typed))]
    except AmbiguousTime as several:
        return [choice for option in several.options for choice in _read(desk, arg, option)]
    except BadValue as problem:
        hours = HOURS if problem.reason == NEEDS_HOUR else ()
        return [choice for hour in hours for choice in _read(desk, arg, f"{typed} {hour}")]


def _wrong(desk: Desk, arg: Arg, typed: str) -> str:
    try:
        _value(Args(desk, {arg.name: typed}), arg)
    except BadValue as problem:
        return input_errors.beside(problem, over=arg.takes is Takes.PAST)
    except UserError:
        pass
    return typed


def _value(args: Args, arg: Arg) -> object:
    readers: Mapping[Takes, Callable[[], object]] = {
        Takes.PAST: lambda: args.past(arg.name),
        Takes.MOMENT: lambda: args.future(arg.name, needs_hour=True),
        Takes.DAY: lambda: args.day(arg.name),
        Takes.DAYS: lambda: args.days(arg.name),
    }
    return readers[arg.takes]()
