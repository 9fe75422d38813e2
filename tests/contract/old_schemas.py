"""The plain records of `sample_records.py` as older versions kept them, by hand: what upgrades are tried on."""

from __future__ import annotations

import orjson

from bot.domain.model import Book, Club
from storage.codec import PlainRecord, to_json
from storage.record_files import Tables


def _number_rows(*rows: PlainRecord) -> Tables:
    return {str(number): row for number, row in enumerate(rows, 1)}


def _tables_as_read(tables: Tables) -> Tables:
    """Without a moment or a record in it: what a file gives back."""
    plain: Tables = orjson.loads(to_json(tables))
    return plain


def schema_1_book_tables(book: Book) -> Tables:
    """The tables of a book made by `contract_book`: without clubs, a profile and a later setting."""
    (dana,) = book.contacts
    row = {"id": dana.id, "name": dana.name, "added": dana.added_at, "changed": dana.changed_at, "note": dana.note}
    head = {
        "schema": 1,
        "owner": book.owner,
        "created": book.created_at,
        "active_at": book.last_active_at,
        "version": book.version,
        "settings": {"zone": "", "hour": "morning", "patience": True, "basket": "weekly", "checkin": True},
        "sent": [],
        "handled": [],
        "undo": None,
        "basket_day": None,
        "unreachable": book.unreachable_reason,
        "zone_told": False,
        "wake_at": book.wake_at,
    }
    return _tables_as_read({"book": _number_rows(head), "outreach": _number_rows(row), "drafts": {}, "envelopes": {}})


def schema_5_club_tables(club: Club) -> Tables:
    """The tables of a club made by `contract_club`; the fifth schema is the first that has any."""
    (question,) = club.questions
    ask = {
        "id": question.id,
        "asker": question.asker,
        "company": question.company,
        "about": question.about,
        "at": question.asked_at,
        "closed_at": None,
        "offers": [],
    }
    meeting = club.meeting
    head = {
        "schema": 5,
        "key": club.key,
        "created": club.created_at,
        "facilitator": club.facilitator,
        "meeting": {
            "room": meeting.channel_id,
            "day": meeting.weekday,
            "hour": meeting.start_time,
            "zone": meeting.zone,
        },
        "mark": club.setup_id,
        "version": club.version,
        "members": club.members,
        "stand_in": None,
        "pulse": None,
        "hushed": "",
        "shut": club.channel_refusal,
        "wake_at": club.wake_at,
    }
    rest = {name: {} for name in ("wins", "tips", "letters", "posts", "envelopes")}
    return _tables_as_read({"club": _number_rows(head), "asks": _number_rows(ask), **rest})
