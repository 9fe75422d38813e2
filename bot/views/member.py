"""The cards about the member: welcome, pause, landed, how they are, forgetting."""

from __future__ import annotations

from datetime import date

from bot.domain.messages import Card, Line, line
from bot.domain.model import Ending, Outreach
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import phrases


def welcome() -> Card:
    return Card(
        lines=(
            line(_("Waiting to hear back is hard, and no fault of yours.")),
            line(_("Give me one name; I'll track whose turn it is.")),
            line(_("I write to none of your contacts; the club sees only what you share.")),
        ),
        buttons=(phrases.add_someone(), phrases.press(_("Who can read this?"), "who")),
    )


def who_reads(host: str, platform: str) -> Card:
    """Who can read a member's book: said plainly, as it is."""
    return Card(
        lines=(hosted(host), exported(platform), line(_("Other members never see your contacts."))),
        buttons=(phrases.board(), phrases.press(_("Forget me"), "forget", contact="me")),
    )


def hosted(host: str) -> Line:
    if host:
        return line(_("{host} hosts this bot and can open its store."), host=host)
    return line(_("Whoever hosts this bot can open its store."))


def exported(platform: str) -> Line:
    if platform == "discord":
        return line(_("Server owners cannot read what we write privately; Discord itself can."))
    return line(_("The owners of this workspace may be able to export messages."))


def paused(desk: Desk) -> Card:
    until = desk.book.paused_until
    calendar = desk.days.calendar
    forever = until is None or until.year > 9000
    said = (
        line(_("All right: nothing from me until you say so."))
        if forever or until is None
        else line(_("All right: nothing from me until {day}."), day=desk.day(calendar.day(until)))
    )
    return Card(
        lines=(said, line(_("Your board stays as it is, and your commands work as ever."))),
        buttons=(phrases.press(_("Take it up again"), "pause", until="now"), phrases.board()),
    )


def resumed() -> Card:
    return Card(
        lines=(
            line(_("Welcome back. I'll go on gently; nothing has piled up.")),
            line(_("Your board is as you left it.")),
        ),
        buttons=(phrases.board(), phrases.add_someone()),
    )


def fewer(what: str) -> Card:
    said = (
        _("The patience reminders are off; the dates stay on your board.")
        if what == "patience"
        else _("The weekly message comes once in four weeks now.")
    )
    return Card(
        lines=(line(said),),
        buttons=(phrases.press(_("Settings"), "settings"), phrases.board(), phrases.undo()),
    )


def undone(command: str) -> Card:
    return Card(
        lines=(line(_("Taken back: {what}."), what=_change(command)),),
        buttons=(phrases.board(), phrases.add_someone()),
    )


def _change(command: str) -> str:
    """What a command changed, as a member would call it."""
    match command:
        case "add":
            return _("the new contact")
        case "log" | "news":
            return _("the step you noted")
        case "reply":
            return _("the answer you noted")
        case "plan" | "moved":
            return _("the planned call")
        case "held" | "nocall" | "missedcall":
            return _("how the call went")
        case "turn":
            return _("who moves next")
        case "pause" | "keep":
            return _("the pause")
        case "settings" | "fewer" | "feel":
            return _("the change of settings")
        case _:
            return _("your last change")


def landed(people: list[Outreach], *, in_club: bool = False) -> Card:
    thanks = (
        line(
            _("When you have a moment, a thank-you round: {names}."), names=phrases.names([one.name for one in people])
        )
        if people
        else line(_("When you have a moment, thank someone who helped.")),
    )
    return Card(
        lines=(
            line(_("How good. May it be a kind place.")),
            line(_("Plans are taken off and I go quiet; nothing is shared.")),
            *thanks,
        ),
        buttons=(
            *(
                phrases.press(_("Thank {name}").format(name=phrases.short(one)), "log", one, courtesy="yes")
                for one in people[: 1 if in_club else 2]
            ),
            *((phrases.press(_("Share good news"), "win"),) if in_club else ()),
            phrases.press(_("It fell through"), "reopen"),
            phrases.undo(),
        ),
    )


