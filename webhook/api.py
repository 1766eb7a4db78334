"""The HTTP contract's routes under `/api`."""

import asyncio
import datetime as dt
import logging
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from bot.entities import from_entities, to_entities
from bot.languages import FALLBACK, spoken
from bot.situation import Situation
from bot.understanding import take_in
from webhook import schemas
from webhook.assistant import AssistantFailed
from webhook.checking import check_notes
from webhook.conversations import Conversation, begin, nobody
from webhook.dialogue import Spoken, new_message_id
from webhook.errors import Refused
from webhook.gateway import Gateway, gateway_of
from webhook.stores.sealing import fingerprint
from webhook.stores.store import StoreFailed

router = APIRouter(prefix="/api")
_log = logging.getLogger(__name__)

SECONDS_FOR_EVERYTHING = 1.8  # the person has an answer within two, on a busy machine too

Parts = Annotated[Gateway, Depends(gateway_of)]


def moment(gateway: Parts, x_waymark_now: Annotated[str | None, Header()] = None) -> dt.datetime:
    """Return the moment of a request; in test mode the caller may set it."""
    if not gateway.settings.is_test_mode or x_waymark_now is None:
        return gateway.now()
    try:
        given = dt.datetime.fromisoformat(x_waymark_now)
    except ValueError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY) from error
    return given if given.tzinfo else given.replace(tzinfo=dt.UTC)


Moment = Annotated[dt.datetime, Depends(moment)]


async def _count_start(request: Request, gateway: Gateway) -> None:
    """Refuse an address that begins more than anybody has use for."""
    address = request.client.host if request.client else ""
    if not gateway.settings.is_test_mode and not await gateway.rates.may_start(address):
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "60"})


@router.post("/conversations", status_code=HTTPStatus.CREATED, response_model=schemas.Reply)
async def start(request: Request, gateway: Parts, now: Moment, body: schemas.Start | None = None) -> dict[str, Any]:
    """Begin a conversation; the answer holds the greeting."""
    wanted = body or schemas.Start()
    await _count_start(request, gateway)
    channel = wanted.channel if wanted.channel and gateway.settings.is_test_mode else "web"
    audience = wanted.audience or ("staff" if channel in ("slack", "teams") else None)
    language = _known(wanted.language, gateway) or FALLBACK
    area = wanted.area if wanted.area in gateway.renderer.directory.get().areas else None
    conversation = begin(language, channel, area, audience, gateway.settings.idle_minutes)
    conversation.language_is_known = _known(wanted.language, gateway) is not None
    greeting = gateway.dialogue.greet(conversation, now)
    try:
        await gateway.conversations.keep(fingerprint(conversation.id), conversation)
    except StoreFailed as failure:
        _log.error("A conversation could not be kept: %s.", failure)
    return greeting


@router.post("/conversations/{conversation_id}/messages", response_model=schemas.Reply, response_model_exclude_none=False)
async def say(conversation_id: str, said: schemas.Said, gateway: Parts, now: Moment) -> dict[str, Any]:
    """Answer one message, whatever the store does."""
    reply = None
    try:
        async with (
            asyncio.timeout(SECONDS_FOR_EVERYTHING),
            gateway.conversations.held([fingerprint(conversation_id)]) as conversation,
        ):
            if conversation is None:
                raise Refused(HTTPStatus.NOT_FOUND, said.text or "")
            reply = await _answered(conversation, said, gateway, now)
    except (StoreFailed, TimeoutError) as failure:
        _log.error("The store failed: %s. What could be said without it was said.", failure)
    if reply is None:
        stranger = begin(_known(said.language, gateway) or FALLBACK, "web", None, None, gateway.settings.idle_minutes)
        return {**gateway.alone(stranger, said.text or "", now), "conversation_id": conversation_id}
    return reply


async def _answered(conversation: Conversation, said: schemas.Said, gateway: Gateway, now: dt.datetime) -> dict[str, Any]:
    if not await gateway.rates.may_send(conversation.id):
        return _too_many(conversation, said, gateway, now)
    if said.payload is not None and said.payload not in conversation.offered:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = _known(said.language, gateway)
    if chosen:
        conversation.language, conversation.language_is_chosen = chosen, True
    spoken = Spoken(said.text, said.payload, said.message_id or new_message_id())
    return await gateway.answer(conversation, spoken, now)


