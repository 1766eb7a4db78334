"""A reading as Rasa's entities and back: how what was read travels from the pipeline to the actions, and from buttons.

Every entity is named after a slot; its value is an id. A set becomes several entities of one name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from bot.reading import Reading

_SETS = {field.name for field in fields(Reading) if field.type == "frozenset[str]" or field.type == frozenset[str]}
_YES_OR_NOTHING = {field.name for field in fields(Reading) if field.type == "bool" or field.type is bool}
_ENTITY_OF_FIELD = {"areas": "area"}
_FIELD_OF_ENTITY = {entity: name for name, entity in _ENTITY_OF_FIELD.items()}


def to_entities(reading: Reading) -> list[dict[str, str]]:
    """Return a reading as entities; what the message does not speak of has none."""
    return [
        {"entity": _ENTITY_OF_FIELD.get(field.name, field.name), "value": value}
        for field in fields(reading)
        for value in _values(getattr(reading, field.name))
    ]


def from_entities(entities: Iterable[Mapping[str, Any]]) -> Reading:
    """Return the reading that entities hold; entities of other names are passed over."""
    values: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        values[_FIELD_OF_ENTITY.get(entity["entity"], entity["entity"])].add(entity["value"])
    known = {field.name for field in fields(Reading)}
    return Reading(**{name: _field(name, found) for name, found in values.items() if name in known})


def _values(value: object) -> Iterator[str]:
    if isinstance(value, frozenset):
        yield from sorted(value)
    elif isinstance(value, bool):
        yield from ["yes"] if value else []
    elif value is not None:
        yield str(value)


def _field(name: str, values: set[str]) -> Any:
    if name in _SETS:
        return frozenset(values)
    # Of two readings of danger the graver one: "yes" comes after "unclear", "over" and "no" in the alphabet.
    return True if name in _YES_OR_NOTHING else max(values)
