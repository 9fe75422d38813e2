"""What Discord refuses in messages, forms and choices, as places and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.components import form_problems, layout_problems, message_layout
from tests.fakes_discord.errors import Problem, bad_length, required, too_long, wrong
from tests.fakes_discord.state import COMPONENTS_V2

Json = dict[str, Any]
Path = tuple[str | int, ...]

# Discord docs, Message resource, "Create Message" and "Embed Limits".
CONTENT = 2000
EMBEDS = 10
EMBED_TOTAL = 6000
EMBED_PARTS = {"title": 256, "description": 4096}
FIELDS, FIELD_NAME, FIELD_VALUE = 25, 256, 1024
FOOTER, AUTHOR = 2048, 256
NONCE = 25
# Discord docs, Interactions, "Autocomplete" and "Modal".
CHOICES = 25
CHOICE = 100
TITLE = 45
CUSTOM_ID = 100


def _embed(embed: Json, path: Path) -> Iterator[Problem]:
    for part, most in EMBED_PARTS.items():
        if len(embed.get(part) or "") > most:
            yield too_long((*path, part), most)
    fields = embed.get("fields") or []
    if len(fields) > FIELDS:
        yield bad_length((*path, "fields"), 0, FIELDS)
    for number, field in enumerate(fields):
        for part, most in (("name", FIELD_NAME), ("value", FIELD_VALUE)):
            if not 1 <= len(field.get(part) or "") <= most:
                yield bad_length((*path, "fields", number, part), 1, most)
    for part, inner, most in (("footer", "text", FOOTER), ("author", "name", AUTHOR)):
        if len((embed.get(part) or {}).get(inner) or "") > most:
            yield too_long((*path, part, inner), most)


def embed_size(embed: Json) -> int:
    """The characters that count towards the 6,000 of all embeds of a message."""
    counted = [embed.get("title"), embed.get("description")]
    counted += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    counted += [part for field in embed.get("fields") or [] for part in (field.get("name"), field.get("value"))]
    return sum(len(part or "") for part in counted)


def _embeds(embeds: list[Json], path: Path) -> Iterator[Problem]:
    if len(embeds) > EMBEDS:
        yield bad_length(path, 0, EMBEDS)
    for number, embed in enumerate(embeds):
        yield from _embed(embed, (*path, number))
    if sum(map(embed_size, embeds)) > EMBED_TOTAL:
        message = f"Embed size exceeds maximum size of {EMBED_TOTAL}"
        yield wrong(path, "MAX_EMBED_SIZE_EXCEEDED", message)


def message_problems(sent: Json, path: Path = (), flags: int = 0) -> Iterator[Problem]:
    """What Discord refuses in a message, or in an edit of one whose flags are `flags`."""
    new = bool((sent.get("flags", flags) or 0) & COMPONENTS_V2)
    if len(sent.get("content") or "") > CONTENT:
        yield too_long((*path, "content"), CONTENT)
    yield from _embeds(sent.get("embeds") or [], (*path, "embeds"))
    if new and (sent.get("content") or sent.get("embeds")):
        message = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        yield wrong((*path, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    components = sent.get("components") or []
    yield from message_layout(components, (*path, "components"), new)
    yield from layout_problems(components, (*path, "components"))
    if len(str(sent.get("nonce") or "")) > NONCE:
        yield too_long((*path, "nonce"), NONCE)


def modal_problems(body: Json, path: Path = ()) -> Iterator[Problem]:
    """What Discord refuses in a modal."""
    for part, most in (("title", TITLE), ("custom_id", CUSTOM_ID)):
        if not body.get(part):
            yield required((*path, part))
        elif len(body[part]) > most:
            yield bad_length((*path, part), 1, most)
    components = body.get("components") or []
    yield from form_problems(components, (*path, "components"))
    yield from layout_problems(components, (*path, "components"))


def choice_problems(choices: list[Json], path: Path = ()) -> Iterator[Problem]:
    """What Discord refuses in the answer to an autocompletion."""
    if len(choices) > CHOICES:
        yield bad_length(path, 0, CHOICES)
    for number, choice in enumerate(choices):
        if not 1 <= len(choice.get("name") or "") <= CHOICE:
            yield bad_length((*path, number, "name"), 1, CHOICE)
        value = choice.get("value")
        if isinstance(value, str) and not 1 <= len(value) <= CHOICE:
            yield bad_length((*path, number, "value"), 1, CHOICE)
