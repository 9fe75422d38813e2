"""How Discord says no: a status, a code, a sentence, and for a bad form each place where it is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

Json = dict[str, Any]
BodyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class BodyProblem:
    """One place in a body that Discord refuses, such as ("data", "components", 0, "label")."""

    path: BodyPath
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.message}"


class ApiError(Exception):
    """An answer of Discord's that is not a success."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code, **more}


def length_problems(path: BodyPath, value: str | list[Any] | None, most: int, least: int = 0) -> Iterator[BodyProblem]:
    """The problem of a text with too many or too few characters, or of a list with such entries."""
    if least <= len(value or "") <= most:
        return
    if isinstance(value, str) and not least:
        yield BodyProblem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    else:
        yield BodyProblem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def repeated_problems(path: BodyPath, values: Iterable[Any], code: str, message: str) -> Iterator[BodyProblem]:
    """The problem of values of which one comes twice."""
    if any(times > 1 for times in Counter(values).values()):
        yield BodyProblem(path, code, message)


def choice_problems(choices: list[Json], path: BodyPath, most: int, most_chars: int) -> Iterator[BodyProblem]:
    """What is wrong with the choices of an option, or with those that an autocompletion offers."""
    yield from length_problems(path, choices, most)
    for number, choice in enumerate(choices):
        yield from length_problems((*path, number, "name"), choice.get("name"), most_chars, 1)
        if isinstance(value := choice.get("value"), str):
            yield from length_problems((*path, number, "value"), value, most_chars, 1)


def required_problem(path: BodyPath) -> BodyProblem:
    return BodyProblem(path, "BASE_TYPE_REQUIRED", "This field is required")


def invalid_form(problems: Iterable[BodyProblem]) -> ApiError:
    """400 with code 50035 and Discord's tree of `errors`."""
    tree: Json = {}
    for problem in problems:
        place = tree
        for step in problem.path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
    return ApiError(400, 50035, "Invalid Form Body", errors=tree)


# Discord docs, Opcodes and Status Codes, "JSON Error Codes".
unauthorized = partial(ApiError, 401, 0, "401: Unauthorized")
not_found = partial(ApiError, 404, 0, "404: Not Found")
unknown_channel = partial(ApiError, 404, 10003, "Unknown Channel")
unknown_message = partial(ApiError, 404, 10008, "Unknown Message")
unknown_member = partial(ApiError, 404, 10007, "Unknown Member")
unknown_user = partial(ApiError, 404, 10013, "Unknown User")
unknown_webhook = partial(ApiError, 404, 10015, "Unknown Webhook")
expired_token = partial(ApiError, 401, 50027, "Invalid Webhook Token")
unknown_interaction = partial(ApiError, 404, 10062, "Unknown interaction")
already_acknowledged = partial(ApiError, 400, 40060, "Interaction has already been acknowledged.")
missing_access = partial(ApiError, 403, 50001, "Missing Access")
missing_permissions = partial(ApiError, 403, 50013, "Missing Permissions")
archived_thread = partial(ApiError, 400, 50083, "Thread is archived")
empty_message = partial(ApiError, 400, 50006, "Cannot send an empty message")
invalid_recipient = partial(ApiError, 400, 50033, "Invalid Recipient(s)")
