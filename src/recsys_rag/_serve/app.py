"""Makes the application: the API under /api/v1, health, OpenAPI, and whatever pages are given."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from recsys_rag._serve import problems, views
from recsys_rag._serve.api import (
    catalog,
    chat,
    conversations,
    health,
    lists,
    models,
    people,
    reference,
)
from recsys_rag._serve.http import LARGEST_BODY, Edge
from recsys_rag._serve.metrics import Metrics
from recsys_rag._serve.quick import Quick
from recsys_rag._serve.service import Service
from recsys_rag.errors import RecsysRagError
from recsys_rag.version import __version__

_POLL_SECONDS = 0.25  # how soon all processes answer by another version
_LOG = logging.getLogger("recsys_rag._serve")
_ROOMS = (lists, conversations, catalog, people, models, chat)


def make_app(
    service: Service,
    *,
    needs_key: bool = False,
    hosts: Sequence[str] = (),
    pages: Sequence[APIRouter] = (),
) -> ASGIApp:
    """Return the application of a service.

    Calls need a key where `needs_key`; `hosts` are the names that it answers to, () = any. Pages
    find the service as `request.app.state.service` and answer with the views of `serve.views`.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        renewing = asyncio.create_task(_renew(service))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await asyncio.get_running_loop().run_in_executor(None, service.close)

    app = FastAPI(
        title="recsys-rag",
        version=__version__,
        summary="Recommendations whose every sentence can be opened, checked and replayed.",
        docs_url=None,
        redoc_url=None,
        lifespan=living,
        max_body_size=LARGEST_BODY,
    )
    app.state.service, app.state.metrics, app.state.needs_key = service, metrics, needs_key
    for room in _ROOMS:
        app.include_router(room.router)
    app.include_router(health.router)
    app.include_router(reference.router)
    for page in pages:
        app.include_router(page)
    app.add_exception_handler(RecsysRagError, _ours)
    app.add_exception_handler(HTTPException, _theirs)
    app.add_exception_handler(RequestValidationError, _not_as_described)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    quick = Quick(app, lists.QUICK)
    return Edge(quick, service, metrics, needs_key=needs_key, hosts=tuple(hosts))


async def _renew(service: Service) -> None:
    """Take over another version soon after it was activated, by whichever process."""
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        try:
            await service.in_thread(service.renew)
        except Exception:
            _LOG.exception("the active model cannot be read")


# --- errors ---------------------------------------------------------------------------------------


async def _ours(request: Request, error: Exception) -> Response:
    return problems.answer_to(error, request.state.request_id)


async def _theirs(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {404: "there is nothing under this path", 405: "this path does not know the method"}
    problem = problems.problem(
        error.status_code,
        details.get(error.status_code, str(error.detail)),
        request_id=request.state.request_id,
    )
    return problems.response(problem, error.headers)


async def _not_as_described(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"path": ".".join(str(part) for part in detail["loc"]), "message": str(detail["msg"])}
        for detail in error.errors()[:20]
    ]
    first = errors[0]
    return problems.response(
        problems.problem(
            422,
            f"{first['path']}: {first['message']}",
            name="not-as-described",
            request_id=request.state.request_id,
            errors=errors,
        )
    )


# --- OpenAPI --------------------------------------------------------------------------------------


def _openapi(app: FastAPI) -> dict[str, Any]:
    """Return the description of the API, with the views that answers are."""
    if app.openapi_schema is None:
        schema = FastAPI.openapi(app)
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        kinds = [kind for room in _ROOMS for kind in room.VIEWS]
        _, described = views.schemas(*kinds, problems.Problem)
        components.update(described)
        for body in (*people.BODIES, *catalog.BODIES):
            components[body.__name__] = body.model_json_schema(
                ref_template="#/components/schemas/{model}"
            )
        components.pop("HTTPValidationError", None)
        components.pop("ValidationError", None)
        for path in schema["paths"].values():
            for call in path.values():
                call["responses"].pop("422", None)  # told as a problem, under 4XX
        app.openapi_schema = schema
    return app.openapi_schema
