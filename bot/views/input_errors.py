"""What could not be done, said so that it can be mended. One sentence of what, one of how; never a reproach."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import AmbiguousContact, AmbiguousTime, BadValue, UnknownContact
from bot.domain.messages import Button, Card, Line, line
from bot.domain.model import Outreach
from bot.rules.context import Desk
from bot.text.command_line import compose
from bot.text.i18n import _
from bot.views import phrases
from bot.views.member import welcome

MOST_CHOICES = 4


def beside(problem: BadValue, *, over: bool = False) -> str:
    """The sentence that stands beside a field. `over`: it asks when something happened."""
    reason, *limits = problem.reason.split() if problem.reason.startswith("number") else [problem.reason]
    if limits:
        return _("Please give a whole number from {low} to {high}.").format(low=limits[0], high=limits[1])
    typed = problem.typed if len(problem.typed) <= 40 else problem.typed[:39] + "…"
    if over and reason == "unclear time":
        reason = "unclear past"
    return _sentences().get(reason, _("I can't take “{typed}” here.")).format(typed=typed)


def _sentences() -> dict[str, str]:
    return {
        "unclear time": _("I can't tell when “{typed}” is. Try “friday”, “in 3 days” or “3 Dec 15:00”."),
        "unclear past": _("I can't tell when “{typed}” was. Try “yesterday”, “friday” or “3 Dec 15:00”."),
        "needs an hour": _("Please add the hour to “{typed}”: “friday 15:00” or “3 Dec 3pm”."),
        "past": _("“{typed}” is over already. Try “tomorrow 15:00”, “friday” or “in 3 days”."),
        "future": _("“{typed}” is still ahead; I note what happened. Try “yesterday” or “today 9:00”."),
        "too far": _("“{typed}” is too far away for me. Please stay within ten years."),
        "themselves": _("“{typed}” can't be their own introducer. Please name somebody else, or nobody."),
        "not a choice": _("“{typed}” is not one of the choices. Please pick one."),
        "reached how": _("How did you reach out then? Please pick one, or leave the day empty."),
        "yes or no": _("Please answer yes or no."),
        "too long": _("That is longer than I can keep. Please shorten it."),
        "e-mail": _("“{typed}” is not an e-mail address that I can read. Try “name@example.org”."),
        "zone": _("I don't know the time zone “{typed}”. Try a city, such as “Berlin” or “New York”."),
        "zones": _("There are several time zones. Try a city, such as one of these: {typed}."),
        "names": _("It names one of your contacts; their name stays with you."),
        "stands in": _("You stand in until {typed}; please hand over for no longer than that."),
        "hour": _("I can't tell which hour “{typed}” is. Try “18:00” or “6pm”."),
        "channel": _("Please pick the channel, or type it with # in front."),
        "member": _("Please pick the member, or type their name with @ in front."),
        "before it begins": _("“{typed}” is before the first day. Please give the last busy day."),
        "country": _("I don't know the country “{typed}”. Try its two letters, such as “US” or “DE”."),
    }


def unknown_contact(desk: Desk, problem: UnknownContact, draft: str, *, add: bool) -> Card:
    """Somebody who is not on the board, or not by this name: look-alikes as buttons, and the offer to `add` them."""
    close = [one for key in problem.close if (one := desk.book.contact(key))][: MOST_CHOICES - 2]
    buttons = [_meant(one, problem.name, draft) for one in close]
    typed = problem.typed if len(problem.typed) <= 40 else problem.typed[:39] + "…"
    if add:
        buttons.append(Button(_("Add {name}").format(name=typed[:24]), compose("resume", draft=draft, new="yes")))
    lines = [line(_("“{typed}” is not on your board."), typed=typed)]
    if close and add:
        lines.append(line(_("Do you mean one of these, or shall I add them?")))
    elif close or add:
        lines.append(line(_("Do you mean one of these?") if close else _("Shall I add them?")))
    return Card(lines=tuple(lines), buttons=(*buttons, phrases.board()), unfinished=True)


def ambiguous_contact(desk: Desk, problem: AmbiguousContact, draft: str) -> Card:
    people = [one for key in problem.matches if (one := desk.book.contact(key))][:MOST_CHOICES]
    return Card(
        lines=(line(_("There is more than one “{typed}” on your board. Whom do you mean?"), typed=problem.typed[:40]),),
        buttons=tuple(_meant(one, problem.name, draft) for one in people),
        unfinished=True,
    )


def _meant(one: Outreach, argument: str, draft: str) -> Button:
    label = f"{one.name} ({one.company})" if one.company else one.name
    return Button(label[:40], compose("resume", draft=draft, **{argument: phrases.of(one)}))


def ambiguous_time(problem: AmbiguousTime, draft: str, labels: Sequence[str]) -> Card:
    return Card(
        lines=(line(_("“{typed}” can mean two days. Which one?"), typed=problem.typed),),
        buttons=tuple(
            Button(label, compose("resume", draft=draft, **{problem.name: option}))
            for label, option in zip(labels, problem.options, strict=True)
        ),
        unfinished=True,
    )


def already_there(twin: Outreach, draft: str) -> Card:
    """A second contact of the same name: never made by accident."""
    return Card(
        lines=(
            line(_("{name} is already on your board."), name=twin.name),
            line(_("Is this the same person?")),
        ),
        buttons=(
            phrases.see(twin),
            phrases.press(_("I reached out"), "log", twin),
            Button(
                _("Add another {name}").format(name=phrases.short(twin)), compose("resume", draft=draft, twin="yes")
            ),
        ),
        unfinished=True,
    )


def unknown_command(typed: str, nearest: str) -> tuple[Line, ...]:
    """What stands above the help."""
    said = typed if len(typed) <= 40 else typed[:39] + "…"
    first = line(_("I don't know “{typed}”."), typed=said)
    if nearest:
        first = line(_("I don't know “{typed}”. Did you mean “{nearest}”?"), typed=said, nearest=nearest)
    return (first,)


def no_such_root(root: str) -> Card:
    """A slash command that the platform shows and that has nothing under it yet."""
    return Card(
        lines=(
            line(_("There is nothing under /{root} yet."), root=root),
            line(_("All that I do for you is on your board and under Help.")),
        ),
        buttons=(phrases.board(), phrases.press(_("Help"), "help")),
    )


def unknown_argument(command: str, name: str, nearest: str, *, alone: bool) -> Card:
    """`alone`: the command takes nothing at all."""
    lines = [line(_("“{command}” has no “{name}:”."), command=command, name=name)]
    if nearest:
        lines.append(line(_("Did you mean “{nearest}:”?"), nearest=nearest))
    lines.append(line(_("Its name alone is enough.") if alone else _("If it is text, put it in quotes.")))
    return Card(lines=tuple(lines), buttons=(phrases.press(_("Help"), "help", topic=command), phrases.board()))


def plain(problem: str) -> Card:
    return Card(lines=((problem,),), buttons=(phrases.press(_("Help"), "help"), phrases.board()))


def duplicate_argument(name: str) -> Card:
    return plain(_("“{name}:” stands there twice; I need it once.").format(name=name))


def unclosed_quote() -> Card:
    return plain(_("A quotation mark was opened and not closed. Please close it, or leave it out."))


def not_found() -> Card:
    """For what is gone and for what was never this member's: the same words."""
    return plain(_("I can't find that any more. It may be done already, or gone."))


