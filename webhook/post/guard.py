"""What stands before every channel's library: bodies that are too large, not UTF-8 or not the JSON they say go no further.

The vendors' libraries read bodies before they check signatures, and answer garbage with errors of their own (500), which
providers take for a reason to send it again.
"""

import json
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 256 * 1024
_JSON = "application/json"


def guarded(application: ASGIApp) -> ASGIApp:
    """Return the application behind the guard: what it refuses is answered 400 or 413, without a word of what came."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        body = await _body(receive)
        status = _mistake(body, Headers(scope=scope))
        if status is not None:
            await Response(status_code=status)(scope, receive, send)
            return
        await application(scope, _replayed(body or b"", receive), send)

    return guard


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or None once it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":  # the other side has gone
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _mistake(body: bytes | None, headers: Headers) -> HTTPStatus | None:
    if body is None:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    try:
        text = body.decode()
        if text and headers.get("content-type", "").partition(";")[0].strip().lower() == _JSON:
            json.loads(text)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        return HTTPStatus.BAD_REQUEST
    return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands the body over once more, and then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
