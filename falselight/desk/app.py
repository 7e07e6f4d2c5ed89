"""The web application: routes, headers, error pages. It reads the index and changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from falselight.desk.asked import Asked, read_asked
from falselight.desk.post_page import post_page
from falselight.desk.search_page import search_page
from falselight.errors import FalselightError
from falselight.index import BadQuery, Index, Query

_HERE = Path(__file__).parent
_LOOPBACK = ("127.0.0.1", "localhost")
# Nothing from elsewhere, nothing inline: a post's text could not run even if it were not escaped.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # an outlet that is opened does not learn what was searched for
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(index: Index, *, page_url: str, clock: Callable[[], datetime]) -> FastAPI:
    """The page over an index. `page_url`: its address from outside; `clock`: now, aware (what "7 days" counts from).

    Answers only to the host of `page_url` and to the own machine: another site's script that points its name here
    (DNS rebinding) would read along otherwise, for the page has no login of its own.
    """
    # No OpenAPI pages: they load scripts from elsewhere.
    app = FastAPI(title="Falselight", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.index, app.state.clock, app.state.templates = index, clock, _templates(page_url.rstrip("/"))
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.add_api_route("/", _search, response_class=HTMLResponse)
    app.add_api_route("/posts/{post_id}", _post, response_class=HTMLResponse)
    app.add_api_route("/healthz", _health)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(FalselightError, _index_is_down)
    app.middleware("http")(_add_headers)
    hosts = {urlsplit(page_url).hostname or "localhost", *_LOOPBACK}
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)
    return app


def _search(request: Request) -> Response:
    """Search, with a query that cannot be understood explained where it was typed."""
    index, today = request.app.state.index, request.app.state.clock().astimezone(UTC).date()
    try:
        page = search_page(index, read_asked(request.query_params.multi_items()), today)
        return _page(request, "search.html", page=page, problem=None, typed=page.asked.text)
    except BadQuery as problem:
        page = search_page(index, Asked(), today)
        typed = request.query_params.get("q", "")
        return _page(request, "search.html", status=400, page=page, problem=str(problem), typed=typed)


def _post(request: Request, post_id: str) -> Response:
    """One post."""
    document = request.app.state.index.get(post_id)
    if document is None:
        raise HTTPException(404, "The index has no such post. It may have been erased, or not be indexed yet.")
    return _page(request, "post.html", page=post_page(request.app.state.index, document))


def _health(request: Request) -> JSONResponse:
    """Whether the index answers; for monitoring."""
    try:
        posts = request.app.state.index.count(Query())
    except FalselightError as error:
        return JSONResponse({"status": "down", "reason": str(error)}, status_code=503)
    return JSONResponse({"status": "ok", "posts": posts})


def _page(request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    templates: Jinja2Templates = request.app.state.templates
    return templates.TemplateResponse(request, name, context, status_code=status)


async def _http_error(request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    heading = "Not found" if status == 404 else "That did not work"
    text = "There is no such page." if detail == "Not Found" else detail
    return _page(request, "error.html", status=status, heading=heading, detail=text)


async def _index_is_down(request: Request, error: Exception) -> Response:
    return _page(request, "error.html", status=503, heading="The index does not answer", detail=str(error))


async def _add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(_HEADERS)
    # Pages are not kept: what was erased must not come back from a browser's store.
    response.headers["Cache-Control"] = "no-cache" if request.url.path.startswith("/static/") else "no-store"
    return response


def _templates(page_url: str) -> Jinja2Templates:
    loader = FileSystemLoader(_HERE / "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"day_time": _day_time, "number": "{:,}".format, "length": len, "lag": _lag}
    environment.globals["page_url"] = page_url
    return Jinja2Templates(env=environment)


def _day_time(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def _lag(lag: timedelta) -> str:
    minutes = max(int(lag.total_seconds()) // 60, 0)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
