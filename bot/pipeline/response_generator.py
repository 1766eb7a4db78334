"""Rasa's response generator: the words of a reply, fixed and reviewed, in the conversation's language."""

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.live import live_replies, live_words
from bot.pipeline.language_classifier import LANGUAGE
from bot.replies import filled
from bot.words import REFERENCE


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
            kwargs: values of placeholders; `choices` become buttons. One that begins with "@" names a text; a list of such
                names becomes lines, and a list in it a heading with what stands under it.
        """
        slots = tracker.current_slot_values()
        values = {name: self._worded(value, kwargs) for name, value in kwargs.items()}
        reply = self._replies.get().reply(utter_action, slots, output_channel, {**slots, **values})
        choices = [self._button(choice) for choice in kwargs.get("choices") or ()]
        said = tracker.latest_message.parse_data if tracker.latest_message else {}
        known = {
            "child_writes": bool(slots.get("child_writes")),
            "audience": slots.get("audience"),
            "language": said.get(LANGUAGE),
        }
        return {**reply, "buttons": [*(reply.get("buttons") or ()), *choices], **known}

    def _worded(self, value: Any, values: Mapping[str, Any]) -> Any:
        """Return the words of a value: of a reference, or line by line of a list of them."""
        if isinstance(value, str) and value.startswith(REFERENCE):
            return filled(self._words.get().text(value), {name: self._worded(other, {}) for name, other in values.items()})
        if isinstance(value, list) and value and not isinstance(value[0], dict):
            return "\n".join(self._line(part, values) for part in value)
        return value

    def _line(self, part: str | list[str], values: Mapping[str, Any]) -> str:
        """Return one line: a sentence; or a heading and what stands under it, on the same line if it is one thing only."""
        if isinstance(part, str):
            return str(self._worded(part, values))
        heading, *under = (str(self._worded(reference, values)) for reference in part)
        return f"{heading}: {under[0]}" if len(under) == 1 else "\n- ".join([f"{heading}:", *under])

    def _button(self, choice: dict[str, str]) -> dict[str, str]:
        return {"title": str(self._worded(choice["title"], choice)), "payload": choice["payload"]}
