"""Errors in the contract's form: a code, and still the numbers. What a person wrote is never sent back or logged."""

import datetime as dt
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.languages import FALLBACK
from webhook.conversations import nobody
from webhook.gateway import Gateway, gateway_of
from webhook.places_of_errors import told

MOST_BYTES = 256 * 1024  # 20,000 characters of staff's notes, however they are written in JSON

_log = logging.getLogger(__name__)

_WORDS = {
    HTTPStatus.NOT_FOUND: ("not_found", "utter_gone"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "utter_too_long"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("not_valid", "utter_not_readable"),
    HTTPStatus.TOO_MANY_REQUESTS: ("too_many", "utter_too_many"),
}
_OTHER = ("not_possible", "utter_not_readable")
_FAILED = ("failed", "utter_safe_reply")


class Refused(HTTPException):
    """A request that is answered with an error; `text` is what the person wrote, read for danger and then dropped."""

    def __init__(self, status: HTTPStatus, text: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(status, headers=headers)
        self.text = text


def install_error_answers(app: FastAPI) -> None:
    """Have every error answered in the contract's form."""

    @app.exception_handler(RequestValidationError)
    async def not_valid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(gateway_of(request), HTTPStatus.UNPROCESSABLE_ENTITY, _readable(error.body))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        text = error.text if isinstance(error, Refused) else ""
        return _answer(gateway_of(request), HTTPStatus(error.status_code), text, error.headers)

    @app.middleware("http")
    async def never_silent(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if _announced_bytes(request) > MOST_BYTES:
            return _answer(gateway_of(request), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "")
        try:
            return await call_next(request)
        except Exception as error:  # whatever it is, the person must get an answer with the numbers
            _log.error("%s", told(error))
            return _answer(gateway_of(request), HTTPStatus.INTERNAL_SERVER_ERROR, "")


def _announced_bytes(request: Request) -> int:
    """Return how large a body says it is; one that does not say is stopped by FastAPI itself when it grows too large."""
    announced = request.headers.get("content-length", "")
    return int(announced) if announced.isdecimal() else 0


def refusal(gateway: Gateway, status: int, text: str, now: dt.datetime) -> tuple[str, list[dict[str, Any]]]:
    """Return the code and the messages of an error; danger in what the person wrote is answered all the same."""
    code, response = _FAILED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _WORDS.get(HTTPStatus(status), _OTHER)
    languages = gateway.dialogue.languages_of_danger(text) if text else []
    if languages:
        return code, gateway.dialogue.danger_reply(nobody(), languages, now)
    return code, gateway.renderer.own([response], nobody(), now)


def _answer(gateway: Gateway, status: HTTPStatus, text: str, headers: Any = None) -> JSONResponse:
    code, messages = refusal(gateway, status, text, gateway.now())
    body = {"error": code, "conversation_id": None, "language": FALLBACK, "messages": messages}
    return JSONResponse(body, status, headers)


def _readable(body: object) -> str:
    """Return whatever words a refused body holds, so that danger in it is not passed over."""
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, default=str)
