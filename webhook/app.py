"""The gateway as an application: routes, errors, headers, and what runs beside the requests."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from webhook import api, plain_page
from webhook.assistant import AssistantFailed
from webhook.errors import MOST_BYTES, install_error_answers
from webhook.gateway import Gateway, build_gateway, gateway_of
from webhook.settings import Settings, read_settings

SECONDS_BETWEEN_FORGETTING = 60
FEWEST_BYTES_TO_COMPRESS = 500
PAGE = Path(__file__).parent / "page"
WIDGET = Path(__file__).parent / "widget"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; form-action 'self' " + plain_page.ELSEWHERE,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application. Made anew for every process; nothing happens at import."""
    settings = settings or read_settings()
    # A body says how large it is and is refused in our own form; FastAPI's limit, wider, stops one that does not say.
    # The interactive pages of FastAPI load scripts from elsewhere; /openapi.json is enough.
    app = FastAPI(title="Waymark", lifespan=_lifespan, max_body_size=4 * MOST_BYTES, docs_url=None, redoc_url=None)
    app.state.gateway = build_gateway(settings)
    if settings.is_test_mode:
        _log.warning("TEST MODE: clocks can be set and messages read out. Never use this in service.")
    install_error_answers(app)
    app.include_router(api.router)
    _add_health(app)
    app.middleware("http")(_with_headers)
    app.include_router(plain_page.router)
    # What the tag loads on somebody else's page, and our own page with nothing but the tag.
    app.mount("/widget", StaticFiles(directory=WIDGET))
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    app.add_middleware(GZipMiddleware, minimum_size=FEWEST_BYTES_TO_COMPRESS)
    app.add_middleware(
        CORSMiddleware, allow_origins=settings.origins, allow_methods=["GET", "POST", "DELETE"], allow_headers=["content-type"]
    )
    return app


def _add_health(app: FastAPI) -> None:
    @app.get("/health/live")
    async def live() -> dict[str, str]:
        """Say that the process runs."""
        return {"status": "live"}

    @app.get("/health/ready")
    async def ready(request: Request) -> JSONResponse:
        """Say whether a message can be understood now."""
        is_ready = await gateway_of(request).assistant.is_ready()
        return JSONResponse({"status": "ready" if is_ready else "not ready"}, 200 if is_ready else 503)


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(HEADERS)
    if request.url.path.startswith("/widget/"):
        response.headers["Access-Control-Allow-Origin"] = "*"  # the code is nobody's secret; the API asks who calls
    return response


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    gateway: Gateway = app.state.gateway
    forgetting = asyncio.create_task(_forget_idle(gateway))
    yield
    forgetting.cancel()
    await gateway.assistant.close()


async def _forget_idle(gateway: Gateway) -> None:
    """Have Rasa forget, again and again, what nobody has touched for as long as a conversation lasts."""
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_FORGETTING)
        await gateway.dialogue.forget_what_waits()
        try:
            await gateway.assistant.forget_idle(gateway.settings.idle_minutes * 60)
        except AssistantFailed as failure:
            _log.warning("Rasa could not forget idle conversations yet: %s", failure)
