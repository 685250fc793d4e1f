"""The addresses of the pages: forms in, pages out. Each page has its twin in JSON under `.json`."""

import functools
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import msgspec
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response, StreamingResponse

from recsys_rag._serve import conversing, problems
from recsys_rag._serve.kept import etag
from recsys_rag._serve.pages import bringing, group, work
from recsys_rag._serve.pages.door import KEY_COOKIE, Visitor, keep_key
from recsys_rag._serve.pages.frame import (
    TEMPLATES,
    back,
    form_of,
    get,
    page,
    post,
    render,
    texts_of,
)
from recsys_rag._serve.pages.frame import router as router
from recsys_rag._serve.pages.shown import LoginShown, ReceiptShown, Shown, StarsShown, TalkShown
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.service import Part, Service
from recsys_rag._serve.views import TurnView
from recsys_rag.errors import DataError, RecsysRagError, UnknownUserError

_EVENTS = "text/event-stream"
_STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "star.svg": "image/svg+xml",
    "icon.svg": "image/svg+xml",
}
_MOST_PEOPLE = 4  # beside whoever looks, in the form


# --- pages ----------------------------------------------------------------------------------------


# address -> the template, and what makes what is shown from who looks and the parts of the address
_PAGES: dict[str, tuple[str, Callable[..., Shown]]] = {
    "/": ("home", work.home),
    "/lists/{id}": ("list", work.list_shown),
    "/conversations/{id}": ("list", work.conversation_shown),
    "/me": ("me", work.me),
    "/together": ("together", group.together_form),
}


def _add_page(address: str, name: str, made: Callable[..., Shown]) -> None:
    @get(address)
    async def shown(request: Request, service: Service, visitor: Visitor) -> Response:
        given = request.path_params
        return page(
            request, visitor, name, await service.in_thread(made, service, visitor.user_id, **given)
        )


for _address, (_name, _made) in _PAGES.items():
    _add_page(_address, _name, _made)


@get("/lists/{id}/items/{item:path}/facts/{number:int}")
async def fact(request: Request, service: Service, visitor: Visitor) -> Response:
    given = request.path_params
    shown = await service.in_thread(
        work.fact_shown, service, visitor.user_id, given["id"], given["item"], given["number"]
    )
    name = "parts/reading" if request.headers.get("x-part") == "reading" else "fact"
    return page(request, visitor, name, shown)


@get("/admin")
async def admin(request: Request, service: Service, visitor: Visitor) -> Response:
    return page(request, visitor, "admin", await service.in_thread(work.admin, service))


@get("/login")
async def door(request: Request, service: Service, visitor: Visitor) -> Response:
    return page(request, visitor, "login", LoginShown())


# --- forms ----------------------------------------------------------------------------------------


@post("/login")
async def login(request: Request, service: Service, visitor: Visitor) -> Response:
    """Let in who has a key; the browser brings it from then on."""
    given = texts_of(await form_of(request, visitor)).get("key", "").strip()
    if await service.in_thread(service.keys.of, given) is None:
        shown = LoginShown(message="This key is not valid here.")
        return page(request, visitor, "login", shown, 401)
    answer = RedirectResponse("/", 303)
    keep_key(request, answer, given)
    return answer


