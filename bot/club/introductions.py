"""A question for the club, from its post to the introduction. Nobody is named before both sides said yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.club.lifecycle import posted
from bot.club.member_messages import letter, with_letters
from bot.domain.model import Address, Ask, Club, Offer, PostKind, Said, Word

OPEN = timedelta(days=14)
MOST_OPEN = 2  # questions of one member at a time: the channel is everybody's
KEPT = timedelta(days=90)  # after it was closed, so that its buttons still find something to say


def find(club: Club, key: str) -> Ask | None:
    return next((one for one in club.asks if one.id == key), None)


def is_open(ask: Ask, now: datetime) -> bool:
    return ask.closed_at is None and now < ask.at + OPEN


def open_asks(club: Club, now: datetime, asker: Address | None = None) -> list[Ask]:
    return [one for one in club.asks if is_open(one, now) and asker in (None, one.asker)]


def offer_of(ask: Ask, helper: Address) -> Offer | None:
    return next((one for one in ask.offers if one.helper == helper), None)


def asked(club: Club, ask: Ask, now: datetime) -> Club:
    if find(club, ask.id):
        return club
    kept = (one for one in club.asks if one.closed_at is None or now - one.closed_at < KEPT)
    return posted(replace(club, asks=(*kept, ask)), PostKind.ASK, ask.id, now)


def offered(club: Club, key: str, offer: Offer) -> Club:
    """Once for each helper; offered anew after they had declined, it is a new offer."""
    ask = find(club, key)
    if ask is None or ((old := offer_of(ask, offer.helper)) and old.said is not Said.DECLINED):
        return club
    others = tuple(one for one in ask.offers if one.helper != offer.helper)
    return _with(club, replace(ask, offers=(*others, offer)))


def answered_by_helper(club: Club, ask: Ask, offer: Offer, now: datetime, *, yes: bool) -> Club:
    """What the helper's contact said. A no is told to nobody."""
    if offer.said is not Said.ASKING:
        return club
    club = _said(club, ask, offer, Said.WILLING if yes else Said.DECLINED)
    if not yes:
        return club
    return with_letters(club, [letter(club, Word.MATCH, ask.asker, now, offer.id, ask=ask.id, offer=offer.id)])


def answered_by_asker(club: Club, ask: Ask, offer: Offer, name: str, now: datetime, *, yes: bool) -> Club:
    """With a yes both hear who the other is, and the question is closed. A no is told to nobody."""
    if offer.said is not Said.WILLING:
        return club
    if not yes:
        return _said(club, ask, offer, Said.REFUSED)
    told = [
        letter(club, Word.MET, ask.asker, now, offer.id, who=offer.helper.user, name=offer.name, about=ask.company),
        letter(club, Word.MET, offer.helper, now, offer.id, who=ask.asker.user, name=name, about=ask.company),
    ]
    club = _said(club, ask, offer, Said.INTRODUCED)
    return with_letters(closed(club, ask.id, now), told)


def closed(club: Club, key: str, now: datetime) -> Club:
    """Helpers who still ask their contact, or wait, are thanked; so none can tell a no from silence."""
    ask = find(club, key)
    if ask is None or ask.closed_at:
        return club
    waiting = [one for one in ask.offers if one.said in (Said.ASKING, Said.WILLING, Said.REFUSED)]
    thanks = [letter(club, Word.THANKS, one.helper, now, ask.id, about=ask.company) for one in waiting]
    club = _with(club, replace(ask, closed_at=now))
    posts = tuple(one for one in club.posts if (one.kind, one.about) != (PostKind.ASK, key))
    return with_letters(replace(club, posts=posts), thanks)


def expired(club: Club, now: datetime) -> Club:
    """The questions that were open for two weeks are closed, with thanks to those who asked."""
    for ask in club.asks:
        if ask.closed_at is None and now >= ask.at + OPEN:
            over = letter(club, Word.OVER, ask.asker, now, ask.id, about=ask.company)
            club = with_letters(closed(club, ask.id, now), [over])
    return club


def _said(club: Club, ask: Ask, offer: Offer, said: Said) -> Club:
    return _with(club, _mapped(ask, offer.id, lambda one: replace(one, said=said)))


def _mapped(ask: Ask, key: str, change: Callable[[Offer], Offer]) -> Ask:
    return replace(ask, offers=tuple(change(one) if one.id == key else one for one in ask.offers))


def _with(club: Club, ask: Ask) -> Club:
    """The club with this question as it is by now: read anew, since an earlier step may have changed it."""
    return replace(club, asks=tuple(ask if one.id == ask.id else one for one in club.asks))
