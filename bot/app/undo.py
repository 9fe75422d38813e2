"""The undo of a change: what it replaced. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.model import Book, Contact, Undo


def build_undo(before: Book, after: Book, command: str) -> Undo | None:
    """What this change replaced, or None when there is nothing that a member would undo."""
    old = {contact.id: contact for contact in before.contacts}
    changed = tuple(
        old[contact.id]
        for contact in after.contacts
        if contact.id in old and _is_contact_changed(old[contact.id], contact)
    )
    added = tuple(contact.id for contact in after.contacts if contact.id not in old)
    is_rest_same = (before.settings, before.paused_until, before.landed_at) == (
        after.settings,
        after.paused_until,
        after.landed_at,
    )
    if not changed and not added and is_rest_same:
        return None
    return Undo(
        command=command,
        replaced_contacts=changed,
        added_ids=added,
        settings=before.settings,
        paused_until=before.paused_until,
        landed_at=before.landed_at,
    )


def _is_contact_changed(old: Contact, new: Contact) -> bool:
    return new is not old and replace(new, changed_at=old.changed_at, reminded_keys=old.reminded_keys) != old
