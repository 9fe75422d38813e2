"""What the facilitator is told: the set-up with its previews, how the club is doing, and small answers."""

from __future__ import annotations

from datetime import date

from bot import when
from bot.cards import Button, Card, Field, Instant, line
from bot.club import counts
from bot.club.meeting import in_charge, moment, next_meeting, today
from bot.desk import Desk
from bot.i18n import _, ngettext
from bot.line import compose
from bot.model import Address, Club, Meeting, Pulse, Season
from bot.views import posts, words
from bot.views.member import exported, hosted


def present(desk: Desk, club: Club) -> Card:
    """The set-up as it stands, and what can be changed."""
    lead = in_charge(club, desk.now)
    return Card(
        lines=(
            line(_("Your club meets in {room}; next: {at}."), room=words.room(club), at=_next(desk, club)),
            line(_("The facilitator is {who}."), who=words.person(lead)),
        ),
        buttons=(
            words.press(_("Change it"), "setup", change="yes"),
            *_introduce(club),
            words.press(_("Hand over"), "facilitator"),
            words.press(_("Busy days"), "busy"),
            words.press(_("End the club"), "endclub"),
        ),
    )


def _next(desk: Desk, club: Club) -> tuple[Instant, ...]:
    return (desk.moment(moment(club, next_meeting(club, desk.now))),)


def _introduce(club: Club) -> tuple[Button, ...]:
    return () if club.introduced == club.mark else (words.press(_("Post the introduction"), "introduce"),)


def set_up(desk: Desk, club: Club) -> Card:
    """Nothing is posted yet: one of each kind is shown, and who can read it all."""
    return Card(
        lines=(
            line(_("Kept: {room}; next meeting {at}."), room=words.room(club), at=_next(desk, club)),
            line(_("Nothing is posted yet. Below is one of each kind, made up.")),
            line(_("Counts begin at five members. Please invite me to {room} first."), room=words.room(club)),
        ),
        fields=(
            *posts.previews(club, desk.now),
            Field(_("Who can read this"), (*hosted(desk.home.host), " ", *exported(desk.book.owner.platform))),
        ),
        buttons=(
            *_introduce(club),
            words.press(_("Change it"), "setup", change="yes"),
            words.press(_("Not now"), "club"),
        ),
    )


def set_up_meanwhile(desk: Desk, club: Club, wanted: Meeting, draft: str) -> Card:
    """Another facilitator set it up since the form was opened, or it stood there before."""
    return Card(
        lines=(
            line(_("It is set up already: {room}; next meeting {at}."), room=words.room(club), at=_next(desk, club)),
            line(
                _("Shall it be {room} instead, {day} at {hour}?"),
                room=words.channel_of(desk.book.owner.platform, wanted.room),
                day=words.weekday(wanted.day),
                hour=f"{wanted.hour:%H:%M}",
            ),
        ),
        buttons=(Button(_("Change it"), compose("resume", draft=draft)), words.press(_("Leave it"), "setup")),
        unfinished=True,
    )


def introduced(club: Club) -> Card:
    return Card(
        lines=(
            line(_("I introduce myself in {room} in a moment."), room=words.room(club)),
            line(_("Everybody decides for themselves whether they are in.")),
        ),
        buttons=(words.press(_("My club"), "club"), words.press(_("How the club is doing"), "pulse")),
    )


def busy(desk: Desk, season: Season) -> Card:
    said = _("From {first} to {last} no waits run, for all who are in.")
    return Card(
        lines=(
            line(said, first=desk.day(season.first), last=desk.day(season.last)),
            line(_("It is shown to them as the reason.")),
        ),
        fields=(Field(_("Reason"), (season.reason,)),) if season.reason else (),
        buttons=(words.press(_("Take it back"), "unbusy", season=season.id), words.press(_("My club"), "club")),
    )


def not_busy() -> Card:
    return Card(lines=(line(_("Taken back: waits run as ever.")),), buttons=(words.press(_("My club"), "club"),))


def pulse(desk: Desk, club: Club) -> Card:
    """How the club is doing, as it was counted last; nothing here is about a single member."""
    buttons = (words.press(_("Busy days"), "busy"), words.press(_("Set-up"), "setup"))
    if club.pulse is None:
        lines = (
            line(_("There is nothing to count yet that would hide each single member.")),
            line(_("Counts begin at five members, and rest while people come and go.")),
        )
        return Card(lines=lines, buttons=buttons)
    first = line(_("Your club in the week before {day}."), day=when.say_date(today(club, club.pulse.at), desk.today))
    return Card(
        lines=(first, line(_("Counted together and rounded; nothing here is about one member."))),
        fields=tuple(_figures(club.pulse)),
        buttons=buttons,
    )


def _figures(of: Pulse) -> list[Field]:
    said = {
        counts.STEPS: (_("Steps"), _("about {count}")),
        counts.ANSWERS: (_("Answers"), _("about {count}")),
        counts.CALLS: (_("Calls"), _("about {count}")),
        counts.SILENT: (_("In a long silence"), _("about {count} members, for four weeks or more")),
    }
    rows = [Field(said[name][0], (said[name][1].format(count=value),)) for name, value in of.figures if name in said]
    rows += [_median(name, value) for name, value in of.figures if name not in said]
    topics = [topic(one) for one in of.topics]
    return [*rows, *([Field(_("Worth a meeting"), (", ".join(topics),))] if topics else [])]


def _median(name: str, value: int) -> Field:
    if name == counts.MIDDLE:
        return Field(
            _("In the middle"),
            (ngettext("{count} step a member", "{count} steps a member", value).format(count=value),),
        )
    return Field(
        _("Until an answer"),
        (ngettext("{count} day, in the middle", "{count} days, in the middle", value).format(count=value),),
    )


def topic(one: str) -> str:
    return {
        "phone": _("picking up the phone"),
        "quiet": _("when it stays quiet"),
        "no call": _("calls that did not happen"),
        "first hello": _("a first hello"),
    }[one]


def skipped(desk: Desk, club: Club, day: date, *, skips: bool) -> Card:
    said = when.say_date(day, today(club, desk.now))
    if not skips:
        return Card(
            lines=(line(_("All right: the week together is posted on {day}."), day=said),), buttons=(words.board(),)
        )
    return Card(
        lines=(line(_("All right: nothing is posted on {day}."), day=said),),
        buttons=(words.at_club(_("Post it after all"), "skipweek", club, day=day.isoformat(), how="post"),),
    )


def week_is_over() -> Card:
    return Card(lines=(line(_("That week is over; each week has its own button.")),), buttons=(words.board(),))


def handed_over(desk: Desk, to: Address, until: date | None) -> Card:
    who = words.person(to)
    said = (
        line(_("The facilitator is {who} until {day}; then it is you again."), who=who, day=desk.day(until))
        if until
        else line(_("The facilitator is {who} now. Thank you for what you did."), who=who)
    )
    return Card(
        lines=(said, line(_("I tell them if they have used me before; please tell them, too."))),
        buttons=(words.press(_("My club"), "club"), words.board()),
    )


def sure_to_end(club: Club) -> Card:
    return Card(
        lines=(
            line(_("This ends your club here: no more posts, no counts.")),
            line(_("Each member is told in private that their board stays theirs.")),
            line(_("What was posted stays in {room}."), room=words.room(club)),
        ),
        buttons=(words.press(_("End the club"), "endclub", sure="yes"), words.press(_("Not now"), "club")),
    )


def ended() -> Card:
    return Card(
        lines=(
            line(_("The club has ended; each member hears of it in private.")),
            line(_("Thank you for leading it.")),
        ),
        buttons=(words.board(),),
    )
