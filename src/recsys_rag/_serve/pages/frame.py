"""What every page has around it: its addresses and its twin in JSON, who looks, templates, forms
that are ours, and problems as pages."""

import functools
import re
from collections.abc import Awaitable, Callable, Mapping

import jinja2
import msgspec
from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from recsys_rag._serve import problems
from recsys_rag._serve.pages.door import Visitor, check_form, check_key, visitor_of
from recsys_rag._serve.pages.shown import ProblemShown, Shown
from recsys_rag._serve.service import Service
from recsys_rag.errors import RecsysRagError

router = APIRouter(include_in_schema=False)
_INSIDE = re.compile(r"/(?!/)[^\\\s]*")  # an address of these pages, of no other site
_OPEN = ("/login", "/login.json", "/logout")  # without a key
_CITED = re.compile(r"\s*\[\d+\]")


def _number(value: float) -> str:
    return f"{value:g}"


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("recsys_rag._serve.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["number"] = _number
    environment.filters["bare"] = lambda text: _CITED.sub("", text)
    return environment


TEMPLATES = _templates()
Handler = Callable[[Request, Service, Visitor], Awaitable[Response]]
Route = Callable[[Request], Awaitable[Response]]


def _handled(handler: Handler) -> Route:
    """Give a handler the service and who looks; tell what goes wrong as a page."""

    @functools.wraps(handler)
    async def route(request: Request) -> Response:
        service: Service = request.app.state.service
        visitor = await service.in_thread(visitor_of, request, service)
        try:
            if request.url.path not in _OPEN:
                await service.in_thread(check_key, request, service)
            answer = await handler(request, service, visitor)
        except (RecsysRagError, HTTPException) as error:
            answer = _problem(request, visitor, error)
        finally:
            await request.close()  # the file of a form
        if visitor.is_new:
            visitor.keep(request, answer)
        return answer

    route.__annotations__ = {"request": Request, "return": Response}
    del route.__wrapped__  # else its arguments are asked for
    return route


def get(path: str) -> Callable[[Handler], Route]:
    def registered(handler: Handler) -> Route:
        route = _handled(handler)
        twin = "/index.json" if path == "/" else f"{path}.json"
        for address in (twin, path):
            router.add_api_route(address, route, methods=["GET"], response_model=None)
        return route

    return registered


def post(path: str) -> Callable[[Handler], Route]:
    def registered(handler: Handler) -> Route:
        route = _handled(handler)
        router.add_api_route(path, route, methods=["POST"], response_model=None)
        return route

    return registered


def page(
    request: Request, visitor: Visitor, name: str, shown: Shown, status: int = 200
) -> Response:
    """Return what is shown, as HTML or as its twin in JSON."""
    headers = {"Cache-Control": "no-store"}
    if request.url.path.endswith(".json"):
        return Response(msgspec.json.encode(shown), status, headers, media_type="application/json")
    text = render(f"{name}.html", visitor, shown, request.url.path)
    return Response(text, status, headers, media_type="text/html")


def render(template: str, visitor: Visitor, shown: Shown, path: str = "/") -> str:
    """Return the HTML of a template: a page, or a part of one."""
    return TEMPLATES.get_template(template).render(
        shown=shown,
        token=visitor.token,
        path=path,
        twin="/index.json" if path == "/" else f"{path}.json",
        has_key=visitor.has_key,
    )


def _problem(request: Request, visitor: Visitor, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        problem = problems.problem(error.status_code, str(error.detail))
    else:
        problem = problems.problem_of(error, request.state.request_id)
    if request.url.path.endswith(".json"):
        return problems.response(problem)
    if problem.status == 401 and request.method == "GET":
        return RedirectResponse("/login", 303)
    shown = ProblemShown(status=problem.status, title=problem.title, detail=problem.detail)
    return page(request, visitor, "problem", shown, problem.status)


async def form_of(request: Request, visitor: Visitor) -> FormData:
    """Return a form that is ours. Raises Refused."""
    form = await request.form(max_files=1, max_fields=40, max_part_size=200_000)
    token = form.get("token")
    check_form(request, visitor, token if isinstance(token, str) else "")
    return form


def texts_of(form: FormData) -> dict[str, str]:
    return {
        name: value.replace("\r\n", "\n").replace("\0", "")[:20_000]
        for name, value in form.items()
        if isinstance(value, str)
    }


def back(form: Mapping[str, str], otherwise: str = "/") -> Response:
    """Send the browser where the form says, if that is here."""
    wanted = form.get("next", "")
    return RedirectResponse(wanted if _INSIDE.fullmatch(wanted) else otherwise, 303)
