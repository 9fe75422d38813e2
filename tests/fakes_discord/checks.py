"""What Discord refuses in messages, forms and choices, as places and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes_discord.components import component_layout_problems, message_layout_problems, modal_layout_problems
from tests.fakes_discord.errors import BodyPath, BodyProblem, choice_problems, length_problems, required_problem
from tests.fakes_discord.state import FLAG_COMPONENTS_V2

Json = dict[str, Any]

# Discord docs, Message resource, "Create Message" and "Embed Limits".
MAX_CONTENT_CHARS = 2000
MAX_EMBEDS = 10
MAX_EMBED_TOTAL_CHARS = 6000
EMBED_PART_MAX_CHARS = {"title": 256, "description": 4096}
MAX_EMBED_FIELDS, MAX_FIELD_NAME_CHARS, MAX_FIELD_VALUE_CHARS = 25, 256, 1024
MAX_FOOTER_CHARS, MAX_AUTHOR_CHARS = 2048, 256
MAX_NONCE_CHARS = 25
# Discord docs, Interactions, "Autocomplete" and "Modal".
MAX_SUGGESTED_CHOICES = 25
MAX_SUGGESTED_CHOICE_CHARS = 100
MAX_CHECKED_TITLE_CHARS = 45
MAX_MODAL_CUSTOM_ID_CHARS = 100


def _embed_problems(embed: Json, path: BodyPath) -> Iterator[BodyProblem]:
    for part, most in EMBED_PART_MAX_CHARS.items():
        yield from length_problems((*path, part), embed.get(part), most)
    fields = embed.get("fields") or []
    yield from length_problems((*path, "fields"), fields, MAX_EMBED_FIELDS)
    for number, field in enumerate(fields):
        for part, most in (("name", MAX_FIELD_NAME_CHARS), ("value", MAX_FIELD_VALUE_CHARS)):
            yield from length_problems((*path, "fields", number, part), field.get(part), most, 1)
    for part, inner, most in (("footer", "text", MAX_FOOTER_CHARS), ("author", "name", MAX_AUTHOR_CHARS)):
        yield from length_problems((*path, part, inner), (embed.get(part) or {}).get(inner), most)


def embed_size(embed: Json) -> int:
    """The characters that count towards the 6,000 of all embeds of a message."""
    counted = [embed.get("title"), embed.get("description")]
    counted += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    counted += [part for field in embed.get("fields") or [] for part in (field.get("name"), field.get("value"))]
    return sum(len(part or "") for part in counted)


def _embed_list_problems(embeds: list[Json], path: BodyPath) -> Iterator[BodyProblem]:
    yield from length_problems(path, embeds, MAX_EMBEDS)
    for number, embed in enumerate(embeds):
        yield from _embed_problems(embed, (*path, number))
    if sum(map(embed_size, embeds)) > MAX_EMBED_TOTAL_CHARS:
        message = f"Embed size exceeds maximum size of {MAX_EMBED_TOTAL_CHARS}"
        yield BodyProblem(path, "MAX_EMBED_SIZE_EXCEEDED", message)


def discord_message_problems(sent: Json, path: BodyPath = (), flags: int = 0) -> Iterator[BodyProblem]:
    """What Discord refuses in a message, or in an edit of one whose flags are `flags`."""
    new = bool((sent.get("flags", flags) or 0) & FLAG_COMPONENTS_V2)
    yield from length_problems((*path, "content"), sent.get("content"), MAX_CONTENT_CHARS)
    yield from _embed_list_problems(sent.get("embeds") or [], (*path, "embeds"))
    if new and (sent.get("content") or sent.get("embeds")):
        message = "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        yield BodyProblem((*path, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    components = sent.get("components") or []
    yield from message_layout_problems(components, (*path, "components"), new)
    yield from component_layout_problems(components, (*path, "components"))
    yield from length_problems((*path, "nonce"), str(sent.get("nonce") or ""), MAX_NONCE_CHARS)


def discord_modal_problems(body: Json, path: BodyPath = ()) -> Iterator[BodyProblem]:
    """What Discord refuses in a modal."""
    for part, most in (("title", MAX_CHECKED_TITLE_CHARS), ("custom_id", MAX_MODAL_CUSTOM_ID_CHARS)):
        if not body.get(part):
            yield required_problem((*path, part))
        else:
            yield from length_problems((*path, part), body[part], most, 1)
    components = body.get("components") or []
    yield from modal_layout_problems(components, (*path, "components"))
    yield from component_layout_problems(components, (*path, "components"))


def autocomplete_choice_problems(choices: list[Json], path: BodyPath = ()) -> Iterator[BodyProblem]:
    """What Discord refuses in the answer to an autocompletion."""
    return choice_problems(choices, path, MAX_SUGGESTED_CHOICES, MAX_SUGGESTED_CHOICE_CHARS)
