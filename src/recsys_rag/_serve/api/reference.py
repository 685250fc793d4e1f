"""/docs: the calls as a page, made from OpenAPI. Loads nothing from elsewhere, needs no script."""

import json
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Return the page."""
    return HTMLResponse(page(request.app.openapi()))


def page(schema: dict[str, Any]) -> str:
    """Return a description of OpenAPI as a page."""
    calls = [
        _call(method, path, call)
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
    ]
    kinds = [
        f'<section id="{escape(name)}"><h3>{escape(name)}</h3><pre>{_pretty(kind)}</pre></section>'
        for name, kind in sorted(schema["components"]["schemas"].items())
    ]
    about = schema["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(about['title'])}: the calls</title></head><body><main>"
        f"<h1>{escape(about['title'])} {escape(about['version'])}</h1>"
        f"<p>{escape(about.get('summary', ''))} "
        '<a href="/openapi.json">The same for programs</a>.</p>'
        f"<h2>Calls</h2>{''.join(calls)}<h2>What they take and give</h2>{''.join(kinds)}"
        "</main></body></html>"
    )


def _call(method: str, path: str, call: dict[str, Any]) -> str:
    parameters = "".join(
        f"<dt><code>{escape(one['name'])}</code> ({escape(one['in'])})</dt>"
        f"<dd>{escape(one.get('description', ''))}</dd>"
        for one in call.get("parameters", [])
    )
    named = [
        *_named(call.get("requestBody", {})),
        *(name for told in call["responses"].values() for name in _named(told)),
    ]
    links = ", ".join(f'<a href="#{name}">{name}</a>' for name in dict.fromkeys(named))
    return (
        f"<section><h3><code>{method.upper()} {escape(path)}</code></h3>"
        f"<p><strong>{escape(call.get('summary', ''))}.</strong> "
        f"{escape(call.get('description', ''))}</p><dl>{parameters}</dl><p>{links}</p></section>"
    )


def _named(part: Any) -> list[str]:
    """Return the names of the schemas that a part of a description refers to."""
    text = json.dumps(part)
    return [piece.partition('"')[0] for piece in text.split("#/components/schemas/")[1:]]


def _pretty(kind: dict[str, Any]) -> str:
    return escape(json.dumps(kind, indent=2, ensure_ascii=False))
