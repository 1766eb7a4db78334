"""Which organisations are first responders: matched from the name a member of staff gives, never asked outright.

Paramedics and nurses would say yes to "are you a first responder?", and they are not on the list.
"""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import load_record
from bot.lexicon import CheckedPhraseList
from bot.sources import Source

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Organisations:
    """Names of organisations, as patterns over plain text, that may refer somebody themselves, and of those that may not."""

    first_responders: CheckedPhraseList
    others: CheckedPhraseList
    sources: tuple[Source, ...]

    def first_responder(self, plain: str) -> Literal["yes", "no"] | None:
        """Say whether the organisation named in a plain text is a first responder; None where none is recognised."""
        if self.others.found_in(plain):
            return "no"
        return "yes" if self.first_responders.found_in(plain) else None


def load_organisations(data: Path) -> Organisations:
    """Return the list of organisations.

    Raises:
        ContentError: every mistake in the file.
    """
    return load_record(data / "organisations.yml", Organisations)
