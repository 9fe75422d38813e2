"""Decides the response to one invocation: the handler's result, or a form or an error card in its place. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.app.decision import Decision
from bot.app.plain_words import decide_mentioned_contact, is_command_intended, unmatched_text_card
from bot.app.user_errors import decide_limit_reached, decide_unparsed_text, decide_user_error
from bot.commands.forms import form_argument_names, missing_values_form
from bot.commands.help import help_card
from bot.commands.parser import (
    Invocation,
    build_invocation,
    check_argument_lengths,
    has_command_root,
    missing_arguments,
    parse_button_command,
    parse_typed_command,
)
from bot.domain.errors import LimitReached, UnknownCommand, UserError
from bot.domain.messages import Card, MissingValues, Response
from bot.handlers.args import Args, ChainedCommand, HandlerResult, HelpTopic
from bot.handlers.drafts import find_draft, with_new_draft, without_draft
from bot.rules.context import BookContext
from bot.rules.limits import check_book_growth
from bot.views import board, contact, input_errors, member


def decide(context: BookContext, parse_input: Callable[[], Invocation], plain_text: str = "") -> Decision:
    """Run the invocation on the member's book. `plain_text`: the text as it was typed; empty for buttons and forms."""
    try:
        invocation = parse_input()
    except UserError as problem:
        return decide_unparsed_text(context, problem, plain_text)
    return _decide_invocation(context, invocation)


def decide_direct_message(context: BookContext, text: str) -> Decision:
    """Decide plain words in a direct message: show a contact's card or a command's result, but never change anything.

    A command that would change something asks for confirmation first, with its values in a draft.
    """
    if has_command_root(text):
        return decide(context, lambda: parse_typed_command(text), text)
    try:
        invocation = parse_typed_command(text)
    except UnknownCommand:
        return decide_mentioned_contact(context, text) or Decision(unmatched_text_card(context, text))
    except UserError as problem:
        return decide_mentioned_contact(context, text) or decide_unparsed_text(context, problem, text)
    if not is_command_intended(context, invocation) and (mention := decide_mentioned_contact(context, text)):
        return mention
    decision = _decide_invocation(context, invocation)
    has_changes = decision.erase_book or (decision.has_changes and isinstance(decision.response, Card))
    if not has_changes or (isinstance(decision.response, Card) and decision.response.is_unfinished):
        return decision
    book, draft = with_new_draft(context, invocation.command.name, invocation.values)
    return Decision(input_errors.confirm_typed_command_card(text, draft), book)


def _decide_invocation(context: BookContext, invocation: Invocation) -> Decision:
    try:
        invocation = _with_draft_values(context, invocation)
        invocation.command.gate(context)
        check_argument_lengths(invocation)
        if names_missing := missing_arguments(invocation):
            return Decision(
                *missing_values_form(
                    context, invocation, MissingValues(form_argument_names(invocation.command, names_missing))
                )
            )
        return _decide_handler_result(
            context, invocation, invocation.command.handler(context, Args(context, invocation.values))
        )
    except LimitReached as problem:
        return decide_limit_reached(context, invocation, problem)
    except UserError as problem:
        return decide_user_error(context, invocation, problem)


def _decide_handler_result(context: BookContext, invocation: Invocation, result: HandlerResult) -> Decision:
    response = result.response
    if result.book:
        check_book_growth(context.book, result.book, context.policy)
    if isinstance(response, ChainedCommand):
        return _decide_chained_command(context, response, result)
    if isinstance(response, MissingValues):
        return Decision(*missing_values_form(context, invocation, response))
    if isinstance(response, HelpTopic):
        response = help_card(response.command, context.book.owner.platform)
    done = not (isinstance(response, Card) and response.is_unfinished)
    book = without_draft(result.book, invocation.values.get("draft", "")) if result.book and done else result.book
    return Decision(
        response,
        book,
        result.club,
        invocation.command.name,
        is_final=result.cannot_be_undone,
        erase_book=result.erases_book,
        scrub_previous=result.scrubs_previous,
    )


def _decide_chained_command(context: BookContext, chained: ChainedCommand, result: HandlerResult) -> Decision:
    """Run another command on the book as the first one left it."""
    after = context.with_book(result.book or context.book)
    decision = _decide_invocation(after, build_invocation(chained.command, chained.values))
    return replace(decision, book=decision.book or result.book, club=decision.club or result.club)


def _with_draft_values(context: BookContext, invocation: Invocation) -> Invocation:
    """The invocation with the values of its draft added; its own values win."""
    key = invocation.values.get("draft")
    if not key or invocation.command.name == "resume":
        return invocation
    draft = next((saved for saved in context.book.drafts if saved.id == key), None)
    if draft is None and "mark" not in invocation.values:
        find_draft(context.book, key)  # raises NotFound; with a mark, the handler sees whether the button is stale
    return replace(invocation, values={**dict(draft.values if draft else ()), **invocation.values})


def parse_erase_request(parse_input: Callable[[], Invocation]) -> Invocation | None:
    """The invocation, if it asks to erase the whole book; else None."""
    try:
        request = parse_input()
    except UserError:
        return None
    return (
        request if request.command.name == "forget" and request.values.get("contact", "").casefold() == "me" else None
    )


def repeated_event_response(context: BookContext, parse_input: Callable[[], Invocation]) -> Response:
    """The response to an event that was handled before: the present state. Nothing is done again."""
    try:
        invocation = parse_input()
        if invocation.command.root == "club":
            return decide(context, lambda: parse_button_command("club")).response
        mentioned = Args(context, {"contact": invocation.values.get("contact", "")}).contact()
    except UserError:
        return board.board_card(context) if context.book.contacts else member.welcome_card()
    return contact.contact_card(context, mentioned)
