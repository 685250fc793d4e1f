"""/healthz and /readyz: for who watches over the process. No key is needed."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from recsys_rag._serve import problems
from recsys_rag._serve.api.answers import REFUSALS, answer, service_of

router = APIRouter(tags=["health"])
_PLAIN = {200: {"description": "All is well."}, **REFUSALS}


@router.get("/healthz", summary="Is the process alive?", responses=_PLAIN)
async def healthz() -> Response:
    """Answer; nothing is asked of anything."""
    return answer({"status": "alive"})


@router.get("/readyz", summary="Can it answer?", responses=_PLAIN)
async def readyz(request: Request) -> Response:
    """Say whether a model is loaded and the database answers."""
    service = service_of(request)
    try:
        version = await service.in_thread(service.versions.active)
        engine = await service.current()
    except Exception as error:
        return problems.response(
            problems.problem(503, f"not ready: {type(error).__name__}", name="not-ready")
        )
    return answer({"status": "ready", "model": engine.version, "active": version})