def nothing_to_undo() -> Card:
    return plain(_("I can take back your last change, once; there is none to take back here."))


def full(most: int) -> Card:
    """A board that has no room for one more."""
    return Card(
        lines=(
            line(_("Your board holds {number} people, and that is all I can look after well."), number=f"{most:,}"),
            line(_("Is there someone you could let go? “forget” makes room.")),
        ),
        buttons=(phrases.board(), phrases.press(_("Help"), "help", topic="forget")),
    )


def unheard(desk: Desk, name: str) -> Card:
    """Plain words in which nobody of the board is named. `name`: they may be the name of somebody new."""
    if name:
        add = Button(_("Add {name}").format(name=name[:24]), compose("add", contact=name[:60]))
        asked = line(_("Shall I add {name} to your board?"), name=name[:60])
        return Card(lines=(asked,), buttons=(add, phrases.board()), unfinished=True)
    if not desk.book.contacts:
        return welcome()
    lately = sorted(desk.book.contacts, key=lambda one: one.changed, reverse=True)
    return Card(
        lines=(line(_("I'm here; names and a few words are what I understand.")), line(_("Whom is it about?"))),
        buttons=(*(phrases.see(one) for one in lately[:2]), phrases.add_someone(), phrases.board()),
    )


def quieter() -> Card:
    """Plain words that ask for quiet, or for another clock."""
    return Card(
        lines=(line(_("Shall I be quiet for a while, or write at another hour?")),),
        buttons=(
            phrases.press(_("Two quiet weeks"), "pause", until="in 2 weeks"),
            phrases.press(_("Reminders"), "settings", section="reminders"),
            phrases.press(_("Change my zone"), "settings", section="place"),
            phrases.board(),
        ),
        unfinished=True,
    )


def shall_i(typed: str, draft: str) -> Card:
    """Plain words that read like a command: nothing is changed before a button is pressed."""
    said = typed if len(typed) <= 60 else typed[:59] + "…"
    return Card(
        lines=(line(_("You wrote: “{typed}”."), typed=said), line(_("Shall I do that?"))),
        buttons=(Button(_("Yes, please"), compose("resume", draft=draft)), phrases.board()),
        unfinished=True,
    )


def several_named(people: Sequence[Outreach]) -> Card:
    """Plain words that name more than one contact."""
    return Card(
        lines=(line(_("Whose card shall I open?")),),
        buttons=tuple(phrases.see(one) for one in people[:MOST_CHOICES]),
    )
