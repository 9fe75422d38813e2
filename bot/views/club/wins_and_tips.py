"""The cards around good news and tips."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.club.privacy import Worry
from bot.domain.messages import Button, Card, Field, line
from bot.domain.model import Club, Outreach, Shared
from bot.text.command_line import compose
from bot.text.i18n import _, ngettext
from bot.views import phrases
from bot.views.club.introductions import warned
from bot.views.replies import good_news


def someone() -> str:
    return _("someone")


def preview(club: Club, what: str, text: str, draft: str, name: str, worry: Worry | None) -> Card:
    """Their own words; with their name or without is theirs to say. `worry`: what they may want to look at again."""
    where = (
        line(_("This goes to {room}, where I can't take it back:"), room=phrases.room(club))
        if what == "win"
        else line(_("This goes to the tips, where members look for what worked:"))
    )
    look = line(warned(worry)) if worry else line(_("I know only the names on your own board; please look once more."))
    named = (Button(_("With my name"), compose(f"{what}post", draft=draft, mark="once", named="yes")),) if name else ()
    return Card(
        lines=(where, phrases.said(text), look),
        buttons=(
            Button(_("Without my name"), compose(f"{what}post", draft=draft, mark="once")),
            *named,
            Button(_("Change it"), compose(what, draft=draft, change="yes")),
            phrases.press(_("Not now"), "club"),
        ),
        unfinished=True,
    )


def names_somebody(what: str, named: Sequence[Outreach], draft: str, instead: str) -> Card:
    """`instead`: the draft of the same words with “someone” in place of the name."""
    with_someone = (Button(_("Say “someone” instead"), compose("resume", draft=instead)),) if instead else ()
    change = Button(_("Change it"), compose(what, draft=draft, change="yes"))
    return Card(
        lines=(
            line(_("It names {name}, and a contact's name stays with you."), name=named[0].name),
            line(_("Nothing is shared yet.")),
        ),
        buttons=(*with_someone, change),
        unfinished=True,
    )


def shared(what: str) -> Card:
    said = (
        _("It is on its way to the channel. How good.") if what == "win" else _("It is among the tips now. Thank you.")
    )
    return Card(lines=(line(said),), buttons=(phrases.board(),))


def enough_tips() -> Card:
    return Card(
        lines=(line(_("There are twenty tips of yours, which is as many as I keep.")),),
        buttons=(phrases.press(_("Tips"), "tips"), phrases.board()),
    )


def tips(found: Sequence[Shared], number: int, sought: str, can_take_down: Collection[str]) -> Card:
    """What worked for others. `can_take_down`: the ids of those that the reader may take down."""
    told = phrases.press(_("What worked for me"), "tip")
    look = phrases.press(_("Look for something"), "findtips")
    if not found:
        first = (
            line(_("No tip has “{sought}” in it so far."), sought=sought[:40]) if sought else line(_("No tips so far."))
        )
        return Card(lines=(first, line(_("Yours could be the first."))), buttons=(told, *((look,) if sought else ())))
    count = ngettext("{count} tip from members.", "{count} tips from members.", number).format(count=number)
    down = [
        phrases.press(_("Take down {number}").format(number=at), "tipdown", tip=one.id)
        for at, one in enumerate(found, 1)
        if one.id in can_take_down
    ]
    return Card(
        lines=(line(count),),
        fields=tuple(_tip(at, one) for at, one in enumerate(found, 1)),
        buttons=(told, *down) if down else (told, look),
    )


def _tip(at: int, one: Shared) -> Field:
    return Field(f"{at}. {one.name}" if one.name else f"{at}.", (one.text,))


def taken_down() -> Card:
    return Card(lines=(line(_("Taken down; nobody finds it any more.")),), buttons=(phrases.press(_("Tips"), "tips"),))


def offer(one: Outreach, draft: str) -> Card:
    """After a good answer: words without a name, to be shared only if they like."""
    return Card(
        lines=(
            line(_("Words for your club, without {name}'s name; or take your own."), name=one.name),
            line(_("I post nothing by myself.")),
        ),
        quote=good_news(),
        buttons=(
            Button(_("Take these words"), compose("resume", draft=draft)),
            phrases.press(_("My own words"), "win"),
            phrases.see(one),
        ),
        unfinished=True,
    )
