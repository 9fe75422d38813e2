"""Converts records from schema 5, which version 0.1 wrote, to schema 6: fields and entry kinds get names of the code.

All other values stay as they are, among them enumeration values, ids, and the keys of reminders that were sent. Missing
fields stay missing, because books of older schemas lack some that have defaults. Pure functions on decoded JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Plain = dict[str, Any]
Convert = Callable[[Any], Any]


def upgrade_book(book: Plain) -> Plain:
    """The book in schema 6. Raises ValueError if it is not a book of schema 5."""
    return _checked(_book, book)


def upgrade_club(club: Plain) -> Plain:
    """The club in schema 6. Raises ValueError if it is not a club of schema 5."""
    return _checked(_club, club)


def _checked(convert: Convert, plain: Plain) -> Plain:
    try:
        upgraded: Plain = convert(plain)
    except (AttributeError, KeyError, TypeError):
        raise ValueError("not of schema 5") from None
    return upgraded


def _record(renames: Mapping[str, str], **inner: Convert) -> Convert:
    """A converter for one record. `renames` maps old field names to new ones; `inner` converts values by old name."""

    def convert(row: Plain) -> Plain:
        return {renames.get(name, name): inner[name](value) if name in inner else value for name, value in row.items()}

    return convert


def _each(convert: Convert) -> Convert:
    return lambda rows: [convert(row) for row in rows]


def _if_any(convert: Convert) -> Convert:
    return lambda row: None if row is None else convert(row)


ENTRY_KINDS = {
    "reply": "reply_received",
    "turn": "next_move",
    "outcome": "call_outcome",
    "settled": "slot_declined",
    "rested": "set_aside",
    "woken": "resumed",
}
ENTRY_FIELDS: Mapping[str, Mapping[str, str]] = {
    "reply": {"answer": "reply_kind"},
    "away": {"until": "last_day"},
    "turn": {"who": "party", "by": "promised_day"},
    "plan": {"start": "starts_at"},
    "outcome": {"plan": "plan_id", "happened": "result"},
    "closed": {"ending": "reason"},
}


def _entry(row: Plain) -> Plain:
    kind = row["kind"]
    return {**_record(ENTRY_FIELDS.get(kind, {}))(row), "kind": ENTRY_KINDS.get(kind, kind)}


# Schema 5 had a plain text `mark` in each reminder item. By kind of reminder: the kind of its occasion, and the field.
OCCASIONS = {"basket": ("week", "monday"), "quiet": ("silence", "unanswered_since"), "club": ("note", "note_id")}
OF_AN_ENTRY = ("entry", "entry_id")  # for all other kinds
# Schema 5 had a plain text `about` in each post. By kind of post: the field of its subject.
SUBJECT_FIELDS = {"introduction": "setup_id", "ask": "question_id", "win": "win_id", "digest": "meeting_day"}


def _subject(kind: str, about: str) -> Plain:
    return {SUBJECT_FIELDS[kind]: about, "kind": kind}


def _occasion(kind: str, mark: str) -> Plain:
    if kind == "post":
        return {"subject": _subject(*mark.split(":", 1)), "kind": "post"}
    occasion_kind, field = OCCASIONS.get(kind, OF_AN_ENTRY)
    return {field: mark, "kind": occasion_kind}


def _item(row: Plain) -> Plain:
    occasion = _occasion(row["kind"], row["mark"])
    others = {name: value for name, value in row.items() if name != "mark"}  # an unknown one is refused later
    return {**_record({"contact": "contact_id"})(others), "occasion": occasion}


def _post(row: Plain) -> Plain:
    subject = _subject(row["kind"], row["about"])
    others = {name: value for name, value in row.items() if name not in ("kind", "about")}
    return {**_record({"at": "requested_at"})(others), "subject": subject}


_envelope = _record(
    {
        "made_at": "created_at",
        "tried_at": "last_tried_at",
        "attempts": "tries",
        "copies": "possible_copies",
        "waits": "deferrals",
        "late": "is_late",
    },
    items=_each(_item),
)
_settings = _record(
    {
        "hour": "reminder_hour",
        "patience": "patience_reminders",
        "basket": "basket_cadence",
        "names": "names_in_notifications",
    }
)
_contact = _record(
    {
        "added": "added_at",
        "changed": "changed_at",
        "via": "introducer_id",
        "lead": "lead_source",
        "busy": "busy_ranges",
        "told": "reminded_keys",
    },
    entries=_each(_entry),
)
_undo = _record(
    {"label": "command", "before": "replaced_contacts", "added": "added_ids"},
    before=_each(_contact),
    settings=_if_any(_settings),
)
_book = _record(
    {
        "outreach": "contacts",  # the table of contacts in a book's file
        "created": "created_at",
        "active_at": "last_active_at",
        "sent": "sent_reminders",
        "handled": "handled_events",
        "clubs": "memberships",
        "notes": "club_notes",
        "heard": "received_note_ids",
        "errands": "pending_club_updates",
        "known_to": "clubs_with_my_data",
        "posted": "post_times",
        "resumed_at": "reminders_resumed_at",
        "basket_day": "last_basket_day",
        "unreachable": "unreachable_reason",
        "conversation": "conversation_id",
        "zone_told": "zone_announced",
    },
    profile=_record({"left": "account_closed_at", "likely": "likely_zone"}),
    settings=_settings,
    contacts=_each(_contact),
    outreach=_each(_contact),
    drafts=_each(_record({"at": "created_at"})),
    envelopes=_each(_envelope),
    sent=_each(
        _record({"at": "sent_at", "asks": "expects_answer", "counts": "uses_budget", "answered": "was_answered"})
    ),
    clubs=_each(_record({"since": "joined_at", "talked": "talk_requested_at"})),
    notes=_each(_record({"at": "created_at"})),
    undo=_if_any(_undo),
)
_offer = _record({"name": "helper_name", "share": "shareable", "how": "approach", "at": "offered_at", "said": "status"})
_win_or_tip = _record({"by": "author", "at": "shared_at", "name": "author_name"})
_club = _record(
    {
        "created": "created_at",
        "mark": "setup_id",
        "introduced": "introduced_setup_id",
        "asks": "questions",
        "letters": "outgoing_notes",
        "digested": "digest_done_day",
        "viewed": "preview_done_day",
        "skipped": "skipped_day",
        "hushed": "quiet_digest_day",
        "cohort": "counted_members",
        "shut": "channel_refusal",
        "doubts": "unconfirmed_posts",
    },
    hushed=lambda day: day or None,
    meeting=_record({"room": "channel_id", "day": "weekday", "hour": "start_time"}),
    stand_in=_if_any(_record({"until": "last_day"})),
    asks=_each(_record({"at": "asked_at"}, offers=_each(_offer))),
    wins=_each(_win_or_tip),
    tips=_each(_win_or_tip),
    posts=_each(_post),
    envelopes=_each(_envelope),
    letters=_each(_record({"to": "recipient", "at": "created_at"})),
    pulse=_if_any(_record({"at": "counted_at", "since": "counted_from"})),
)
