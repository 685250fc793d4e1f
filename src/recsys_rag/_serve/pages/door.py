"""Who looks at a page, told by a cookie alone, and whether a form is theirs."""

import hmac
import re
import secrets
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from recsys_rag._serve.people import hashed, secret_of
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.service import Service

COOKIE = "recsys_rag_person"
_ID = re.compile(r"page-[A-Za-z0-9_-]{43}")
_A_YEAR = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks: an id that nobody can guess, and the token that their forms carry."""

    user_id: str
    token: str
    is_new: bool

    def keep(self, response: Response, *, is_secure: bool) -> None:
        """Have the browser bring the id again; no script can read it."""
        response.set_cookie(
            COOKIE,
            self.user_id,
            max_age=_A_YEAR,
            httponly=True,
            samesite="strict",
            secure=is_secure,
            path="/",
        )


def visitor_of(request: Request, service: Service) -> Visitor:
    """Return who looks: known by the cookie, or new."""
    given = request.cookies.get(COOKIE, "")
    is_new = not _ID.fullmatch(given)
    user_id = f"page-{secrets.token_urlsafe(32)}" if is_new else given
    with service.database.reading() as connection:
        secret = secret_of(connection)
    return Visitor(user_id, hashed(f"form of {user_id}", secret)[:32], is_new)


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
