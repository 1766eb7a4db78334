"""The words of every reply: English from `domain.yml`, read live, so that a change needs no training.

A response may have several variations; the first whose conditions fit the conversation is said. The words are never generated.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NotRequired

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from bot.catalogue import Catalogue
from bot.content import PROJECT_FOLDER, problems, read_yaml
from bot.errors import ContentError, WaymarkError
from bot.languages import Language, said_besides

_ENGLISH = Catalogue()
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Response = Mapping[str, Any]


class _Variation(TypedDict):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    buttons: NotRequired[list[dict[str, str]]]
    custom: NotRequired[dict[str, Any]]
    condition: NotRequired[list[dict[str, Any]]]
    channel: NotRequired[str]


_RESPONSES = TypeAdapter(dict[str, Annotated[list[_Variation], Field(min_length=1)]])


class MissingWords(WaymarkError):
    """A response, or a value that its text needs, does not exist."""


@dataclass(frozen=True, slots=True)
class Replies:
    """All responses by name, as `domain.yml` writes them."""

    responses: Mapping[str, tuple[Response, ...]]

    def reply(
        self,
        name: str,
        slots: Mapping[str, Any],
        channel: str,
        values: Mapping[str, Any],
        catalogue: Catalogue = _ENGLISH,
    ) -> dict[str, Any]:
        """Return a response ready to be sent: text, buttons and custom fields.

        Args:
            name: the response's name, `utter_...`.
            slots: what the variations' conditions are held against.
            values: what stands for the `{placeholders}`.
            catalogue: the language it is said in.

        Raises:
            MissingWords: no such response, or a placeholder without a value.
        """
        variation = self._variation(name, slots, channel)
        # A copy: Rasa adds buttons to what it is given.
        reply = {key: deepcopy(value) for key, value in variation.items() if key not in ("condition", "channel")}
        words = catalogue.text(reply_reference(name, variation), reply.get("text", ""))
        missing = [found for found in PLACEHOLDER.findall(words) if found not in values]
        if missing:
            raise MissingWords(f"domain.yml: responses: {name}: no value for {', '.join(missing)}")
        reply["text"] = filled(words, values)
        return reply

    def _variation(self, name: str, slots: Mapping[str, Any], channel: str) -> Response:
        variations = [found for found in self.responses.get(name, ()) if _fits(found, slots, channel)]
        if not variations:
            raise MissingWords(f"domain.yml: responses: {name!r}: no variation fits")
        # The most particular one first: for this channel, then with conditions, then the plain one.
        return max(variations, key=lambda found: (found.get("channel") == channel, len(found.get("condition", ()))))


def in_all_languages(
    say: Callable[[str], dict[str, Any]], language: str, likely: Iterable[str], languages: Mapping[str, Language]
) -> dict[str, Any]:
    """Return a reply in a language; an urgent one has its text `besides` in the others that it is to be said in.

    Args:
        say: returns the reply in a language.
        likely: languages that the person may have written in besides.
    """
    reply = say(language)
    if (reply.get("custom") or {}).get("urgent"):
        others = said_besides(language, likely, languages)
        reply["besides"] = [{"language": code, "text": say(code)["text"]} for code in others]
    return reply


def reply_reference(name: str, variation: Response) -> str:
    """Return the reference of one variation of a reply: its name, and when it is said."""
    conditions = [f"{condition['name']}={condition['value']}".lower() for condition in variation.get("condition", ())]
    return "/".join(["replies", name, *filter(None, [variation.get("channel")]), *conditions])


def load_replies(root: Path = PROJECT_FOLDER) -> Replies:
    """Load every response.

    Raises:
        ContentError: the file has no usable responses.
    """
    path = root / "domain.yml"
    domain = read_yaml(path)
    try:
        responses = _RESPONSES.validate_python(domain.get("responses") if isinstance(domain, dict) else domain)
    except ValidationError as error:
        raise ContentError(tuple(problems(path, error))) from error
    written = domain["responses"]
    return Replies({name: tuple(written[name]) for name in responses})


def _fits(variation: Response, slots: Mapping[str, Any], channel: str) -> bool:
    if variation.get("channel") not in (None, channel):
        return False
    return all(slots.get(condition["name"]) == condition["value"] for condition in variation.get("condition", ()))


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Return a text with its `{placeholders}` filled; one that has no value stays, for whoever knows it."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text).strip()
