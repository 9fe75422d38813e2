from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.errors import AmbiguousContact, NotFound, UnknownContact
from bot.model import Outreach


def fold(t: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", t.casefold()) if not unicodedata.combining(c))


def match(typed: str, contacts: Sequence[Outreach]) -> Outreach:
    exact = [o for o in contacts if fold(o.name) == fold(typed)]
    if len(exact) == 1:
        return exact[0]
    if typed.startswith("#"):
        for o in contacts:
            if o.id == typed[1:]:
                return o
        raise NotFound
    words = [o for o in contacts if fold(typed) in fold(o.name).split()]
    if len(words) == 1:
        return words[0]
    if exact or words:
        raise AmbiguousContact(typed, tuple(o.id for o in exact or words))
    raise UnknownContact(typed)


def mentioned(text: str, contacts: Sequence[Outreach]) -> list[Outreach]:
    return [o for o in contacts if fold(o.name).split()[0] in fold(text).split()]


def same(name: str, contacts: Sequence[Outreach]) -> Outreach | None:
    return next((o for o in contacts if fold(o.name) == fold(name)), None)
