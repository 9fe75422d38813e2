"""What a member is told of their club: who can read what, what being in means, and what others see of them."""

from __future__ import annotations

from bot.cards import Button, Card, Field, Line, line
from bot.club import counts
from bot.club.meeting import in_charge, moment, next_meeting
from bot.desk import Desk
from bot.i18n import _
from bot.line import compose
from bot.model import Club, Shared
from bot.views import words
from bot.views.member import exported, hosted


def overview(desk: Desk, club: Club | None, *, is_in: bool, leads: bool) -> Card:
    """All that can be done in the club, behind buttons."""
    if club is None or club.ended_at or not club.introduced:
        return Card(
            lines=(line(_("Your club isn't set up yet; you can do that in a minute.")),),
            buttons=(words.press(_("Set up the club"), "setup"), words.board()),
        )
    meets = line(_("Your club meets in {room}; next: {at}."), room=words.room(club), at=_next(desk, club))
    state = line(_("You are in.")) if is_in else line(_("You aren't in so far; that is up to you alone."))
    leading = (words.press(_("How the club is doing"), "pulse"), words.press(_("Set-up"), "setup")) if leads else ()
    return Card(lines=(meets, state), buttons=(*_doing(is_in=is_in), *leading))


def _next(desk: Desk, club: Club) -> Line:
    return (desk.moment(moment(club, next_meeting(club, desk.now))),)


def _doing(*, is_in: bool) -> tuple[Button, ...]:
    tips, who = words.press(_("What worked for others"), "tips"), words.press(_("Who can read this?"), "clubwho")
    if not is_in:
        return (words.press(_("Count me in"), "join"), tips, who)
    return (
        words.press(_("Ask the club"), "ask"),
        words.press(_("Share good news"), "win"),
        tips,
        words.press(_("What others see of me"), "mirror"),
    )


def who_reads(desk: Desk) -> Card:
    """Who can read what, and what will and will never be posted."""
    platform = desk.book.owner.platform
    return Card(
        lines=(hosted(desk.home.host), exported(platform), line(_("Other members never see your contacts."))),
        fields=(
            Field(_("Posted here"), (_("counts of five members or more, and what somebody chose to share"),)),
            Field(_("Never posted"), (_("a contact's name, a note, or who did how much"),)),
            Field(_("The facilitator"), (_("sees counts as rounded as these, and no contacts"),)),
        ),
        buttons=(words.press(_("Count me in"), "join"), words.board()),
    )


def joined(draft: str) -> Card:
    return Card(
        lines=(
            line(_("You're in: your steps, answers and calls are counted, without your name.")),
            line(_("Newcomers come into the counts three at a time, so nobody's can be guessed.")),
            line(_("You can leave at any time, and it holds at once.")),
        ),
        buttons=(
            *_go_on(draft),
            words.press(_("What others see of me"), "mirror"),
            words.press(_("Leave again"), "leave"),
        ),
    )


def already_in(draft: str) -> Card:
    return Card(
        lines=(line(_("You're in already; once is enough.")),),
        buttons=(*_go_on(draft), words.press(_("What others see of me"), "mirror"), words.press(_("Leave"), "leave")),
    )


def _go_on(draft: str) -> tuple[Button, ...]:
    return (Button(_("Go on"), compose("resume", draft=draft)),) if draft else ()


def left() -> Card:
    return Card(
        lines=(
            line(_("You're out, from now on: nothing of yours is counted or kept there.")),
            line(_("What was posted stays in the channel. Your board is as it was.")),
        ),
        buttons=(words.press(_("Count me in again"), "join"), words.board()),
    )


def not_in() -> Card:
    return Card(
        lines=(line(_("You aren't in, so there is nothing to leave.")),),
        buttons=(words.press(_("Count me in"), "join"), words.board()),
    )


def mirror(desk: Desk, club: Club, *, is_in: bool) -> Card:
    """Exactly what the facilitator can see of this member."""
    if not is_in:
        first = line(_("You aren't in: nobody here sees anything of you."))
        return Card(lines=(first,), buttons=(words.press(_("Count me in"), "join"), words.board()))
    mine = _with_my_name(desk, club)
    counted = desk.book.owner in club.cohort and club.pulse is not None
    return Card(
        lines=(
            line(_("This is all that your facilitator can see of you.")),
            line(_("Of you by name: nothing.") if not mine else _("Of you by name: what you signed, below.")),
            hosted(desk.home.host),
        ),
        fields=(
            *(Field(one.name, (one.text,)) for one in mine),
            Field(_("In the counts"), (_counted(counted=counted),)),
            Field(_("Never"), (_("your contacts, your notes, your own numbers, or whether you are in"),)),
        ),
        buttons=(
            words.press(_("Ask the facilitator to talk to me"), "talk"),
            words.press(_("Leave"), "leave"),
            words.press(_("Who can read this?"), "clubwho"),
        ),
    )


def _counted(*, counted: bool) -> str:
    if counted:
        return _("your week is in the last counts, together with {count} others or more").format(
            count=counts.CONTRIBUTORS - 1
        )
    return _("nothing of yours so far")


def _with_my_name(desk: Desk, club: Club) -> list[Shared]:
    return [one for one in (*club.wins, *club.tips) if one.by == desk.book.owner and one.name]


def sure_to_talk(desk: Desk, club: Club) -> Card:
    whom = in_charge(club, desk.now)
    first = line(_("I'd tell {who} that you would like to talk, and nothing more."), who=words.person(whom))
    return Card(
        lines=(first, line(_("They'd see your name, and none of your contacts."))),
        buttons=(words.press(_("Tell them"), "talk", sure="yes"), words.press(_("Not now"), "club")),
    )


def asked_to_talk() -> Card:
    return Card(
        lines=(line(_("I've passed it on. Asking for a word takes courage.")),),
        buttons=(words.board(),),
    )


def not_yet(*, server: bool) -> Card:
    """There is no club here."""
    if not server:
        return Card(
            lines=(
                line(_("I can't tell here which club you mean.")),
                line(_("Please use /club in your club's own server.")),
            ),
            buttons=(words.board(),),
        )
    return Card(
        lines=(
            line(_("Your club isn't set up yet.")),
            line(_("Whoever leads this place can do it with /club setup, in a minute.")),
        ),
        buttons=(words.board(),),
    )


def join_first(draft: str) -> Card:
    return Card(
        lines=(
            line(_("That is for those who are in, and you decide whether you are.")),
            line(_("What you typed is kept.")),
        ),
        buttons=(
            Button(_("Count me in"), compose("join", resume=draft)),
            words.press(_("Who can read this?"), "clubwho"),
        ),
        unfinished=True,
    )


def not_facilitator() -> Card:
    return Card(
        lines=(line(_("That is for the facilitator of your club.")), line(_("They can hand the role to you."))),
        buttons=(words.press(_("My club"), "club"), words.board()),
    )


def as_it_is() -> Card:
    return Card(lines=(line(_("Thank you; I leave it as it is.")),), buttons=(words.board(),))


def posting_again() -> Card:
    return Card(lines=(line(_("All right: I post it again in a moment.")),), buttons=(words.board(),))
