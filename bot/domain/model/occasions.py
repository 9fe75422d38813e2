"""What a club post or a reminder is about. The occasion is part of the message's key, and each key is sent once.

`str()` of a subject or occasion is stored inside keys, so its text must never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field


class PostKind(StrEnum):
    """The kinds of posts in a club's channel."""

    INTRODUCTION = "introduction"
    ASK = "ask"
    WIN = "win"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class IntroductionSubject:
    """A post that introduces the bot, once for each set-up of the club."""

    #: See `Club.setup_id`.
    setup_id: str
    kind: Literal["introduction"] = "introduction"

    def __str__(self) -> str:
        return self.setup_id


@dataclass(frozen=True, slots=True)
class QuestionSubject:
    """A post that asks a member's question."""

    question_id: str
    kind: Literal["ask"] = "ask"

    def __str__(self) -> str:
        return self.question_id


@dataclass(frozen=True, slots=True)
class WinSubject:
    """A post that shares a member's good news."""

    win_id: str
    kind: Literal["win"] = "win"

    def __str__(self) -> str:
        return self.win_id


@dataclass(frozen=True, slots=True)
class DigestSubject:
    """The weekly digest for one meeting."""

    #: Local to the club's zone.
    meeting_day: date
    kind: Literal["digest"] = "digest"

    def __str__(self) -> str:
        return self.meeting_day.isoformat()


# `kind` discriminates, as for `Entry`.
PostSubject = Annotated[IntroductionSubject | QuestionSubject | WinSubject | DigestSubject, Field(discriminator="kind")]


def parse_post_subject(kind: str, text: str) -> PostSubject:
    """The subject whose `kind` and `str()` these are. Raises ValueError for any other text."""
    match PostKind(kind):
        case PostKind.INTRODUCTION:
            return IntroductionSubject(text)
        case PostKind.ASK:
            return QuestionSubject(text)
        case PostKind.WIN:
            return WinSubject(text)
        case PostKind.DIGEST:
            return DigestSubject(date.fromisoformat(text))


@dataclass(frozen=True, slots=True)
class EntryOccasion:
    """An entry of the contact's time line: a planned call, a snooze, or the entry that started or changed the wait."""

    entry_id: str
    kind: Literal["entry"] = "entry"

    def __str__(self) -> str:
        return self.entry_id


@dataclass(frozen=True, slots=True)
class WeekOccasion:
    """A week of the member, for the weekly overview."""

    #: The week's first day, local to the member.
    monday: date
    kind: Literal["week"] = "week"

    def __str__(self) -> str:
        return self.monday.isoformat()


@dataclass(frozen=True, slots=True)
class SilenceOccasion:
    """A row of reminders that the member did not answer."""

    #: When the reminder that completed the row was sent (UTC).
    unanswered_since: datetime
    kind: Literal["silence"] = "silence"

    def __str__(self) -> str:
        return self.unanswered_since.isoformat()


@dataclass(frozen=True, slots=True)
class NoteOccasion:
    """A note of a club to the member."""

    note_id: str
    kind: Literal["note"] = "note"

    def __str__(self) -> str:
        return self.note_id


@dataclass(frozen=True, slots=True)
class PostOccasion:
    """A post in the club's channel."""

    subject: PostSubject
    kind: Literal["post"] = "post"

    def __str__(self) -> str:
        return f"{self.subject.kind}:{self.subject}"


Occasion = Annotated[
    EntryOccasion | WeekOccasion | SilenceOccasion | NoteOccasion | PostOccasion, Field(discriminator="kind")
]
