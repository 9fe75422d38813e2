"""Questions to the club and offers to help, from the post to the introduction.

Neither the asker nor the helper learns the other's name before both sides have said yes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.club.lifecycle import with_post
from bot.club.member_messages import build_club_note, with_outgoing_notes
from bot.domain.model import (
    Address,
    Club,
    IntroducedNote,
    Offer,
    OfferNote,
    OfferStatus,
    OfferThanksNote,
    Question,
    QuestionOverNote,
    QuestionSubject,
)

QUESTION_OPEN_PERIOD = timedelta(days=14)
MAX_OPEN_QUESTIONS = 2  # of one member, because all members share the channel
CLOSED_QUESTION_RETENTION = timedelta(days=90)  # after closing, so that the buttons of its post still find it


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
    """Add the question and request its post. Closed questions past their retention are dropped."""
    if find_question(club, question.id):
        return club
    retained = (
        old for old in club.questions if old.closed_at is None or now - old.closed_at < CLOSED_QUESTION_RETENTION
    )
    return with_post(replace(club, questions=(*retained, question)), QuestionSubject(question.id), now)


def with_offer(club: Club, question_id: str, offer: Offer) -> Club:
    """Add the helper's offer. A helper has one offer for each question; only a declined one is replaced."""
    question = find_question(club, question_id)
    if question is None or (
        (old := find_helper_offer(question, offer.helper)) and old.status is not OfferStatus.DECLINED
    ):
        return club
    others = tuple(other for other in question.offers if other.helper != offer.helper)
    return _with_updated_question(club, replace(question, offers=(*others, offer)))


def with_helper_reply(club: Club, question: Question, offer: Offer, now: datetime, *, yes: bool) -> Club:
    """Record what the helper's contact answered. A yes queues a note to the asker, a no queues none."""
    if offer.status is not OfferStatus.ASKING_CONTACT:
        return club
    club = _with_offer_status(club, question, offer, OfferStatus.WILLING if yes else OfferStatus.DECLINED)
    if not yes:
        return club
    note = build_club_note(club, OfferNote(question.id, offer.id), question.asker, now, offer.id)
    return with_outgoing_notes(club, note)


def with_asker_reply(
    club: Club, question: Question, offer: Offer, asker_name: str, now: datetime, *, yes: bool
) -> Club:
    """Record the asker's answer. A yes sends each side the other's name and closes the question; a no sends nothing."""
    if offer.status is not OfferStatus.WILLING:
        return club
    if not yes:
        return _with_offer_status(club, question, offer, OfferStatus.REFUSED)
    to_asker = IntroducedNote(offer.helper, offer.helper_name, question.company)
    to_helper = IntroducedNote(question.asker, asker_name, question.company)
    club = _with_offer_status(club, question, offer, OfferStatus.INTRODUCED)
    return with_outgoing_notes(
        with_question_closed(club, question.id, now),
        build_club_note(club, to_asker, question.asker, now, offer.id),
        build_club_note(club, to_helper, offer.helper, now, offer.id),
    )


def with_question_closed(club: Club, question_id: str, now: datetime) -> Club:
    """Close the question and thank the helpers whose offers are still open. A helper whose offer the asker refused is
    thanked too, so that a refusal looks the same as silence.
    """
    question = find_question(club, question_id)
    if question is None or question.closed_at:
        return club
    waiting = [
        offer
        for offer in question.offers
        if offer.status in (OfferStatus.ASKING_CONTACT, OfferStatus.WILLING, OfferStatus.REFUSED)
    ]
    thanks = (build_club_note(club, OfferThanksNote(), offer.helper, now, question.id) for offer in waiting)
    club = _with_updated_question(club, replace(question, closed_at=now))
    posts = tuple(post for post in club.posts if post.subject != QuestionSubject(question_id))
    return with_outgoing_notes(replace(club, posts=posts), *thanks)


def with_expired_questions_closed(club: Club, now: datetime) -> Club:
    """Close the questions that were open for `QUESTION_OPEN_PERIOD`, and send a note to each asker."""
    for question in club.questions:
        if question.closed_at is None and now >= question.asked_at + QUESTION_OPEN_PERIOD:
            note = build_club_note(club, QuestionOverNote(question.company), question.asker, now, question.id)
            club = with_outgoing_notes(with_question_closed(club, question.id, now), note)
    return club


def _with_offer_status(club: Club, question: Question, offer: Offer, status: OfferStatus) -> Club:
    return _with_updated_question(
        club, _with_changed_offer(question, offer.id, lambda old: replace(old, status=status))
    )


def _with_changed_offer(question: Question, offer_id: str, change: Callable[[Offer], Offer]) -> Question:
    return replace(
        question, offers=tuple(change(offer) if offer.id == offer_id else offer for offer in question.offers)
    )


def _with_updated_question(club: Club, question: Question) -> Club:
    """Replace the club's question that has the same id."""
    return replace(club, questions=tuple(question if old.id == question.id else old for old in club.questions))
