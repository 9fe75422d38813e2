"""Small words that many sentences use: channels, slots, lists of names, buttons that recur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.messages import Button, Card, Field, Line, Mention, Reply, line
from bot.domain.model import Address, Book, Channel, Club, Ending, Outreach, Season, Slot, Weekday
from bot.rules import Reason, Stage, Standing, Suggestion
from bot.rules.context import Desk
from bot.text.command_line import compose
from bot.text.i18n import _


def channel(one: Channel) -> str:
    return {
        Channel.EMAIL: _("e-mail"),
        Channel.PHONE: _("call"),
        Channel.VOICEMAIL: _("voicemail"),
        Channel.TEXT: _("text message"),
        Channel.LINKEDIN: _("LinkedIn message"),
        Channel.IN_PERSON: _("in person"),
        Channel.OTHER: _("other"),
    }[one]


def slot(one: Slot) -> str:
    return _("e-mail") if one is Slot.WRITTEN else _("call")


def a_slot(one: Slot) -> str:
    return _("an e-mail") if one is Slot.WRITTEN else _("a call")


def ending(one: Ending) -> str:
    return {
        Ending.MET: _("you met"),
        Ending.LANDED: _("you landed"),
        Ending.NOT_INTERESTED: _("not for you"),
        Ending.DO_NOT_CONTACT: _("left in peace"),
    }[one]


def reason(one: Reason) -> str:
    return {
        Reason.YOUR_TURN: _("it's your turn"),
        Reason.SAME_COMPANY: _("same company"),
        Reason.ANSWERED: _("answered you before"),
        Reason.NOT_CONTACTED: _("not contacted yet"),
        Reason.INTRODUCED: _("thank for introducing"),
    }[one]


def weekday(one: Weekday) -> str:
    return {
        Weekday.MONDAY: _("Monday"),
        Weekday.TUESDAY: _("Tuesday"),
        Weekday.WEDNESDAY: _("Wednesday"),
        Weekday.THURSDAY: _("Thursday"),
        Weekday.FRIDAY: _("Friday"),
        Weekday.SATURDAY: _("Saturday"),
        Weekday.SUNDAY: _("Sunday"),
    }[one]


def slots(stands: Standing) -> str:
    """The two follow-ups and how many are used: "e-mail 0/1, call 1/1"."""
    episode = stands.thread.episode
    used = (*episode.used, *episode.settled) if episode else ()
    written = min(used.count(Slot.WRITTEN), stands.quota.written)
    phone = min(used.count(Slot.PHONE), stands.quota.phone)
    return _("e-mail {written}/{of_written}, call {phone}/{of_phone}").format(
        written=written, of_written=stands.quota.written, phone=phone, of_phone=stands.quota.phone
    )


def names(people: Sequence[str]) -> str:
    """ "Lee", "Lee and Priya", "Lee, Priya and Sam"."""
    if len(people) < 2:
        return "".join(people)
    return _("{first} and {last}").format(first=", ".join(people[:-1]), last=people[-1])


def suggested(people: Sequence[Suggestion]) -> str:
    """ "Lee (answered you before), Priya (not contacted yet)"."""
    return ", ".join(f"{one.contact.name} ({reason(one.reason)})" for one in people)


def meanwhile(desk: Desk, about: Outreach) -> Line:
    """Somebody else of the member's own network, or the offer to add one."""
    if not (others := desk.others(about, 1)):
        return line(_("Meanwhile, one new name could be another door."))
    [other] = others
    known = {
        Reason.YOUR_TURN: _("Meanwhile, it's your turn with {name}."),
        Reason.SAME_COMPANY: _("Meanwhile, {name} is at the same company."),
        Reason.ANSWERED: _("Meanwhile, {name} has answered you before."),
        Reason.NOT_CONTACTED: _("Meanwhile, {name} could be a first hello."),
        Reason.INTRODUCED: _("Meanwhile, {name} could be thanked for introducing you."),
    }
    return line(known[other.reason], name=other.contact.name)


def later(desk: Desk, stands: Standing) -> str:
    """The day, still to come, until which the member left a contact; empty when they did not."""
    snoozed = stands.thread.snoozed
    return desk.day(snoozed.until) if snoozed and snoozed.until > desk.today else ""


