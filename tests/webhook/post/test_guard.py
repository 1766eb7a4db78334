"""What never reaches a vendor's library."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request

from webhook.post.guard import MOST_BYTES, guarded

JSON = {"content-type": "application/json"}


async def _ask(body: bytes, headers: dict[str, str]) -> httpx.Response:
    app = FastAPI()

    @app.post("/")
    async def echo(request: Request) -> int:
        return len(await request.body())

    transport = httpx.ASGITransport(app=guarded(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://channel") as client:
        return await client.post("/", content=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"a" * (MOST_BYTES + 1), {}, 413),
        (b"\xff\xfe", {}, 400),
        (b"{", JSON, 400),
        (b"[" * 200_000, JSON, 400),
        (b'{"a": 1}', {"content-type": "Application/JSON; charset=utf-8"}, 200),
        (b"a=1&b=2", {"content-type": "application/x-www-form-urlencoded"}, 200),
        (b"", JSON, 200),
        (b"a" * MOST_BYTES, {}, 200),
    ],
)
def test_only_readable_bodies_pass(body: bytes, headers: dict[str, str], status: int):
    """Too large: 413. Not UTF-8, or not the JSON it says it is: 400. The rest comes through whole."""
    answer = asyncio.run(_ask(body, headers))
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == len(body)
