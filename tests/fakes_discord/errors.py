"""How Discord says no: a status, a code, a sentence, and for a bad form each place where it is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class BodyProblem:
    """One place in a body that Discord refuses, such as ("data", "components", 0, "label")."""

    path: tuple[str | int, ...]
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


def too_long_problem(path: tuple[str | int, ...], most: int) -> BodyProblem:
    return BodyProblem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def bad_length_problem(path: tuple[str | int, ...], least: int, most: int) -> BodyProblem:
    return BodyProblem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def required_problem(path: tuple[str | int, ...]) -> BodyProblem:
    return BodyProblem(path, "BASE_TYPE_REQUIRED", "This field is required")


def body_problem(path: tuple[str | int, ...], code: str, message: str) -> BodyProblem:
    return BodyProblem(path, code, message)


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


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def unknown_channel() -> ApiError:
    return ApiError(404, 10003, "Unknown Channel")


def unknown_message() -> ApiError:
    return ApiError(404, 10008, "Unknown Message")


def unknown_member() -> ApiError:
    return ApiError(404, 10007, "Unknown Member")


def unknown_user() -> ApiError:
    return ApiError(404, 10013, "Unknown User")


def unknown_webhook() -> ApiError:
    return ApiError(404, 10015, "Unknown Webhook")


def expired_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def unknown_interaction() -> ApiError:
    return ApiError(404, 10062, "Unknown interaction")


def opening_dms_too_fast() -> ApiError:
    return ApiError(403, 40003, "You are opening direct messages too fast")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def archived_thread() -> ApiError:
    return ApiError(400, 50083, "Thread is archived")


def not_yours() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def closed_to_you() -> ApiError:
    return ApiError(403, 50007, "Cannot send messages to this user")


def invalid_recipient() -> ApiError:
    return ApiError(400, 50033, "Invalid Recipient(s)")