def allowed(desk: Desk, one: Outreach, stands: Standing) -> Line:
    """What is allowed now with this contact, and when: one sentence."""
    name = one.name
    match stands.stage:
        case Stage.THEIR_TURN if stands.until and stands.free:
            welcome = _("It's {name}'s turn; {what} is welcome from {day}.")
            return line(welcome, name=name, what=a_slot(stands.free[0]), day=desk.day(stands.until))
        case Stage.THEIR_TURN if stands.until:
            return line(_("It's {name}'s turn; nothing to do until {day}."), name=name, day=desk.day(stands.until))
        case Stage.MAY if day := later(desk, stands):
            return line(_("{name} can wait until {day}, as you said."), name=name, day=day)
        case Stage.MAY if stands.free[0] is Slot.WRITTEN:
            return line(_("It's okay to send {name} your one e-mail now, and okay not to."), name=name)
        case Stage.MAY:
            return line(_("It's okay to call {name} once now, and okay not to."), name=name)
        case Stage.CALL_PLANNED if stands.plan:
            over = stands.plan.start <= desk.now
            said = _("Your call with {name} was planned for {at}.") if over else _("Your call with {name}: {at}.")
            return line(said, name=name, at=desk.moment(stands.plan.start))
        case Stage.RESTING if stands.thread.rested and stands.thread.rested.until:
            return line(
                _("{name} is resting until {day}; a reply ends the rest."),
                name=name,
                day=desk.day(stands.thread.rested.until),
            )
        case Stage.CLOSED if stands.thread.closed and stands.thread.closed.ending is Ending.DO_NOT_CONTACT:
            return line(_("{name} is closed, and left in peace."), name=name)
        case Stage.CLOSED if stands.thread.closed:
            closed = _("{name} is closed ({why}); the door stays open.")
            return line(closed, name=name, why=ending(stands.thread.closed.ending))
        case stage:
            return line(_plain(stage), name=name)


def _plain(stage: Stage) -> str:
    return {
        Stage.TO_CONTACT: _("{name} is kept for later; write whenever you like."),
        Stage.SOMEONE_ELSE: _("It's quiet with {name}; the next step is with someone else."),
        Stage.YOUR_TURN: _("It's your turn with {name}, in your own time."),
        Stage.IN_TOUCH: _("Nothing is open with {name}."),
        Stage.RESTING: _("{name} is resting; a reply ends the rest."),
    }[stage]


def busy_days(desk: Desk, stands: Standing) -> tuple[Field, ...]:
    """Why a wait is longer: the club's busy days."""
    return tuple(Field(_("Busy in your club"), (_busy(desk, one),)) for one in desk.seasons(stands))


def _busy(desk: Desk, one: Season) -> str:
    days = f"{desk.day(one.first)} – {desk.day(one.last)}"
    return f"{days}: {one.reason}" if one.reason else days


def of(one: Outreach) -> str:
    """How a button names a contact."""
    return f"#{one.id}"


def press(label: str, command: str, one: Outreach | None = None, *, marked: bool = False, **values: str) -> Button:
    """A button that runs a command, about a contact if there is one; `marked` when it changes something."""
    if one:
        values = {"contact": of(one), **values, **({"mark": one.mark} if marked else {})}
    return Button(label, compose(command, **values))


def at_club(label: str, command: str, club: Club, **values: str) -> Button:
    """A button that is pressed in direct messages, where the platform does not tell which club is meant."""
    team = {"club": club.key.team} if club.key.team else {}
    return Button(label, compose(command, **values, **team))


def said(text: str) -> Line:
    """A person's own words."""
    return line(_("“{text}”"), text=text)


def room(club: Club) -> Mention:
    """The club's channel."""
    return channel_of(club.key.platform, club.meeting.room)


def channel_of(platform: str, room: str) -> Mention:
    """The platform shows its name; where it cannot, such as in a notification, there is none that we know."""
    return Mention("channel", room, room if platform == "console" else _("the club's channel"))


def person(one: Address) -> Mention:
    return member(one.user, one.user if one.platform == "console" else "")


def member(user: str, name: str) -> Mention:
    return Mention("person", user, name or _("that member"))


def see(one: Outreach) -> Button:
    return press(_("See {name}").format(name=short(one)), "show", one)


def short(one: Outreach) -> str:
    """A name that fits on a button: the whole of a short one, else its first word."""
    if len(one.name) <= 18:
        return one.name
    first = one.name.split()[0]
    return first if len(first) <= 18 else first[:17] + "…"


def add_someone() -> Button:
    return press(_("Add someone"), "add")


def they_wrote(one: Outreach) -> Button:
    return press(_("They wrote"), "reply", one)


def undo(of: str = "") -> Button:
    """`of`: the change to take back; the dispatcher, who knows it, fills it in."""
    return press(_("Undo"), "undo", of=of) if of else press(_("Undo"), "undo")


def board() -> Button:
    return press(_("Board"), "board")


def more(one: Outreach) -> Button:
    return press(_("More…"), "more", one)


Said = TypeVar("Said", Card, Reply)


def as_wanted(said: Said, book: Book) -> Said:
    """The card on the clock that its reader chose, with a notification that says no more than they want."""
    if isinstance(said, Card) and on_own_clock(book):
        said = said.in_words()
    return said if book.settings.names else replace(said, notice=_("Your board has a word for you."))


def on_own_clock(book: Book) -> bool:
    """Whether the member chose another zone than their platform would show times in.

    A platform that tells no zone shows times on the reader's own clock, wherever they are.
    """
    return bool(book.settings.zone and book.profile.zone) and book.settings.zone != book.profile.zone
