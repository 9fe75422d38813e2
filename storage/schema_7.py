"""Converts records from schema 6 to schema 7: what a club's note is about gets a record of its own for each kind.

In schema 6 a note had pairs of a name and a text, with names that depended on its kind, and the note in the club had
another form than the one in the book. Missing fields stay missing, and unknown ones stay, so that they are refused
later. Pure functions on decoded JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from storage.schema_6 import SUBJECT_FIELDS, Plain


def upgrade_book_to_7(book: Plain) -> Plain:
    """The book in schema 7. Raises ValueError if it is not a book of schema 6."""
    return _with_notes(book, "club_notes", lambda note: {**note, "recipient": book["owner"]})


def upgrade_club_to_7(club: Plain) -> Plain:
    """The club in schema 7. Raises ValueError if it is not a club of schema 6."""
    return _with_notes(club, "outgoing_notes", lambda note: {**note, "club": club["key"]})


def _with_notes(record: Plain, field: str, with_both_ends: Callable[[Plain], Plain]) -> Plain:
    try:
        notes = [_with_content(with_both_ends(note)) for note in record.get(field, ())]
    except (AttributeError, KeyError, TypeError):
        raise ValueError("not of schema 6") from None
    return {**record, field: notes} if field in record else record


def _with_content(note: Plain) -> Plain:
    others = {name: value for name, value in note.items() if name not in ("kind", "values")}
    return {**others, "content": _content(note["kind"], dict(note.get("values", ())), note["recipient"])}


def _content(kind: str, values: Mapping[str, str], recipient: Plain) -> Plain:
    """The content of a note of this kind. Members of one club have the same platform and team."""
    match kind:
        case "match":
            fields: dict[str, Any] = {"question_id": values["ask"], "offer_id": values["offer"]}
        case "met":
            other = {**recipient, "user": values["who"]}
            fields = {"other": other, "other_name": values["name"], "company": values.get("about", "")}
        case "over":
            fields = {"company": values.get("about", "")}
        case "talk":
            fields = {"member": {**recipient, "user": values["who"]}, "member_name": values["name"]}
        case "doubt":
            post_kind, about = values["post"].split(":", 1)
            fields = {
                "subject": {SUBJECT_FIELDS[post_kind]: about, "kind": post_kind},
                "envelope_id": values["doubt"],
                "may_have_arrived": values.get("arrived") != "no",
            }
        case "role" if values.get("over"):
            return {"kind": "role_lost"}
        case "role":
            fields = {"last_day": values.get("until") or None}
        case _:
            fields = {}
    return {**fields, "kind": kind}