def _known(language: str | None, gateway: Gateway) -> str | None:
    """Return a language's code if it is one that we have words in."""
    return language if gateway.renderer.speaks(language) else None


def _too_many(conversation: Conversation, said: schemas.Said, gateway: Gateway, now: dt.datetime) -> dict[str, Any]:
    """Danger is never refused."""
    if not gateway.dialogue.languages_of_danger(said.text or ""):
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "60"})
    return gateway.dialogue.too_many(conversation, said.text or "", now)


@router.post("/conversations/{conversation_id}/end", status_code=HTTPStatus.NO_CONTENT)
@router.delete("/conversations/{conversation_id}", status_code=HTTPStatus.NO_CONTENT)
async def end(conversation_id: str, gateway: Parts) -> Response:
    """Forget a conversation and everything held about it."""
    conversation = await gateway.conversations.end([fingerprint(conversation_id)])
    if conversation is not None:
        await gateway.dialogue.forget(conversation)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/check", response_model=schemas.Check)
async def check(request: Request, body: schemas.ToCheck, gateway: Parts, now: Moment) -> dict[str, Any]:
    """Say what staff's notes hold and where they lead. Nothing is stored. A check counts as a start: it takes Rasa's time."""
    await _count_start(request, gateway)
    return await check_notes(body.text, gateway, now)


@router.get("/languages", response_model=list[schemas.Language])
async def languages(gateway: Parts) -> list[dict[str, str]]:
    """Return the languages that Waymark speaks, each with its review status."""
    return [
        {"code": language.id, "name": language.name, "direction": language.direction, "status": language.status}
        for language in spoken(gateway.renderer.languages)
    ]


@router.get("/words", response_model=schemas.PageWords)
async def words(gateway: Parts, language: str = FALLBACK) -> dict[str, Any]:
    """Return the words of the chat's own page in a language, in English where it has none, with the two numbers."""
    known = gateway.renderer.answers_in(language)
    return {"language": known.id, "direction": known.direction, **gateway.renderer.page_words(known)}


@router.get("/directory", response_model=list[schemas.ServiceCard])
async def directory(gateway: Parts, now: Moment) -> list[dict[str, Any]]:
    """Return every service with its numbers and sources."""
    everybody = nobody(audience="staff")
    ids = sorted(gateway.renderer.directory.get().services)
    rendered = gateway.renderer.render([{"services": [{"id": service} for service in ids]}], everybody, now)
    services: list[dict[str, Any]] = rendered[0]["services"]
    return services


@router.post("/read", response_model=schemas.Reading)
async def read_one(body: schemas.ToRead, gateway: Parts, now: Moment) -> dict[str, Any]:
    """Return the situation read from one message (test mode only)."""
    if not gateway.settings.is_test_mode:
        raise Refused(HTTPStatus.NOT_FOUND)
    language, intent, reading, situation = await _situation(gateway, body.text, body.asks)
    slots: dict[str, Any] = {}
    for entity in to_entities(reading):
        slots.setdefault(entity["entity"], []).append(entity["value"])
    slots.update(danger=situation.danger, person=situation.person, area=situation.area)
    return {"language": language, "intent": intent, "danger": reading.danger == "yes", "situation": slots}


async def _situation(gateway: Gateway, text: str, asks: str | None) -> tuple[str, str | None, Any, Situation]:
    """Return language, intent, reading and situation of a message outside any conversation; words alone while Rasa is away."""
    words = gateway.dialogue.danger_lane(text, asks, FALLBACK)
    turn = {"asks": asks, "danger": "yes" if words.danger == "yes" else None}
    metadata = {key: value for key, value in turn.items() if value}
    message = {"text": text, "sender": "", "channel": "web", "message_id": new_message_id(), "metadata": metadata}
    try:
        found = await gateway.assistant.read(message)
        language, intent, reading = found["language"], found["intent"], from_entities(found["entities"])
    except AssistantFailed:
        language, intent, reading = FALLBACK, None, words
    return language, intent, reading, take_in(Situation(), reading, asks)
