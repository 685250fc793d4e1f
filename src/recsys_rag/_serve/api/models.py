"""/models: the versions that there are, fitting a new one, and which one answers."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from recsys_rag._serve.api.answers import answer, described, service_of
from recsys_rag._serve.asking import RefitBody, Whole
from recsys_rag._serve.service import Service
from recsys_rag._serve.versions import Version

router = APIRouter(prefix="/api/v1", tags=["models"])
Number = Annotated[Whole, Path(ge=1, le=2**53, description="A model's version.")]


class ModelView(msgspec.Struct, frozen=True, kw_only=True):
    """A version of what was fitted."""

    version: int
    created_at: int  # seconds since 1970
    status: str  # "fitting", "ready", "refused", "failed" or "erased"
    is_active: bool
    card: dict[str, Any]  # what it was fitted from, and how it was measured


class ModelsView(msgspec.Struct, frozen=True, kw_only=True):
    """All versions, newest first."""

    active: int | None
    models: tuple[ModelView, ...]


def model_view(version: Version, active: int | None) -> ModelView:
    """Return what is shown of a version; not where it lies."""
    hidden = ("data_folder", "process")
    return ModelView(
        version=version.version,
        created_at=version.created_at,
        status=version.status,
        is_active=version.version == active,
        card={name: value for name, value in version.card.items() if name not in hidden},
    )


@router.get("/models", summary="The versions", responses=described(ModelsView))
async def models(request: Request) -> Response:
    """List all versions with their cards: what they were fitted from, how they were measured."""
    versions = service_of(request).versions

    def listed() -> ModelsView:
        active = versions.active()
        models = tuple(model_view(version, active) for version in versions.all())
        return ModelsView(active=active, models=models)

    return answer(await service_of(request).in_thread(listed))


@router.get("/models/{version}", summary="One version", responses=described(ModelView))
async def model(request: Request, version: Number) -> Response:
    """Return one version with its card."""
    return answer(await _shown(service_of(request), version))


@router.post(
    "/models:refit",
    summary="Fit a new version",
    status_code=202,
    responses=described(ModelView, "It is being fitted.", 202),
)
async def refit(request: Request, body: RefitBody | None = None) -> Response:
    """Fit a new version from data and feedback, in a process of its own.

    It is measured on feedback that it has not seen against the version that answers, and answers
    itself if it is not significantly worse.
    """
    service = service_of(request)
    number = await service.in_thread(service.refit, body.activate if body else "if_not_worse")
    view = await _shown(service, number)
    return answer(view, 202, {"Location": f"/api/v1/models/{number}"})


@router.post(
    "/models/{version}:activate", summary="Have a version answer", responses=described(ModelView)
)
async def activate(request: Request, version: Number) -> Response:
    """Have this version answer, in all processes within a second, without a failed request."""
    service = service_of(request)
    await service.in_thread(service.activate, version)
    return answer(await _shown(service, version))


async def _shown(service: Service, version: int) -> ModelView:
    versions = service.versions
    return await service.in_thread(lambda: model_view(versions.of(version), versions.active()))


VIEWS = (ModelsView, ModelView)
