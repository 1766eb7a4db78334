"""The page without JavaScript: the same conversations as plain HTML forms. Ids travel in bodies, never in addresses."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

from babel import negotiate_locale
from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import ValidationError

from bot.languages import FALLBACK, spoken
from webhook import api, schemas
from webhook.api import Moment, Parts
from webhook.conversations import nobody
from webhook.errors import Refused, refusal
from webhook.gateway import Gateway

ELSEWHERE = "https://www.bbc.co.uk/weather"  # where the way out leads: it tells nobody anything
MOST_FIELDS = 10

router = APIRouter(include_in_schema=False)
_pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined)


@router.get("/chat")
async def greet(
    gateway: Parts, now: Moment, language: str | None = None, accept_language: Annotated[str, Header()] = ""
) -> HTMLResponse:
    """Show the greeting. A conversation begins with the first message."""
    is_ours = gateway.renderer.speaks(language)
    wanted = gateway.renderer.answers_in(language if is_ours else _preferred(accept_language, gateway)).id
    greeting = gateway.dialogue.greet(nobody(wanted), now)
    return _page(gateway, None, wanted, greeting["messages"])


@router.post("/chat")
async def say(request: Request, gateway: Parts, now: Moment) -> HTMLResponse:
    """Answer what was written or chosen."""
    said = await _fields(request)
    try:
        return await _answered(request, said, gateway, now)
    except (Refused, ValidationError) as error:
        status = error.status_code if isinstance(error, Refused) else 422
        _, messages = refusal(gateway, status, said.get("text", ""), now)
        return _page(gateway, None, FALLBACK, messages, status)


@router.post("/chat/end")
async def end(request: Request, gateway: Parts) -> RedirectResponse:
    """Forget the conversation and lead elsewhere."""
    said = await _fields(request)
    await api.end(said.get("conversation_id", ""), gateway)
    return RedirectResponse(ELSEWHERE, 303)


async def _fields(request: Request) -> dict[str, str]:
    """Return what a form holds."""
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))


async def _answered(request: Request, said: dict[str, str], gateway: Gateway, now: dt.datetime) -> HTMLResponse:
    conversation_id = said.get("conversation_id") or await _begun(request, said.get("language"), gateway, now)
    spoken = schemas.Said(payload=said["payload"]) if "payload" in said else schemas.Said(text=said.get("text", ""))
    reply = await api.say(conversation_id, spoken, gateway, now)
    return _page(gateway, conversation_id, reply["language"], reply["messages"])


async def _begun(request: Request, language: str | None, gateway: Gateway, now: dt.datetime) -> str:
    reply = await api.start(request, gateway, now, schemas.Start(language=language))
    return str(reply["conversation_id"])


def _preferred(accept_language: str, gateway: Gateway) -> str:
    """Return the language of ours that a browser asks for."""
    wanted = [part.split(";")[0].strip().split("-")[0] for part in accept_language.split(",")]
    return negotiate_locale(wanted, [language.id for language in spoken(gateway.renderer.languages)]) or FALLBACK


def _page(
    gateway: Gateway, conversation_id: str | None, language: str, messages: list[dict[str, Any]], status: int = 200
) -> HTMLResponse:
    known = gateway.renderer.answers_in(language)
    html = _pages.get_template("chat.html").render(
        conversation_id=conversation_id,
        language=known,
        languages=spoken(gateway.renderer.languages),
        messages=messages,
        **gateway.renderer.page_words(known),
    )
    return HTMLResponse(html, status)
