"""Who looks at a page, told by a cookie alone, whether a form is theirs, and the key that they were
let in with."""

import hmac
import re
import secrets
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from recsys_rag._serve.people import hashed, secret_of
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.service import Service

COOKIE, KEY_COOKIE = "recsys_rag_person", "recsys_rag_key"
_ID = re.compile(r"page-[A-Za-z0-9_-]{43}")
_A_YEAR = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks: an id that nobody can guess, and the token that their forms carry."""

    user_id: str
    token: str
    is_new: bool
    has_key: bool = False  # a cookie of one, valid or not

    def keep(self, request: Request, response: Response) -> None:
        """Have the browser bring the id again."""
        _set_cookie(request, response, COOKIE, self.user_id, _A_YEAR)


def keep_key(request: Request, response: Response, key: str) -> None:
    """Have the browser bring a key again, until it is closed."""
    _set_cookie(request, response, KEY_COOKIE, key)


def _set_cookie(
    request: Request, response: Response, name: str, value: str, seconds: int | None = None
) -> None:
    """Set a cookie that no script can read and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )


def check_key(request: Request, service: Service) -> None:
    """Refuse who was not let in, where the service needs a key. Raises Refused (401, 403, 429)."""
    if not request.app.state.needs_key:
        return
    key = service.keys.of(request.cookies.get(KEY_COOKIE, ""))
    if key is None:
        raise Refused(401, "these pages need a key; sign in with one under /login")
    is_admin = request.url.path.startswith("/admin")
    for scope in ("admin",) if is_admin else ("recommend", "feedback"):
        if not key.may(scope):
            raise Refused(403, f"this key lacks the scope {scope!r}")
    if wait := service.allowances.take(key):
        seconds = str(max(1, round(wait)))
        raise Refused(429, "this key asks too often; come again soon", {"Retry-After": seconds})


def visitor_of(request: Request, service: Service) -> Visitor:
    """Return who looks: known by the cookie, or new."""
    given = request.cookies.get(COOKIE, "")
    is_new = not _ID.fullmatch(given)
    user_id = f"page-{secrets.token_urlsafe(32)}" if is_new else given
    with service.database.reading() as connection:
        secret = secret_of(connection)
    return Visitor(
        user_id, hashed(f"form of {user_id}", secret)[:32], is_new, KEY_COOKIE in request.cookies
    )


def check_form(request: Request, visitor: Visitor, token: str) -> None:
    """Refuse a form that is not one of ours, given to this visitor. Raises Refused (403)."""
    is_ours = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    if (
        visitor.is_new
        or not is_ours
        or not hmac.compare_digest(token.encode(), visitor.token.encode())
    ):
        raise Refused(
            403,
            "this form is too old, or came from another page; go back, reload, and send it again",
        )
