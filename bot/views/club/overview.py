"""What a member is told of their club: who can read what, what being in means, and what others see of them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.club import statistics
from bot.club.introductions import open_asks
from bot.club.meeting import in_charge
from bot.domain.messages import Button, Card, Field, Line, line
from bot.domain.model import Club, Meeting, Said, Shared
from bot.rules.context import Desk
from bot.text import time_zones
from bot.text.command_line import compose
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.member import exported, hosted


def overview(desk: Desk, club: Club | None, *, is_in: bool, leads: bool) -> Card:
    """All that can be done in the club, behind buttons."""
    if club is None or club.ended_at:
        return Card(
            lines=(line(_("Your club isn't set up yet; you can do that in a minute.")),),
            buttons=(phrases.press(_("Set up the club"), "setup"), phrases.board()),
        )
    if not club.introduced:
        return Card(
            lines=(line(_("Your club is set up, and nothing is posted yet.")), meets(club)),
            buttons=(phrases.press(_("Post the introduction"), "introduce"), phrases.press(_("Set-up"), "setup")),
        )
    state = line(_("You are in.")) if is_in else line(_("You aren't in so far; that is up to you alone."))
    leading = (phrases.press(_("How the club is doing"), "pulse"), phrases.press(_("Set-up"), "setup")) if leads else ()
    asked = open_asks(club, desk.now, desk.book.owner)
    mine = (phrases.press(_("My questions"), "myquestions"),) if asked else ()
    return Card(lines=(meets(club), state), buttons=(*mine, *_doing(is_in=is_in), *leading))


def meets(club: Club) -> Line:
    """In the club's own time: its readers may live by other clocks."""
    said = _("Your club meets in {room}, on {day} at {hour}, {city} time.")
    return line(said, room=phrases.room(club), **when_it_meets(club.meeting))


def when_it_meets(of: Meeting) -> dict[str, str]:
    return {"day": phrases.weekday(of.day), "hour": f"{of.hour:%H:%M}", "city": time_zones.city(of.zone)}


def _doing(*, is_in: bool) -> tuple[Button, ...]:
    tips, who = phrases.press(_("What worked for others"), "tips"), phrases.press(_("Who can read this?"), "clubwho")
    if not is_in:
        return (phrases.press(_("Count me in"), "join"), who)
    return (
        phrases.press(_("Ask the club"), "ask"),
        phrases.press(_("Share good news"), "win"),
        tips,
        phrases.press(_("What others see of me"), "mirror"),
    )


def who_reads(desk: Desk, draft: str, *, is_in: bool) -> Card:
    """Who can read what, and what will and will never be posted. `draft`: what they were about to do."""
    platform = desk.book.owner.platform
    on = (phrases.press(_("What others see of me"), "mirror"), phrases.press(_("My club"), "club"))
    return Card(
        lines=(hosted(desk.home.host), exported(platform), line(_("Other members never see your contacts."))),
        fields=(
            Field(_("Posted here"), (_("counts of five members or more, and what somebody chose to share"),)),
            Field(_("Never posted"), (_("a name from your board, a note, or who did how much"),)),
            Field(_("That you press"), (_("nobody in the channel sees it, nor does the facilitator"),)),
            Field(_("The facilitator"), (_("the same rounded counts, and nobody's contacts"),)),
            Field(_("The host"), (_("can also open the list of who is in, and who asked what"),)),
        ),
        buttons=on if is_in else (_count_me_in(draft), phrases.board()),
    )


def _count_me_in(draft: str) -> Button:
    return Button(_("Count me in"), compose("join", resume=draft)) if draft else phrases.press(_("Count me in"), "join")


def joined(desk: Desk, draft: str) -> Card:
    first = () if desk.book.contacts else (phrases.add_someone(),)
    return Card(
        lines=(
            line(_("You're in: from now on your steps are counted, without your name.")),
            line(_("Newcomers are counted three at a time, so that nobody stands out.")),
            line(_("You can leave at any time, and it holds at once.")),
        ),
        buttons=(
            *(_go_on(draft) or first),
            phrases.press(_("My club"), "club"),
            phrases.press(_("Leave again"), "leave"),
        ),
    )


def already_in(draft: str) -> Card:
    return Card(
        lines=(line(_("You're in already; nothing to do.")),),
        buttons=(
            *_go_on(draft),
            phrases.press(_("What others see of me"), "mirror"),
            phrases.press(_("Leave"), "leave"),
        ),
    )


def _go_on(draft: str) -> tuple[Button, ...]:
    return (Button(_("Go on"), compose("resume", draft=draft)),) if draft else ()


def left() -> Card:
    return Card(
        lines=(
            line(_("You're out, from now on: nothing of yours is counted or kept there.")),
            line(_("What was posted stays in the channel. Your board is as it was.")),
        ),
        buttons=(phrases.press(_("Count me in again"), "join"), phrases.board()),
    )


def not_in() -> Card:
    return Card(
        lines=(line(_("You aren't in, so there is nothing to leave.")),),
        buttons=(phrases.press(_("Count me in"), "join"), phrases.board()),
    )


