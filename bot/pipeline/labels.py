"""The labels that can be learnt from the examples: danger, and every value of every key that they carry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rasa.shared.nlu.constants import INTENT

DESCRIBES = "describe_situation"
DANGER = "danger"

Said = Mapping[str, object]  # what an example says of itself, its intent among it


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the examples: `danger`, or a value of a key, such as `person:me`."""

    key: str
    value: str | None

    @property
    def name(self) -> str:
        """How the label is called in models and reports."""
        return self.key if self.value is None else f"{self.key}:{self.value}"

    def of(self, said: Said) -> bool | None:
        """Say whether an example carries the label; None where the example says nothing of the key."""
        if self.value is None:
            return bool(said.get(self.key, False))
        if self.key not in said and self.key in _only_where_said(said):
            return None
        return self.value in _values(said, self.key)


def labels_of(examples: Iterable[Said], keys: Iterable[str]) -> Iterator[Label]:
    """Yield every label of some keys that an example carries."""
    known = list(examples)
    for key in keys:
        values = {value for said in known for value in _values(said, key)} if key != DANGER else {None}
        yield from (Label(key, value) for value in sorted(values, key=str))


def _values(said: Said, key: str) -> list[str]:
    found = said.get(key, [])
    return [found] if isinstance(found, str) else list(found)  # type: ignore[call-overload]


def _only_where_said(said: Said) -> tuple[str, ...]:
    """Return the keys whose absence from an example tells nothing."""
    # Not every story was looked through for signs. Whoever tells none has none.
    return ("person", "topic", "indicators") if said.get(INTENT) == DESCRIBES else ("person", "topic")
