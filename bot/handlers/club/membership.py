"""Being in a club: joining, leaving, what others can see, a word to the facilitator."""

from __future__ import annotations

from dataclasses import replace

from bot.club import lifecycle
from bot.club.meeting import in_charge
from bot.club.membership import into, out_of
from bot.handlers.args import Answer, Args
from bot.handlers.club.scope import club_of, is_in, joined_club, key_of, leads, speaker
from bot.rules.context import Desk
from bot.views.club import overview as view


def overview(desk: Desk, args: Args) -> Answer:
    return Answer(
        view.overview(desk, club_of(desk) if not leads(desk) else desk.club, is_in=is_in(desk), leads=leads(desk))
    )


def who(desk: Desk, args: Args) -> Answer:
    return Answer(view.who_reads(desk, args.text("resume"), is_in=is_in(desk)))


def join(desk: Desk, args: Args) -> Answer:
    """By their own word alone; the club hears of it afterwards."""
    club = club_of(desk)
    draft = args.text("resume")
    if is_in(desk):
        return Answer(view.already_in(draft))
    return Answer(view.joined(desk, draft), into(desk.book, club.key, desk.now), final=True)


def leave(desk: Desk, args: Args) -> Answer:
    """At once, and with all that is theirs."""
    key = key_of(desk)
    if desk.book.member_of(key) is None and key not in desk.book.known_to:
        return Answer(view.not_in())
    return Answer(view.left(), out_of(desk.book, key), final=True)


def mirror(desk: Desk, args: Args) -> Answer:
    return Answer(view.mirror(desk, club_of(desk), is_in=is_in(desk)))


def talk(desk: Desk, args: Args) -> Answer:
    """The facilitator hears the member's name, and nothing else: so it is asked first."""
    club = joined_club(desk)
    if in_charge(club, desk.now) == desk.book.owner:
        return Answer(view.it_is_you())
    if not args.flag("sure"):
        return Answer(view.sure_to_talk(desk, club))
    clubs = tuple(replace(one, talked=desk.now) if one.club == club.key else one for one in desk.book.clubs)
    after = lifecycle.wants_to_talk(club, speaker(desk), desk.now)
    return Answer(view.asked_to_talk(), replace(desk.book, clubs=clubs), club=after, final=True)