@post("/logout")
async def logout(request: Request, service: Service, visitor: Visitor) -> Response:
    await form_of(request, visitor)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(KEY_COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@post("/say")
async def say(request: Request, service: Service, visitor: Visitor) -> Response:
    form = texts_of(await form_of(request, visitor))
    item_id = await service.in_thread(work.say, service, visitor.user_id, form)
    if request.headers.get("x-part") != "acts":
        return back(form)
    own = await service.in_thread(work.own_of, service, visitor.user_id, [item_id])
    engine = await service.current()
    dataset = engine.recommender.dataset
    text = TEMPLATES.get_template("parts/acts.html").render(
        token=visitor.token,
        item_id=item_id,
        title=dataset.catalog.titles[dataset.items.index(item_id)],
        scale=StarsShown.of(dataset.scale),
        own=own[item_id],
        here=form.get("next", "/"),
        list_id=form.get("list", ""),
    )
    return Response(text, media_type="text/html", headers={"Cache-Control": "no-store"})


@post("/lists")
async def ask(request: Request, service: Service, visitor: Visitor) -> Response:
    """Make a list; with script as it comes, without script with the template's texts, at once."""
    form = texts_of(await form_of(request, visitor))
    only = [item for item in form.get("only", "").split("\n") if item]
    question = await service.in_thread(work.question, service, visitor.user_id, form, only)
    try:
        if _EVENTS in request.headers.get("accept", ""):
            return await _events_of(service, visitor, service.recommend(question), TalkShown())
        part = await service.recommend_whole(replace(question, explain="facts"))
    except UnknownUserError:
        message = "Rate a film, or say in words what you would like: then there is a list."
        shown = await service.in_thread(work.home, service, visitor.user_id, message)
        return page(request, visitor, "home", shown, 422)
    view = part.view
    return RedirectResponse(f"/lists/{view.id}", 303)  # type: ignore[union-attr]


@post("/answer")
async def answer_back(request: Request, service: Service, visitor: Visitor) -> Response:
    """Answer what is said of a list; of two windows the later is told that it has gone on."""
    form = texts_of(await form_of(request, visitor))
    id, message = await service.in_thread(work.message_of, service, visitor.user_id, form)
    try:
        if _EVENTS in request.headers.get("accept", ""):
            parts = conversing.turn(service, id, message)
            before = await service.in_thread(work.talk, service, visitor.user_id, id)
            return await _events_of(service, visitor, parts, before)
        await conversing.turn_whole(service, id, replace(message, explain="facts"))
    except Refused as error:
        if error.status != 409:
            raise
        shown = await service.in_thread(
            work.conversation_shown, service, visitor.user_id, id, str(error), message.words
        )
        return page(request, visitor, "list", shown, 409)
    return RedirectResponse(f"/conversations/{id}", 303)


async def _events_of(
    service: Service, visitor: Visitor, parts: AsyncIterator[Part], talk: TalkShown
) -> Response:
    """Answer by events with pieces of the page: `drafted` items, which nobody can act on yet, give
    way to the list. Raises what goes wrong before the first."""
    first = await anext(parts)

    def event(name: str, **told: Any) -> bytes:
        return f"event: {name}\ndata: {json.dumps(told)}\n\n".encode()

    async def whole(view: Any) -> str:
        shown = await service.in_thread(work.of_view, service, visitor.user_id, view)
        shown = msgspec.structs.replace(shown, talk=talk)
        return render("parts/list.html", visitor, shown)

    async def turned(view: TurnView) -> bytes:
        id = view.conversation_id
        shown = await service.in_thread(work.conversation_shown, service, visitor.user_id, id)
        html = render("parts/talk.html", visitor, shown)
        return event("finished", talk=html, reply=view.reply, address=f"/conversations/{id}")

    async def events() -> AsyncIterator[bytes]:
        try:
            part = first
            while part.name == "drafted":
                html = TEMPLATES.get_template("parts/draft.html").render(item=part.view)
                yield event("drafted", html=html)
                part = await anext(parts)
            view = part.view
            if isinstance(view, TurnView):  # a reply alone
                yield await turned(view)
                return
            yield event("ranked", html=await whole(view), n=len(view.items))  # type: ignore[union-attr]
            async for part in parts:
                if isinstance(part.view, TurnView):
                    yield await turned(part.view)
                    continue
                if part.name == "written":
                    item = part.view
                    text = TEMPLATES.get_template("parts/text.html").render(
                        item=item,
                        list_id=view.id,  # type: ignore[union-attr]
                    )
                    yield event("written", html=text, item=item.item_id, title=item.title)  # type: ignore[union-attr]
                elif part.name == "finished":
                    html = TEMPLATES.get_template("parts/checked.html").render(view=part.view)
                    yield event("finished", checked=html, address=f"/lists/{view.id}")  # type: ignore[union-attr]
        except Exception as error:
            yield event("problem", detail=problems.problem_of(error).detail)
        finally:
            await parts.aclose()  # type: ignore[attr-defined]

    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(events(), 200, headers, media_type=_EVENTS)


@post("/import")
async def take(request: Request, service: Service, visitor: Visitor) -> Response:
    form = await form_of(request, visitor)
    sent = form.get("export")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Refused(422, "choose the file that the site gave you, then send it")
    content = await sent.read()
    viewer = texts_of(form).get("viewer", "").strip()
    try:
        shown = await service.in_thread(
            bringing.take_export, service, visitor.user_id, sent.filename, content, viewer
        )
    except DataError as error:
        detail = re.sub(r" with viewer=.*$", ' in the field "Whose"', str(error))
        raise DataError(detail) from None
    return page(request, visitor, "imported", shown)


@post("/together")
async def together_asked(request: Request, service: Service, visitor: Visitor) -> Response:
    form = texts_of(await form_of(request, visitor))
    people = []
    for number in range(1, _MOST_PEOPLE + 1):
        taste = form.get(f"taste{number}", "").strip()
        if taste:
            people.append((form.get(f"name{number}", "").strip() or f"person {number}", taste))
    with_me, words = "me" in form, form.get("words", "").strip()
    try:
        shown = await service.in_thread(
            group.together, service, visitor.user_id, people, with_me=with_me, words=words
        )
    except RecsysRagError as error:
        shown = await service.in_thread(
            group.together_form,
            service,
            visitor.user_id,
            str(error),
            people,
            with_me=with_me,
            words=words,
        )
        return page(request, visitor, "together", shown, problems.status_of(error))
    return page(request, visitor, "together", shown)


@get("/me/export")
async def export(request: Request, service: Service, visitor: Visitor) -> Response:
    """All that is held of the person, as a file to keep."""
    held = await service.in_thread(service.memory.export, visitor.user_id)
    return Response(
        msgspec.json.encode(held),
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="recsys-rag-export.json"',
        },
        media_type="application/json",
    )


@post("/me/forget")
async def forget(request: Request, service: Service, visitor: Visitor) -> Response:
    await form_of(request, visitor)
    receipt = await service.in_thread(service.memory.forget, visitor.user_id)
    answer = page(request, visitor, "forgotten", ReceiptShown(receipt=receipt))
    answer.delete_cookie("recsys_rag_person", path="/", httponly=True, samesite="strict")
    return answer


@post("/admin/refit")
async def refit(request: Request, service: Service, visitor: Visitor) -> Response:
    await form_of(request, visitor)
    await service.in_thread(service.refit)
    return RedirectResponse("/admin", 303)


@post("/admin/activate")
async def activate(request: Request, service: Service, visitor: Visitor) -> Response:
    form = texts_of(await form_of(request, visitor))
    if not form.get("version", "").isdecimal():
        raise Refused(422, "a version is a number")
    await service.in_thread(service.activate, int(form["version"]))
    return RedirectResponse("/admin", 303)


# --- what pages are made with ---------------------------------------------------------------------


@functools.cache
def _static(name: str) -> tuple[bytes, str]:
    content = files("recsys_rag._serve.pages").joinpath("static", name).read_bytes()
    return content, etag(content)


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """Return a file of the pages."""
    if name not in _STATIC:
        raise HTTPException(404)
    content, tag = _static(name)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, headers)
    return Response(content, 200, headers, media_type=_STATIC[name])
