"""Decides the response to one invocation: the handler's result, or a form or an error card in its place. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.app.decision import Decision
from bot.app.plain_words import decide_mentioned_contact, is_command_intended, unmatched_text_card
from bot.app.user_errors import decide_limit_reached, decide_unparsed_text, decide_user_error
from bot.commands import CLUB_ROOT
from bot.commands.forms import form_argument_names, missing_values_form
from bot.commands.help import help_card
from bot.commands.parser import (
    Invocation,
    ParsedInput,
    PlainWords,
    Unreadable,
    as_pressed,
    build_invocation,
    check_argument_lengths,
    missing_arguments,
)
from bot.domain.errors import LimitReached, UnknownCommand, UserError
from bot.domain.messages import Card, MissingValues
from bot.handlers.args import Args, ChainedCommand, HandlerResult, HelpTopic
from bot.handlers.drafts import find_draft, with_new_draft, without_draft
from bot.rules.context import BookContext
from bot.rules.limits import check_book_growth
from bot.views import board, contact, input_errors, member


def decide(context: BookContext, said: ParsedInput) -> Decision:
    """Run the input on the member's book."""
    match said:
        case Invocation():
            return _decide_invocation(context, said)
        case Unreadable():
            return decide_unparsed_text(context, said.problem, said.text)
        case PlainWords():
            return _decide_plain_words(context, said.text, said.as_command)


def _decide_plain_words(context: BookContext, text: str, parsed: Invocation | Unreadable) -> Decision:
    if isinstance(parsed, Invocation):
        return _decide_plain_command(context, text, parsed)
    if mention := decide_mentioned_contact(context, text):
        return mention
    if isinstance(parsed.problem, UnknownCommand):
        return Decision(unmatched_text_card(context, text))
    return decide_unparsed_text(context, parsed.problem, text)


def _decide_plain_command(context: BookContext, text: str, invocation: Invocation) -> Decision:
    """Show a contact's card or a command's result, but never change anything.

    A command that would change something asks for confirmation first, with its values in a draft.
    """
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
    decision = _decide_invocation(after, as_pressed(build_invocation(chained.command, chained.values)))
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


def find_erase_request(said: ParsedInput) -> Invocation | None:
    """The input, if it asks to erase the whole book; else None."""
    if not isinstance(said, Invocation) or said.command.name != "forget":
        return None
    return said if said.values.get("contact", "").casefold() == "me" else None


def decide_repeated_event(context: BookContext, said: ParsedInput) -> Decision:
    """The present state, for an event that was handled before. Nothing is done again."""
    invocation = said.as_command if isinstance(said, PlainWords) else said
    try:
        if not isinstance(invocation, Invocation):
            raise invocation.problem
        if invocation.command.root == CLUB_ROOT:
            return Decision(_decide_invocation(context, build_invocation(CLUB_ROOT, {})).response)
        mentioned = Args(context, {"contact": invocation.values.get("contact", "")}).contact()
    except UserError:
        return Decision(board.board_card(context) if context.book.contacts else member.welcome_card())
    return Decision(contact.contact_card(context, mentioned))
