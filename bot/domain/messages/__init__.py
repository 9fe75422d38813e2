"""Platform-neutral messages: cards, forms and pages, which each adapter renders in its own way."""

from __future__ import annotations

from bot.domain.messages.cards import Button, ButtonStyle, Card, Choose, Field, Page, Row, Section
from bot.domain.messages.forms import Choice, Form, Input, InputKind, MissingValues
from bot.domain.messages.lines import Instant, Line, Mention, Span, format_line, to_plain_text

Response = Card | Form
"""The answer of a handler. Only the member who sent the command sees it."""

__all__ = [
    "Button",
    "ButtonStyle",
    "Card",
    "Choice",
    "Choose",
    "Field",
    "Form",
    "Input",
    "InputKind",
    "Instant",
    "Line",
    "Mention",
    "MissingValues",
    "Page",
    "Response",
    "Row",
    "Section",
    "Span",
    "format_line",
    "to_plain_text",
]
