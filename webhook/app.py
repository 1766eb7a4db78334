"""The gateway as an application: routes, errors, headers, and what runs beside the requests."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from webhook import api, metrics, plain_page
from webhook.assistant import AssistantFailed
from webhook.errors import MOST_BYTES, install_error_answers
from webhook.gateway import Gateway, build_gateway, gateway_of
from webhook.post.guard import guarded
from webhook.post.office import connected_channels
from webhook.post.postman import Postman
from webhook.settings import read_settings
from webhook.stores.store import StoreFailed
from webhook.texting import IDLE_MINUTES

SECONDS_BETWEEN_FORGETTING = 60
SECONDS_BETWEEN_WRITINGS = 60
SECONDS_IDLE = {"sms": IDLE_MINUTES * 60}  # in the other channels, what the settings say
SECONDS_BEFORE_A_NEW_TRY = 1
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


def create_app(environment: Mapping[str, str] = os.environ) -> FastAPI:
    """Return the application. Made anew for every process; nothing happens at import.

    Raises:
        MissingSetting: the environment does not say what only it can say.
        ContentError: a content file cannot be used.
    """
    settings = read_settings(environment)
    # A body says how large it is and is refused in our own form; FastAPI's limit, wider, stops one that does not say.
    # The interactive pages of FastAPI load scripts from elsewhere; /openapi.json is enough.
    app = FastAPI(title="Waymark", lifespan=_lifespan, max_body_size=4 * MOST_BYTES, docs_url=None, redoc_url=None)
    gateway = build_gateway(settings)
    postman = Postman(gateway, connected_channels(environment, gateway))
    app.state.gateway, app.state.postman = gateway, postman
    if settings.is_test_mode:
        _log.warning("TEST MODE: clocks can be set and messages read out. Never use this in service.")
    install_error_answers(app)
    app.include_router(api.router)
    _add_health(app)
    app.middleware("http")(_with_headers)
    app.include_router(plain_page.router)
    app.include_router(metrics.router)
    for name, channel in postman.channels.items():
        app.mount(f"/channels/{name}", guarded(channel.application(postman.take_for(name))))
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
    postman: Postman = app.state.postman
    is_open = await _is_open(gateway)
    for channel in postman.channels.values():
        await channel.start()
    works = (_forget_idle(gateway), _write_tally(gateway), _deliver(gateway, postman, is_open))
    beside = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        for channel in postman.channels.values():
            await channel.stop()
        await gateway.tally.write(gateway.now(), fewest=1)
        await gateway.store.close()
        await gateway.rates.close()
        await gateway.assistant.close()


async def _is_open(gateway: Gateway) -> bool:
    """Open the store, and say whether that was possible: without it people are answered all the same."""
    try:
        await gateway.store.start()
    except StoreFailed as failure:
        _log.error("The store cannot be opened: %s. It is tried again.", failure)
        return False
    return True


async def _deliver(gateway: Gateway, postman: Postman, is_open: bool) -> None:
    """Deliver what waits in the store, as soon as it is open."""
    while not is_open:
        await asyncio.sleep(SECONDS_BEFORE_A_NEW_TRY)
        is_open = await _is_open(gateway)
    await postman.run()


async def _write_tally(gateway: Gateway) -> None:
    """Have the store keep, again and again, what was counted."""
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_WRITINGS)
        await gateway.tally.write(gateway.now())


async def _forget_idle(gateway: Gateway) -> None:
    """Have Rasa forget, again and again, what nobody has touched for as long as a conversation lasts."""
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_FORGETTING)
        await gateway.dialogue.forget_what_waits()
        try:
            await gateway.assistant.forget_idle(SECONDS_IDLE, gateway.settings.idle_minutes * 60)
        except AssistantFailed as failure:
            _log.warning("Rasa could not forget idle conversations yet: %s", failure)
