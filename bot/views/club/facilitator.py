"""What the facilitator is told: the set-up with its previews, how the club is doing, and small answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.club import statistics
from bot.club.meeting import in_charge, today
from bot.domain.messages import Button, Card, Field, line
from bot.domain.model import Address, Club, Meeting, Pulse, Season
from bot.rules.context import Desk
from bot.text import dates
from bot.text.command_line import compose
from bot.text.i18n import _
from bot.views import phrases
from bot.views.club import channel_posts
from bot.views.club.overview import meets, when_it_meets
from bot.views.member import exported, hosted

SHOWN = 3  # busy times that can be taken back on one card


def present(desk: Desk, club: Club) -> Card:
    """The set-up as it stands, and what can be changed."""
    lead = in_charge(club, desk.now)
    return Card(
        lines=(meets(club), line(_("The facilitator is {who}."), who=phrases.person(lead))),
        buttons=(
            phrases.press(_("Change it"), "setup", change="yes"),
            *_introduce(club),
            phrases.press(_("Hand over"), "facilitator"),
            phrases.press(_("Busy days"), "seasons"),
            phrases.press(_("End the club"), "endclub"),
        ),
    )


def _introduce(club: Club) -> tuple[Button, ...]:
    return () if club.introduced == club.mark else (phrases.press(_("Post the introduction"), "introduce"),)


def set_up(desk: Desk, club: Club) -> Card:
    """Nothing is posted yet: one of each kind is shown, and who can read it all."""
    if club.introduced:
        return Card(
            lines=(meets(club), line(_("What was posted stays. The next post is for the new meeting."))),
            buttons=(
                *_introduce(club),
                phrases.press(_("Change it"), "setup", change="yes"),
                phrases.press(_("My club"), "club"),
            ),
        )
    return Card(
        lines=(
            meets(club),
            line(_("Nothing is posted yet. Below is one of each kind, made up.")),
            line(_("Counts begin at five members. Please let me into the channel first.")),
        ),
        fields=(
            *channel_posts.previews(club, desk.now),
            Field(_("Who can read this"), (*hosted(desk.home.host), " ", *exported(desk.book.owner.platform))),
        ),
        buttons=(
            *_introduce(club),
            phrases.press(_("Change it"), "setup", change="yes"),
            phrases.press(_("Not now"), "club"),
        ),
    )


def set_up_meanwhile(desk: Desk, club: Club, wanted: Meeting, draft: str) -> Card:
    """Another facilitator set it up since the form was opened, or it stood there before."""
    return Card(
        lines=(
            line(_("It is set up already.")),
            meets(club),
            line(
                _("Shall it be {room} instead, on {day} at {hour}, {city} time?"),
                room=phrases.channel_of(desk.book.owner.platform, wanted.room),
                **when_it_meets(wanted),
            ),
        ),
        buttons=(Button(_("Change it"), compose("resume", draft=draft)), phrases.press(_("Leave it"), "setup")),
        unfinished=True,
    )


def introduced(club: Club) -> Card:
    return Card(
        lines=(
            line(_("I introduce myself in {room} in a moment."), room=phrases.room(club)),
            line(_("Everybody decides for themselves whether they are in.")),
        ),
        buttons=(phrases.press(_("My club"), "club"), phrases.press(_("How the club is doing"), "pulse")),
    )


def busy(desk: Desk, season: Season) -> Card:
    return Card(
        lines=(
            line(_("{days}: waits stand still for all who are in."), days=_days(desk, season)),
            line(_("It is shown to them as the reason.")),
        ),
        fields=(Field(_("Reason"), (season.reason,)),) if season.reason else (),
        buttons=(phrases.press(_("Take it back"), "unbusy", season=season.id), phrases.press(_("My club"), "club")),
    )


def _days(desk: Desk, season: Season) -> str:
    first, last = desk.day(season.first), desk.day(season.last)
    return first if first == last else f"{first} – {last}"


def seasons(desk: Desk, ahead: Sequence[Season]) -> Card:
    """`ahead`: those that are not over."""
    add = phrases.press(_("Add busy days"), "busy")
    if not ahead:
        return Card(lines=(line(_("No busy days are kept.")),), buttons=(add, phrases.press(_("My club"), "club")))
    shown = list(enumerate(ahead, 1))[-SHOWN:]
    return Card(
        lines=(line(_("On these days waits stand still for all who are in.")),),
        fields=tuple(Field(f"{at}. {_days(desk, one)}", (one.reason or _("no reason given"),)) for at, one in shown),
        buttons=(
            add,
            *(phrases.press(_("Take back {number}").format(number=at), "unbusy", season=one.id) for at, one in shown),
        ),
    )


def not_busy() -> Card:
    return Card(lines=(line(_("Taken back: waits run as ever.")),), buttons=(phrases.press(_("My club"), "club"),))


def pulse(desk: Desk, club: Club) -> Card:
    """How the club is doing, as it was counted last; nothing here is about a single member."""
    buttons = (phrases.at_club(_("Busy days"), "seasons", club), phrases.at_club(_("Set-up"), "setup", club))
    if club.pulse is None:
        lines = (
            line(_("There is too little yet to show it without showing one person.")),
            line(_("Counts begin at five members, and rest while people come and go.")),
        )
        return Card(lines=lines, buttons=buttons)
    first = line(_("Your club in the week before {day}."), day=dates.say_date(today(club, club.pulse.at), desk.today))
    return Card(
        lines=(first, line(_("Counted together and rounded; nothing here is about one member."))),
        fields=tuple(_figures(club.pulse)),
        buttons=buttons,
    )


def _figures(of: Pulse) -> list[Field]:
    said = {
        statistics.STEPS: (_("Steps"), _("about {count}")),
        statistics.ANSWERS: (_("Answers"), _("about {count}")),
        statistics.CALLS: (_("Calls"), _("about {count}")),
        statistics.SILENT: (_("In a long silence"), _("about {count} members, for four weeks or more")),
    }
    rows = [Field(said[name][0], (said[name][1].format(count=value),)) for name, value in of.figures if name in said]
    rows += [_median(name, value) for name, value in of.figures if name not in said]
    topics = [topic(one) for one in of.topics]
    return [*rows, *([Field(_("Worth talking about"), (", ".join(topics),))] if topics else [])]


def _median(name: str, value: int) -> Field:
    """A band: the middle of a few is one member's own number."""
    steps = {0: _("up to 3 steps a member"), 4: _("4 to 7 steps"), 8: _("8 to 14 steps"), 15: _("15 steps or more")}
    days = {0: _("within 3 days"), 4: _("4 to 7 days"), 8: _("8 to 14 days"), 15: _("15 days or more")}
    if name == statistics.MIDDLE:
        return Field(_("In the middle"), (steps[value],))
    return Field(_("Until an answer"), (days[value],))


