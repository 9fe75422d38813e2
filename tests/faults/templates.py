"""Every card, form and page that shows what a member typed, with marks in the places where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

import pytest

from bot.domain.messages import Card, Choice, Form, Page
from bot.views.forms import open_form_card
from tests.app import walk as walking
from tests.fakes import Member

NAME_MARK, TEXT_MARK = "Qzname", "Qztext"
MARK_PATTERN = re.compile(f"{NAME_MARK}|{TEXT_MARK}", re.IGNORECASE)
# Typed beside all that the walk says already: values of every kind, and what is quoted because it is wrong.
QUOTING_LINES = (
    *("{company}", "{long} {long}", "show {company}", "help {company}", "/club {company}", "forget {company}"),
    *(
        "settings zone: {company}",
        "settings country: {company}",
        "settings written: {company}",
        "board page: {company}",
    ),
    *(
        "add Dana {company}",
        f"add Dana {TEXT_MARK}: x",
        f'add "{TEXT_MARK}',
        "add Dana email: {company}",
        "add {company} via: {long}",
    ),
    *("add {company} channel: email when: {company}", "add Dana via: Dana", "log {long} channel: {company}"),
    *(
        "log {long} channel: email when: {company}",
        "log {long} channel: phone note: {company}",
        "plan {long} when: {company}",
    ),
    *(
        "reply {long} kind: {company}",
        "reply {long} kind: away until: {company}",
        "reply {long} kind: answer note: {company}",
    ),
    *(
        "edit {long} role: {company} note: {company} phone: {company}",
        "edit {long} name: {company}",
        "edit {long} via: {company}",
    ),
    *(
        "edit {long} busy: {company}",
        "edit {long} lead: {company}",
        "snooze {long} until: {company}",
        "pause until: {company}",
    ),
    *("rest {long} until: {company}", "close {long} outcome: {company}", "words {long} channel: {company}"),
)
HEARD_LINES = (
    "{long} wrote back",
    "add {company}",
    "{company}",
    "{long} and Lee",
    f"Lee {TEXT_MARK} called",
    f"log {NAME_MARK} channel: email",
)
TYPED_PREFIXES = (
    ("show", "contact"),
    ("add", "via"),
    ("log", "when"),
    ("edit", "busy"),
    ("plan", "when"),
    ("forget", "contact"),
)
UNSHOWN_FIELDS = {"line", "command", "fixed", "reopen", "kind", "name"}  # what nobody reads

ShownThing = Card | Form | Page | Choice
ShownType = TypeVar("AnyShown", bound=Any)


@dataclass(frozen=True)
class Template:
    """`path`: how it is reached."""

    path: str
    shown: ShownThing


async def collect_templates() -> list[Template]:
    """Those that hold a mark; of those that differ in their days and numbers alone, the first."""
    found: dict[str, Template] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "LONG_CONTACT_NAME", NAME_MARK)
        patch.setattr(walking, "LONG_COMPANY", TEXT_MARK)
        patch.setattr(walking, "WALK_COMMANDS", (*walking.WALK_COMMANDS, *QUOTING_LINES))
        seen = [Template(path, shown) for path, shown in (await walking.walk_bot()).seen.items()]
        for life in walking.WALK_LIVES:
            seen += [one async for one in _templates_without_command(life)]
    for seen_template in seen:
        for template in (seen_template, *_form_as_card(seen_template)):
            if MARK_PATTERN.search(repr(template.shown)):
                found.setdefault(_template_shape(template.shown), template)
    return list(found.values())


def _form_as_card(template: Template) -> Iterator[Template]:
    """Where no form can be opened, a card leads to it."""
    if isinstance(template.shown, Form):
        yield Template(f"{template.path} > offered", open_form_card(template.shown))


async def _templates_without_command(life: str) -> Any:
    """The home, what is heard by the way, and what is offered while somebody types."""
    member = await walking.member_after_life(life)
    yield Template(f"{life} > home", await member.core.home_page(member.actor, member.now))
    for said in HEARD_LINES:
        text = walking.with_long_names(said).replace('"', "")
        yield Template(
            f"{life} > hears {said}",
            await _copy_with_own_store(member).core.handle_direct_message(member.actor, text, member.now),
        )
    for command, name in TYPED_PREFIXES:
        for typed in ("", NAME_MARK[:4], NAME_MARK):
            for choice in await member.core.suggest_choices(member.actor, command, name, typed, member.now):
                yield Template(f"{life} > {command} {name}: {typed}", choice)


def _copy_with_own_store(member: Member) -> Member:
    return replace(member, store=deepcopy(member.store))


def _template_shape(shown: ShownThing) -> str:
    """What it says, without its days and numbers; and what it is."""
    said = drawn_texts(replace(shown, value="") if isinstance(shown, Choice) else shown)
    plain = re.sub(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Nov|Dec)\w*\b|\d+", "0", "\n".join(said))
    return f"{type(shown).__name__} {plain}"


def drawn_texts(node: object) -> list[str]:
    """Every text in it that is drawn."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, tuple):
        return [said for one in node for said in drawn_texts(one)]
    if is_dataclass(node):
        return [said for name in _drawn_field_names(node) for said in drawn_texts(getattr(node, name))]
    return []


def fill_marks(node: ShownType, put: Callable[[re.Match[str]], str]) -> ShownType:
    """The same with something in the place of each mark."""
    if isinstance(node, str) and not isinstance(node, StrEnum):
        return MARK_PATTERN.sub(put, node)
    if isinstance(node, tuple):
        return tuple(fill_marks(one, put) for one in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{name: fill_marks(getattr(node, name), put) for name in _drawn_field_names(node)})
    return node


def _drawn_field_names(node: Any) -> list[str]:
    return [field.name for field in fields(node) if field.name not in UNSHOWN_FIELDS]
