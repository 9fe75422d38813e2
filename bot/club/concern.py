"""Which members a channel post or a club note is about. They must still be in the club when it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.club.introductions import find_open_questions, find_question
from bot.domain.model import (
    Address,
    Club,
    ClubNoteKind,
    DigestSubject,
    IntroductionSubject,
    Post,
    QuestionSubject,
    WinSubject,
)


def find_members_in_post(club: Club, post: Post, now: datetime) -> Iterator[Address]:
    match post.subject:
        case DigestSubject():
            yield from find_members_in_digest(club, now)
        case QuestionSubject(question_id):
            yield from (question.asker for question in club.questions if question.id == question_id)
        case WinSubject(win_id):
            yield from (win.author for win in club.wins if win.id == win_id)
        case IntroductionSubject():
            return


def find_members_in_digest(club: Club, now: datetime) -> Iterator[Address]:
    """The members of the last counts, and the authors of the wins and open questions that a digest may show."""
    yield from club.counted_members
    yield from (win.author for win in club.wins)
    yield from (question.asker for question in find_open_questions(club, now))


def find_members_in_note(club: Club, kind: ClubNoteKind, values: Mapping[str, str], now: datetime) -> Iterator[Address]:
    if kind == ClubNoteKind.DIGEST_PREVIEW:
        yield from find_members_in_digest(club, now)
    if kind == ClubNoteKind.OFFER_MADE and (question := find_question(club, values.get("ask", ""))):
        yield question.asker