def reopened() -> Card:
    return Card(
        lines=(
            line(_("I'm sorry it did not hold; that's no verdict on you.")),
            line(_("Your board is here, as you left it.")),
        ),
        buttons=(phrases.board(), phrases.add_someone()),
    )


def checkin(one: Outreach) -> Card:
    feelings = (
        (_("Okay"), "okay"),
        (_("Confused"), "confused"),
        (_("Frustrated"), "frustrated"),
        (_("Angry"), "angry"),
        (_("Upset"), "upset"),
        (_("Don't ask"), "never"),
    )
    return Card(
        lines=(
            line(_("How are you, with {name} on your mind?"), name=one.name),
            line(_("I keep no record of your answer.")),
        ),
        buttons=tuple(phrases.press(label, "feel", one, how=how) for label, how in feelings),
    )


def felt(desk: Desk, one: Outreach, how: str) -> Card:
    """One acknowledging line, and one doable thing that is not this contact."""
    said = {
        "okay": _("Good to hear."),
        "confused": _("Silence without a reason is confusing; most people would feel so."),
        "frustrated": _("Of course it's frustrating: you did your part and can't do theirs."),
        "angry": _("Anger makes sense here; you gave care and got quiet back."),
        "upset": _("I'm sorry. Being left in the quiet hurts, and it's no fault of yours."),
    }[how]
    others = desk.others(one, 1)
    return Card(
        lines=(line(said), phrases.meanwhile(desk, one)),
        buttons=(phrases.see(others[0].contact) if others else phrases.add_someone(), phrases.board()),
    )


def never_asked() -> Card:
    return Card(lines=(line(_("I won't ask again.")),), buttons=(phrases.board(), phrases.undo()))


def snoozed(desk: Desk, one: Outreach, until: date) -> Card:
    return _all_right(line(_("All right: {name} can wait until {day}."), name=one.name, day=desk.day(until)))


def rested(desk: Desk, one: Outreach, until: date | None) -> Card:
    if until is None:
        return _all_right(line(_("{name} rests now; nothing is lost, and a reply ends the rest."), name=one.name))
    said = _("{name} rests until {day}; nothing is lost, and a reply ends the rest.")
    return _all_right(line(said, name=one.name, day=desk.day(until)))


def closed(one: Outreach, ending: Ending) -> Card:
    if ending is Ending.DO_NOT_CONTACT:
        return _all_right(line(_("{name} is closed; I won't bring them up again."), name=one.name))
    return _all_right(line(_("{name} is closed, and the door stays open."), name=one.name))


def _all_right(what: Line) -> Card:
    """A short word after a small change, with the way back."""
    return Card(lines=(what,), buttons=(phrases.board(), phrases.add_someone(), phrases.undo()))


def sure_to_forget(one: Outreach | None) -> Card:
    """Forgetting is final, so it is asked once."""
    if one is None:
        return Card(
            lines=(
                line(_("This erases your whole book: contacts, notes, plans, settings.")),
                line(_("It is final; I can't bring it back.")),
            ),
            buttons=(phrases.press(_("Erase my book"), "forget", contact="me", sure="yes"), phrases.board()),
        )
    return Card(
        lines=(
            line(_("This erases {name} and all notes about them."), name=one.name),
            line(_("It is final. Resting keeps everything and is quiet too.")),
        ),
        buttons=(
            phrases.press(_("Erase {name}").format(name=phrases.short(one)), "forget", one, marked=True, sure="yes"),
            phrases.press(_("Rest {name}").format(name=phrases.short(one)), "rest", one, marked=True),
            phrases.see(one),
        ),
    )


def forgotten(*, whole: bool) -> Card:
    said = _("Your book is erased. I wish you well.") if whole else _("Erased, with all notes.")
    return Card(lines=(line(said),), buttons=(phrases.add_someone(),) if whole else (phrases.board(),))
