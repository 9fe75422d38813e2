"""The undo of a change: what it replaced, and the button that takes it back. Pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from bot.domain.messages import Form, Response
from bot.domain.model import Book, Contact, Undo
from bot.views.buttons import undo_button


def with_undo_button(response: Response, undo: Undo | None) -> Response:
    """Make [Undo] take back only the change that it is shown under; remove it where nothing was changed."""
    if isinstance(response, Form):
        return response
    bare, undo_buttons = undo_button(), (undo_button(undo.id),) if undo else ()
    buttons = [undo_buttons if button == bare else (button,) for button in response.buttons]
    return replace(response, buttons=tuple(chain.from_iterable(buttons)))


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
