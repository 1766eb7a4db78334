"""The training examples in `data/nlu`: what people write, and what each line tells. The files have Rasa's own format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.content import PROJECT_FOLDER, collect, problems, read_yaml
from bot.errors import ContentError
from bot.situation import Audience, Concern, Exploitation

FOLDER = PROJECT_FOLDER / "data" / "nlu"


@dataclass(frozen=True, slots=True)
class Example:
    """One line. `told` holds only what the line says of itself: danger, person, age, kinds, concerns, signs, topic."""

    text: str
    intent: str
    language: str
    told: Mapping[str, object]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Told(_Strict):
    danger: bool | None = None
    person: Literal["me", "someone_else"] | None = None
    age: Literal["child", "just_18", "adult"] | None = None
    audience: Audience | None = None
    exploitation: list[Exploitation] | None = None
    concerns: list[Concern] | None = None
    indicators: list[str] | None = None
    topic: str | None = None


class _Line(_Strict):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    metadata: _Told = _Told()


class _Language(_Strict):
    language: str


class _Intent(_Strict):
    intent: str
    metadata: _Language
    examples: list[_Line]


class _File(_Strict):
    version: Literal["3.1"]
    nlu: list[_Intent]


def load_examples(folder: Path = FOLDER) -> list[Example]:
    """Return every example of every language, in the order of the files.

    Raises:
        ContentError: every mistake in every file.
    """
    loaded = collect([partial(load_examples_of, file) for file in sorted(folder.glob("*/*.yml"))])
    return [example for examples in loaded for example in examples]


def load_examples_of(file: Path) -> list[Example]:
    """Return the examples of one file.

    Raises:
        ContentError: one problem a wrong key.
    """
    content = read_yaml(file)
    try:
        return list(_examples(_File.model_validate(content)))
    except ValidationError as error:
        raise ContentError(tuple(problems(file, error))) from error


def _examples(file: _File) -> Iterator[Example]:
    for intent in file.nlu:
        for line in intent.examples:
            yield Example(line.text, intent.intent, intent.metadata.language, line.metadata.model_dump(exclude_none=True))
