"""Rasa's response generator: the words of a reply, fixed and reviewed, in the conversation's language."""

from functools import partial
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.languages import FALLBACK
from bot.live import live_replies, live_words
from bot.pipeline.language_classifier import LANGUAGE, LIKELY_LANGUAGES
from bot.replies import in_all_languages
from bot.words import button, worded


class ReviewedReplies(NaturalLanguageGenerator):
    """Says what `domain.yml` says, with the texts that the actions refer to put in; all read live."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        self._replies = live_replies()
        self._words = live_words()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Return the reply that Rasa sends to the channel.

        Args:
            kwargs: values of placeholders; `language_to_come` is the one just asked for; `choices` become buttons. A value
                that begins with "@" names a text; a list of such names becomes lines, and a list in it a heading with what
                stands under it.
        """
        slots, words = tracker.current_slot_values(), self._words.get()
        said = tracker.latest_message.parse_data if tracker.latest_message else {}
        wanted = kwargs.get("language_to_come") or slots.get("language") or said.get(LANGUAGE) or _before(tracker)
        metadata = (tracker.latest_message.metadata if tracker.latest_message else None) or {}
        language = wanted if wanted in metadata.get("carried", [wanted]) else FALLBACK

        def in_language(code: str) -> dict[str, Any]:
            values = {name: worded(value, kwargs, partial(words.text, language=code)) for name, value in kwargs.items()}
            return self._replies.get().reply(utter_action, slots, output_channel, {**slots, **values}, words.catalogue(code))

        likely = said.get(LIKELY_LANGUAGES) or []
        reply = in_all_languages(in_language, language, likely, words.collections["languages"])
        offered = [*(reply.get("buttons") or ()), *(kwargs.get("choices") or ())]
        known = {
            "child_writes": bool(slots.get("child_writes")),
            "writes_about_me": slots.get("writes_about") == "me",
            "audience": slots.get("audience"),
            "language": language,
            "not_carried": None if language == wanted else wanted,
            "language_is_chosen": bool(slots.get("language")),
            "likely_languages": likely,
        }
        return {**reply, "buttons": [button(choice, partial(words.text, language=language)) for choice in offered], **known}


def _before(tracker: DialogueStateTracker) -> str:
    """Return the conversation's language as the gateway knows it: a button that was pressed has none of its own."""
    metadata = (tracker.latest_message.metadata if tracker.latest_message else None) or {}
    return str(metadata.get("language") or FALLBACK)
