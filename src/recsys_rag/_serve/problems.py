"""Which status an error gets, and how it is told: RFC 9457. The only such table of the service;
`cli.failures` has the one of exit codes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from sqlalchemy.exc import OperationalError
from starlette.responses import Response

from recsys_rag import errors


class Refused(errors.RecsysRagError):
    """A request that the service itself refuses, with a status of its own."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.headers = status, dict(headers or {})


STATUSES: dict[type[Exception], int] = {
    errors.DataError: 422,
    errors.UnknownUserError: 404,
    errors.UnknownItemError: 404,
    errors.QueryError: 422,
    errors.SettingsError: 422,
    errors.MissingExtraError: 501,
    errors.EvaluationError: 422,
    errors.RegistryError: 500,
    errors.ArtifactError: 500,
    errors.AssetError: 503,
    errors.NotFittedError: 503,
    errors.GenerationError: 503,
    errors.Cancelled: 503,
    errors.RecsysRagError: 500,
}
MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, in one sentence, and where."""

    type: str  # "about:blank", or "urn:recsys-rag:" and the name of the error
    title: str
    status: int
    detail: str
    request_id: str = ""
    errors: tuple[
        dict[str, str], ...
    ] = ()  # {path, message}, of a body that is not as it should be


def status_of(error: BaseException) -> int:
    """Return the status of an error: that of its nearest class in the table.

    >>> status_of(errors.UnknownItemError("no item 'x'")), status_of(ZeroDivisionError())
    (404, 500)
    """
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, OperationalError):  # the database's server is gone, or holds a lock
        return 503
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def problem_of(error: BaseException, request_id: str = "") -> Problem:
    """Return the problem that tells of an error. What is not ours is told without its insides."""
    status = status_of(error)
    if isinstance(error, errors.RecsysRagError):
        name = "refused" if isinstance(error, Refused) else _dashed(type(error).__name__)
        detail = " ".join(str(error).split())
    elif isinstance(error, OperationalError):
        name, detail = "no-database", "the database did not answer; nothing was written, ask again"
    else:
        name, detail = "unexpected", "something went wrong here; the log has it by the request's id"
    return problem(status, detail, name=name, request_id=request_id)


def problem(
    status: int,
    detail: str,
    *,
    name: str = "refused",
    request_id: str = "",
    errors: Sequence[Mapping[str, str]] = (),
) -> Problem:
    """Return a problem of this status."""
    return Problem(
        type=f"urn:recsys-rag:{name}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_writable(detail),
        request_id=request_id,
        errors=tuple({key: _writable(text) for key, text in error.items()} for error in errors),
    )


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that tells of a problem."""
    return Response(
        msgspec.json.encode(problem), problem.status, dict(headers or {}), media_type=MEDIA_TYPE
    )


def answer_to(error: BaseException, request_id: str) -> Response:
    """Return the answer that tells of an error."""
    headers = error.headers if isinstance(error, Refused) else None
    return response(problem_of(error, request_id), headers)


def _dashed(name: str) -> str:
    """Return the name of a class as a word of an address.

    >>> _dashed("UnknownItemError")
    'unknown-item'
    """
    parts = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return parts.strip("-").removesuffix("-error")


def _writable(text: str) -> str:
    """Return the text with what cannot be written as UTF-8 escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
