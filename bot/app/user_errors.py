"""What becomes of a `UserError`: a card or a form with which the member can correct it. Pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

from bot.app.decision import Decision
from bot.app.plain_words import decide_mentioned_contact
from bot.commands import COMMANDS_BY_NAME, ArgumentKind
from bot.commands.forms import form_argument_names, missing_values_form
from bot.commands.help import help_card
from bot.commands.parser import DEFAULT_COMMANDS, Invocation
from bot.domain.errors import (
    AmbiguousContact,
    AmbiguousTime,
    BadValue,
    BookLimit,
    ClubUnreadable,
    DuplicateArgument,
    LimitReached,
    NoClub,
    NotClubMember,
    NotFacilitator,
    NothingToUndo,
    StaleButton,
    UnclosedQuote,
    UnknownArgument,
    UnknownCommand,
    UnknownContact,
    UserError,
)
from bot.domain.messages import Card, MissingValues
from bot.handlers.args import Args
from bot.handlers.drafts import with_new_draft
from bot.rules.context import BookContext
from bot.text import dates
from bot.views import contact, input_errors, limits, trouble
from bot.views.buttons import contact_reference
from bot.views.club import facilitator, membership, overview


def decide_user_error(context: BookContext, invocation: Invocation, problem: UserError) -> Decision:
    """The card or form with which the member can correct the error; typed values are saved in a draft."""
    match problem:
        case BadValue():
            return Decision(
                *missing_values_form(
                    context,
                    invocation,
                    MissingValues(form_argument_names(invocation.command, (problem.name,))),
                    problem,
                )
            )
        case UnknownContact() | AmbiguousContact() | AmbiguousTime():
            book, draft = with_new_draft(context, invocation.command.name, invocation.values)
            return Decision(_ambiguity_card(context, invocation, problem, draft), book)
        case StaleButton():
            current = context.book.find_contact(problem.contact)
            return Decision(
                contact.stale_contact_button_card(context, current) if current else input_errors.not_found_card()
            )
        case UnknownArgument() | DuplicateArgument() | UnclosedQuote():
            return Decision(_syntax_error_card(problem))
        case NothingToUndo():
            return Decision(input_errors.nothing_to_undo_card())
        case NotClubMember():
            book, draft = with_new_draft(context, invocation.command.name, invocation.values)
            return Decision(membership.join_club_first_card(draft, has_draft=any(invocation.values.values())), book)
        case NoClub():
            return Decision(
                overview.club_over_card() if problem.ended else overview.no_club_card(in_server=problem.club_possible)
            )
        case ClubUnreadable():
            return Decision(trouble.club_unreadable_card())
        case NotFacilitator():
            return Decision(facilitator.not_facilitator_card())
        case _:
            return Decision(input_errors.not_found_card())


def decide_limit_reached(context: BookContext, invocation: Invocation, problem: LimitReached) -> Decision:
    """What was typed waits in a draft: for room, or for a second card of the same person."""
    contact = context.book.find_contact(problem.contact)
    values = {name: value for name, value in invocation.values.items() if name != "mark"}
    if contact and problem.limit is BookLimit.CONTACT_ENTRIES:
        values["contact"] = contact.name  # the draft is resumed with a new contact of this name
    elif invocation.command.name != "add":
        with suppress(UserError):  # by id: the draft is then known to be about nobody else, who may be forgotten
            values["contact"] = contact_reference(Args(context, values).contact())
    book, draft = with_new_draft(context, invocation.command.name, values)
    return Decision(limits.limit_reached_card(problem, contact, draft), book)


def _ambiguity_card(
    context: BookContext,
    invocation: Invocation,
    problem: UnknownContact | AmbiguousContact | AmbiguousTime,
    draft_id: str,
) -> Card:
    if isinstance(problem, AmbiguousContact):
        return input_errors.ambiguous_contact_card(context, problem, draft_id)
    if isinstance(problem, UnknownContact):
        return input_errors.unknown_contact_card(
            context, problem, draft_id, may_add=invocation.command.name != "forget"
        )
    labels = [date_option_label(option, context.today) for option in problem.options]
    return input_errors.ambiguous_time_card(problem, draft_id, labels)


def date_option_label(option: str, today: date) -> str:
    """The label of a button for an ISO day, an ISO day and time, or two days with " to " between."""
    if " to " in option:
        return " – ".join(date_option_label(end, today) for end in option.split(" to "))
    return dates.format_iso_date(option, today)


def _syntax_error_card(problem: UnknownArgument | DuplicateArgument | UnclosedQuote) -> Card:
    match problem:
        case UnknownArgument():
            alone = all(
                argument.kind is ArgumentKind.HIDDEN for argument in COMMANDS_BY_NAME[problem.command].arguments
            )
            return input_errors.unknown_argument_card(problem.command, problem.name, problem.nearest, takes_none=alone)
        case DuplicateArgument():
            return input_errors.duplicate_argument_card(problem.name)
        case _:
            return input_errors.unclosed_quote_card()


def decide_unparsed_text(context: BookContext, problem: UserError, plain_text: str) -> Decision:
    """The response to text that is no command: the card of a contact it mentions, else help and the nearest command."""
    if isinstance(problem, UnknownCommand) and problem.root not in DEFAULT_COMMANDS:
        return Decision(input_errors.empty_root_card(problem.root))
    if isinstance(problem, UnknownCommand):
        if mention := decide_mentioned_contact(context, plain_text):
            return mention
        short = help_card(problem.root if problem.root == "club" else "")
        return Decision(
            replace(short, lines=(*input_errors.unknown_command_lines(problem.typed, problem.nearest), *short.lines))
        )
    if isinstance(problem, UnknownArgument | DuplicateArgument | UnclosedQuote):
        return Decision(_syntax_error_card(problem))
    return Decision(input_errors.not_found_card())