def topic(one: str) -> str:
    return {
        "phone": _("picking up the phone"),
        "quiet": _("when it stays quiet"),
        "no call": _("calls that did not happen"),
        "first hello": _("a first hello"),
    }[one]


def skipped(desk: Desk, club: Club, day: date, *, skips: bool) -> Card:
    said = dates.say_date(day, today(club, desk.now))
    if not skips:
        return Card(
            lines=(line(_("All right: the week together is posted on {day}."), day=said),), buttons=(phrases.board(),)
        )
    return Card(
        lines=(line(_("All right: nothing is posted on {day}."), day=said),),
        buttons=(phrases.at_club(_("Post it after all"), "skipweek", club, day=day.isoformat(), how="post"),),
    )


def week_is_over() -> Card:
    return Card(lines=(line(_("That week is over; each week has its own button.")),), buttons=(phrases.board(),))


def sure_to_hand_over(desk: Desk, to: Address, until: date | None) -> Card:
    press = compose(
        "facilitator", member=f"<@{to.user}>", sure="yes", **({"until": until.isoformat()} if until else {})
    )
    said = (
        line(_("Shall {who} be the facilitator until {day}?"), who=phrases.person(to), day=desk.day(until))
        if until
        else line(_("Shall {who} be the facilitator from now on?"), who=phrases.person(to))
    )
    return Card(
        lines=(said, line(_("They see how the club is doing, and nobody's contacts."))),
        buttons=(Button(_("Hand over"), press), phrases.press(_("Not now"), "club")),
        unfinished=True,
    )


def handed_over(desk: Desk, to: Address, until: date | None) -> Card:
    who = phrases.person(to)
    said = (
        line(_("The facilitator is {who} until {day}; then it is you again."), who=who, day=desk.day(until))
        if until
        else line(_("The facilitator is {who} now. Thank you for what you did."), who=who)
    )
    return Card(
        lines=(said, line(_("I tell them if they have used me before; please tell them, too."))),
        buttons=(phrases.press(_("My club"), "club"), phrases.board()),
    )


def sure_to_end(club: Club) -> Card:
    return Card(
        lines=(
            line(_("This ends your club here: no more posts, no counts.")),
            line(_("Each member is told in private that their board stays theirs.")),
            line(_("What was posted stays in {room}."), room=phrases.room(club)),
        ),
        buttons=(phrases.press(_("End the club"), "endclub", sure="yes"), phrases.press(_("Not now"), "club")),
    )


def ended() -> Card:
    return Card(
        lines=(
            line(_("The club has ended; each member hears of it in private.")),
            line(_("Thank you for leading it.")),
        ),
        buttons=(phrases.board(),),
    )