def mirror(desk: Desk, club: Club, *, is_in: bool) -> Card:
    """Exactly what others can see of this member: everybody, the facilitator, and those they were introduced to."""
    if not is_in:
        first = line(_("You aren't in: nobody here sees anything of you."))
        return Card(lines=(first,), buttons=(phrases.press(_("Count me in"), "join"), phrases.board()))
    return Card(
        lines=(line(_("This is all that others can see of you.")), hosted(desk.home.host)),
        fields=tuple(_seen(desk, club)),
        buttons=(
            *(() if in_charge(club, desk.now) == desk.book.owner else (_talk(),)),
            phrases.press(_("Leave"), "leave"),
            phrases.press(_("Who can read this?"), "clubwho"),
        ),
    )


def _talk() -> Button:
    return phrases.press(_("Ask the facilitator to talk to me"), "talk")


def _seen(desk: Desk, club: Club) -> Iterator[Field]:
    mine, me = _with_my_name(desk, club), desk.book.owner
    yield from (Field(_("Everybody, signed {name}").format(name=one.name), (phrases.said(one.text))) for one in mine)
    if not mine:
        yield Field(_("Everybody"), (_("nothing with your name"),))
    if known := sum(
        one.said is Said.INTRODUCED for ask in club.asks for one in ask.offers if me in (ask.asker, one.helper)
    ):
        said = ngettext("{count} member knows your name", "{count} members know your name", known).format(count=known)
        yield Field(_("Introduced"), (_("{said}, since both of you said yes").format(said=said),))
    if open_asks(club, desk.now, me):
        yield Field(_("Your questions"), (_("posted without your name"),))
    yield Field(_("The facilitator and admins"), (_("counts of many, and nobody's own"), *_talked(desk, club)))
    yield Field(_("In the counts"), (_counted(counted=me in club.cohort and club.pulse is not None),))
    yield Field(_("Nobody"), (_("sees your contacts, your notes or your own numbers"),))


def _talked(desk: Desk, club: Club) -> Line:
    mine = desk.book.member_of(club.key)
    if mine is None or mine.talked is None:
        return ()
    return (_("; on {day} that you would like to talk").format(day=desk.day(desk.days.calendar.day(mine.talked))),)


def _counted(*, counted: bool) -> str:
    if counted:
        return _("your week is in the last counts, together with {count} others or more").format(
            count=statistics.CONTRIBUTORS - 1
        )
    return _("nothing of yours so far")


def _with_my_name(desk: Desk, club: Club) -> list[Shared]:
    return [one for one in (*club.wins, *club.tips) if one.by == desk.book.owner and one.name]


def it_is_you() -> Card:
    return Card(
        lines=(line(_("The facilitator of your club is you.")),), buttons=(phrases.press(_("My club"), "club"),)
    )


def sure_to_talk(desk: Desk, club: Club) -> Card:
    whom = in_charge(club, desk.now)
    first = line(_("I'd tell {who} that you would like to talk, and nothing more."), who=phrases.person(whom))
    return Card(
        lines=(first, line(_("They'd see your name, and none of your contacts."))),
        buttons=(phrases.press(_("Tell them"), "talk", sure="yes"), phrases.press(_("Not now"), "club")),
    )


def asked_to_talk() -> Card:
    return Card(
        lines=(line(_("I've passed it on. Asking for a word takes courage.")),),
        buttons=(phrases.board(),),
    )


def enough_for_a_day() -> Card:
    return Card(
        lines=(
            line(_("That is as much as I post for one member in a day.")),
            line(_("The channel is everybody's; tomorrow there is room again.")),
        ),
        buttons=(phrases.press(_("My club"), "club"), phrases.board()),
    )


def over() -> Card:
    return Card(
        lines=(line(_("Your club has ended; your board is as it was.")),),
        buttons=(phrases.board(), phrases.add_someone()),
    )


def not_yet(*, server: bool) -> Card:
    """There is no club here."""
    if not server:
        return Card(
            lines=(
                line(_("I can't tell here which club you mean.")),
                line(_("Please use /club in your club's own server.")),
            ),
            buttons=(phrases.board(),),
        )
    return Card(
        lines=(
            line(_("Your club isn't set up yet.")),
            line(_("Whoever leads this place can do it with /club setup, in a minute.")),
        ),
        buttons=(phrases.board(),),
    )


def join_first(draft: str, *, typed: bool) -> Card:
    """`typed`: something would be lost."""
    return Card(
        lines=(
            line(_("That is for those who are in, and you decide whether you are.")),
            *((line(_("What you typed is kept.")),) if typed else ()),
        ),
        buttons=(
            _count_me_in(draft),
            Button(_("Who can read this?"), compose("clubwho", resume=draft)),
        ),
        unfinished=True,
    )


def not_facilitator() -> Card:
    return Card(
        lines=(line(_("That is for the facilitator of your club.")), line(_("They can hand the role to you."))),
        buttons=(phrases.press(_("My club"), "club"), phrases.board()),
    )


def as_it_is() -> Card:
    return Card(lines=(line(_("Thank you; I leave it as it is.")),), buttons=(phrases.board(),))


def posting_again() -> Card:
    return Card(lines=(line(_("All right: I post it again in a moment.")),), buttons=(phrases.board(),))
