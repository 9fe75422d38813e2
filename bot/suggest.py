"""What a platform may offer while somebody types an argument: contacts, resolved times, zones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import names, places
from bot.cards import Choice
from bot.clean import clean
from bot.commands import BY_NAME, Arg, Takes
from bot.desk import Desk
from bot.errors import AmbiguousTime, BadValue
from bot.handlers.args import Args
from bot.model import Outreach
from bot.views import problems, suggestions, words

OFFERED = 25  # as many as Discord shows (Discord docs, "Autocomplete")
NEEDS_HOUR = "needs an hour"
HOURS = ("10:00", "15:00")  # offered with a day for which an hour is needed
USUAL = {
    Takes.PAST: ("now", "yesterday"),
    Takes.MOMENT: ("tomorrow 10:00", "tomorrow 15:00"),
    Takes.DAY: ("tomorrow", "in 3 days", "next monday", "in 2 weeks"),
    Takes.DAYS: (),
}


def suggest(desk: Desk, command: str, name: str, typed: str) -> list[Choice]:
    """The choices for one argument; what cannot be read offers none, and nothing is changed."""
    row = BY_NAME.get(command)
    arg = row.arg(name) if row else None
    if arg is None:
        return []
    if arg.takes is Takes.CONTACT:
        return [Choice(words.of(one), suggestions.contact(one)) for one in _people(desk, clean(typed[: names.LONGEST]))]
    if arg.name == "zone":
        return [Choice(zone, suggestions.zone(zone, desk.now)) for zone in places.find(clean(typed), OFFERED)]
    return _times(desk, arg, clean(typed))


def _people(desk: Desk, typed: str) -> list[Outreach]:
    """The member's own contacts that may be meant, the one touched last first."""
    lately = sorted(desk.book.contacts, key=lambda one: one.changed, reverse=True)
    if not typed:
        return lately[:OFFERED]
    sought = names.fold(typed)
    within = [one for one in lately if sought in names.fold(one.name)]
    begun = [one for one in within if f" {names.fold(one.name)}".find(f" {sought}") >= 0]
    alike = names.suggest(typed, lately, OFFERED)
    return list({one.id: one for one in (*begun, *within, *alike)}.values())[:OFFERED]


def _times(desk: Desk, arg: Arg, typed: str) -> list[Choice]:
    if arg.takes not in USUAL:
        return []
    tried = [typed] if typed else USUAL[arg.takes]
    return [choice for words_ in tried for choice in _read(desk, arg, words_)]


def _read(desk: Desk, arg: Arg, typed: str) -> list[Choice]:
    """What the words mean, resolved; several readings are several choices. What is wrong is said in place of one."""
    try:
        return [Choice(typed, suggestions.resolved(desk, _value(Args(desk, {arg.name: typed}), arg), typed))]
    except AmbiguousTime as several:
        return [choice for option in several.options for choice in _read(desk, arg, option)]
    except BadValue as problem:
        if problem.reason == NEEDS_HOUR:
            return [choice for hour in HOURS for choice in _read(desk, arg, f"{typed} {hour}")]
        return [Choice(typed, problems.beside(problem, over=arg.takes is Takes.PAST))]


def _value(args: Args, arg: Arg) -> object:
    readers: Mapping[Takes, Callable[[], object]] = {
        Takes.PAST: lambda: args.past(arg.name),
        Takes.MOMENT: lambda: args.future(arg.name, needs_hour=True),
        Takes.DAY: lambda: args.day(arg.name),
        Takes.DAYS: lambda: args.days(arg.name),
    }
    return readers[arg.takes]()
