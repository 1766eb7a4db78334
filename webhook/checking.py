"""Check this text: a member of staff's notes read passage by passage, for signs, gaps and the way to go. Nothing is stored."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.advice import advice
from bot.entities import from_entities
from bot.languages import FALLBACK
from bot.routing import route
from bot.situation import Situation
from bot.text import passages
from bot.triage import next_question
from bot.understanding import Asking, take_in
from webhook.assistant import AssistantFailed
from webhook.conversations import nobody
from webhook.dialogue import new_message_id
from webhook.gateway import Gateway

MOST_CHARACTERS_OF_A_PASSAGE = 100  # one sentence, or some short ones: in a longer passage a single sign drowns
MOST_PASSAGES = 400  # as many as 20,000 characters can make: two passages in a row hold more than a hundred


@dataclass(slots=True)
class _Notes:
    """What was read so far. `is_alone`: Rasa is away, and no further passage waits for it."""

    situation: Situation
    is_alone: bool = False
    words: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


async def check_notes(text: str, gateway: Gateway, now: dt.datetime) -> dict[str, Any]:
    """Return what the notes hold, in the contract's fields."""
    notes = _Notes(Situation(audience="staff"))
    for passage in passages(text, MOST_CHARACTERS_OF_A_PASSAGE)[:MOST_PASSAGES]:
        await _read(passage, notes, gateway)
    situation = notes.situation
    directory, texts = gateway.renderer.directory.get(), gateway.renderer.words.get()
    reader = nobody(audience="staff")
    listed = [{"text": "", "services": [entry.as_payload() for entry in route(situation, now, directory)]}]
    said = gateway.renderer.own([f"utter_advice_{sentence}" for sentence in advice(situation, directory)], reader, now)
    return {
        "danger": situation.danger,
        "exploitation": sorted(situation.exploitation),
        "indicators": [
            {"id": sign, "sign": texts.text(f"indicators/{sign}/sign"), "words": words}
            for sign, words in sorted(notes.words.items())
        ],
        "concerns": sorted(situation.concerns),
        "missing": [{"id": slot, "text": texts.text(f"phrases/missing/{slot}")} for slot in _missing(situation, now, gateway)],
        "messages": [*gateway.renderer.render(listed, reader, now), *said],
    }


async def _read(passage: str, notes: _Notes, gateway: Gateway) -> None:
    """Take one passage in; with word lists alone while Rasa is away."""
    reading = gateway.dialogue.danger_lane(passage, None, FALLBACK)
    if not notes.is_alone:
        metadata = {"danger": "yes"} if reading.danger == "yes" else {}
        message = {"text": passage, "sender": "", "channel": "web", "message_id": new_message_id(), "metadata": metadata}
        try:
            reading = from_entities((await gateway.assistant.read(message))["entities"])
        except AssistantFailed:
            notes.is_alone = True
    notes.situation = take_in(notes.situation, reading, None)
    for sign in reading.indicators:
        notes.words[sign].append(passage)


def _missing(situation: Situation, now: dt.datetime, gateway: Gateway) -> list[str]:
    """Return the facts that could still change the route, in the order they would be asked for."""
    missing: list[str] = []
    while question := next_question(situation, Asking(done=frozenset(missing)), now, gateway.renderer.directory.get()):
        missing.append(question)
    return missing
