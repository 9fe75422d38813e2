"""A question for the club, from its post to the introduction. Nobody is named before both sides said yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.club.lifecycle import with_post
from bot.club.member_messages import build_outgoing_note, with_outgoing_notes
from bot.domain.model import Address, Club, ClubNoteKind, Offer, OfferStatus, Question, QuestionSubject

QUESTION_OPEN_PERIOD = timedelta(days=14)
MAX_OPEN_QUESTIONS = 2  # questions of one member at a time: the channel is everybody's
CLOSED_QUESTION_RETENTION = timedelta(days=90)  # after it was closed, so that its buttons still find something to say


def find_question(club: Club, question_id: str) -> Question | None:
    return next((question for question in club.questions if question.id == question_id), None)


def is_question_open(question: Question, now: datetime) -> bool:
    return question.closed_at is None and now < question.asked_at + QUESTION_OPEN_PERIOD


def find_open_questions(club: Club, now: datetime, asker: Address | None = None) -> list[Question]:
    return [
        question for question in club.questions if is_question_open(question, now) and asker in (None, question.asker)
    ]


def find_helper_offer(question: Question, helper: Address) -> Offer | None:
    return next((offer for offer in question.offers if offer.helper == helper), None)


def with_question(club: Club, question: Question, now: datetime) -> Club:
    if find_question(club, question.id):
        return club
    kept = (one for one in club.questions if one.closed_at is None or now - one.closed_at < CLOSED_QUESTION_RETENTION)
    return with_post(replace(club, questions=(*kept, question)), QuestionSubject(question.id), now)


def with_offer(club: Club, question_id: str, offer: Offer) -> Club:
    """Once for each helper; offered anew after they had declined, it is a new offer."""
    ask = find_question(club, question_id)
    if ask is None or ((old := find_helper_offer(ask, offer.helper)) and old.status is not OfferStatus.DECLINED):
        return club
    others = tuple(one for one in ask.offers if one.helper != offer.helper)
    return _with_updated_question(club, replace(ask, offers=(*others, offer)))


def with_helper_reply(club: Club, question: Question, offer: Offer, now: datetime, *, yes: bool) -> Club:
    """What the helper's contact said. A no is told to nobody."""
    if offer.status is not OfferStatus.ASKING_CONTACT:
        return club
    club = _with_offer_status(club, question, offer, OfferStatus.WILLING if yes else OfferStatus.DECLINED)
    if not yes:
        return club
    return with_outgoing_notes(
        club,
        [
            build_outgoing_note(
                club, ClubNoteKind.OFFER_MADE, question.asker, now, offer.id, ask=question.id, offer=offer.id
            )
        ],
    )


def with_asker_reply(
    club: Club, question: Question, offer: Offer, asker_name: str, now: datetime, *, yes: bool
) -> Club:
    """With a yes both hear who the other is, and the question is closed. A no is told to nobody."""
    if offer.status is not OfferStatus.WILLING:
        return club
    if not yes:
        return _with_offer_status(club, question, offer, OfferStatus.REFUSED)
    told = [
        build_outgoing_note(
            club,
            ClubNoteKind.INTRODUCED,
            question.asker,
            now,
            offer.id,
            who=offer.helper.user,
            name=offer.helper_name,
            about=question.company,
        ),
        build_outgoing_note(
            club,
            ClubNoteKind.INTRODUCED,
            offer.helper,
            now,
            offer.id,
            who=question.asker.user,
            name=asker_name,
            about=question.company,
        ),
    ]
    club = _with_offer_status(club, question, offer, OfferStatus.INTRODUCED)
    return with_outgoing_notes(with_question_closed(club, question.id, now), told)


def with_question_closed(club: Club, question_id: str, now: datetime) -> Club:
    """Helpers who still ask their contact, or wait, are thanked; so none can tell a no from silence."""
    ask = find_question(club, question_id)
    if ask is None or ask.closed_at:
        return club
    waiting = [
        offer
        for offer in ask.offers
        if offer.status in (OfferStatus.ASKING_CONTACT, OfferStatus.WILLING, OfferStatus.REFUSED)
    ]
    thanks = [
        build_outgoing_note(club, ClubNoteKind.THANKS, one.helper, now, ask.id, about=ask.company) for one in waiting
    ]
    club = _with_updated_question(club, replace(ask, closed_at=now))
    posts = tuple(post for post in club.posts if post.subject != QuestionSubject(question_id))
    return with_outgoing_notes(replace(club, posts=posts), thanks)


def with_expired_questions_closed(club: Club, now: datetime) -> Club:
    """The questions that were open for two weeks are closed, with thanks to those who asked."""
    for ask in club.questions:
        if ask.closed_at is None and now >= ask.asked_at + QUESTION_OPEN_PERIOD:
            over = build_outgoing_note(club, ClubNoteKind.QUESTION_OVER, ask.asker, now, ask.id, about=ask.company)
            club = with_outgoing_notes(with_question_closed(club, ask.id, now), [over])
    return club


def _with_offer_status(club: Club, question: Question, offer: Offer, status: OfferStatus) -> Club:
    return _with_updated_question(
        club, _with_changed_offer(question, offer.id, lambda one: replace(one, status=status))
    )


def _with_changed_offer(question: Question, offer_id: str, change: Callable[[Offer], Offer]) -> Question:
    return replace(
        question, offers=tuple(change(offer) if offer.id == offer_id else offer for offer in question.offers)
    )


def _with_updated_question(club: Club, question: Question) -> Club:
    """The club with this question as it is by now: read anew, since an earlier step may have changed it."""
    return replace(club, questions=tuple(question if one.id == question.id else one for one in club.questions))
