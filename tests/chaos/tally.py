"""What became of every message, fault by fault: the table that is printed, and the promises that it is held to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rich.console import Console
from rich.table import Table

from tests.chaos.people import BEGIN_AGAIN, DANGER, SAFE

MOST_SECONDS_OF_SILENCE = 2.0
COLUMNS = (
    "sent",
    "answered",
    "safe reply",
    "begin again",
    "lost",
    "doubled",
    "out of order",
    "longest silence, web",
    "by text message",
)
Heard = tuple[str, str]  # the name of a conversation, and the id of a message in it


@dataclass(eq=False)
class Message:
    """One message of somebody. `place`: where it stands in its conversation. `told`: which questions were answered, and `turn`
    when: in the order of all answers.
    """

    fault: str
    channel: str
    conversation: str
    place: int
    id: str
    text: str
    told: list[str] = field(default_factory=list)
    seconds: float = 0.0
    turn: int = 0

    @property
    def is_answered(self) -> bool:
        """Whether somebody who wrote it has an answer, be it the safe reply."""
        return bool(self.told)

    @property
    def is_understood(self) -> bool:
        """Whether the answer is its own."""
        return self.text in self.told

    @property
    def must_be_kept(self) -> bool:
        """Whether Rasa must know of it, because its answer came from there. Danger is answered by the gateway too."""
        return self.is_understood and self.text != DANGER


@dataclass
class Row:
    """One fault's figures."""

    sent: int = 0
    answered: int = 0
    safe: int = 0
    again: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    silence: dict[str, float] = field(default_factory=lambda: {"web": 0.0, "sms": 0.0})

    def cells(self) -> tuple[str, ...]:
        """As the table shows them."""
        counts = (self.sent, self.answered, self.safe, self.again, self.lost, self.doubled, self.disordered)
        return (*map(str, counts), *(f"{seconds:.2f}" for seconds in self.silence.values()))


def rows(messages: Sequence[Message], heard: Sequence[Heard]) -> dict[str, Row]:
    """Count what became of the messages.

    Args:
        heard: what Rasa has read, in its order.
    """
    counted: defaultdict[str, Row] = defaultdict(Row)
    times = Counter(id_ for _, id_ in heard)
    for message in messages:
        row = counted[message.fault]
        row.sent += 1
        row.answered += message.is_answered
        row.safe += SAFE in message.told
        row.again += BEGIN_AGAIN in message.told
        row.lost += not message.is_answered or (message.must_be_kept and not times[message.id])
        # On the web what is sent to two gateways at once is answered by both.
        answers = len(message.told) if message.channel == "sms" else 1
        row.doubled += max(times[message.id] - 1, answers - 1, 0)
        row.silence[message.channel] = max(row.silence[message.channel], message.seconds)
    for message in _disordered(messages, heard):
        counted[message.fault].disordered += 1
    return dict(counted)


def _disordered(messages: Sequence[Message], heard: Sequence[Heard]) -> set[Message]:
    """Return what Rasa read, or somebody had the answer to, after something that was sent later."""
    known = {message.id: message for message in messages}
    read, answered = defaultdict(list), defaultdict(list)
    for name, id_ in heard:
        if id_ in known:
            read[name].append(known[id_])
    for message in sorted(messages, key=lambda message: message.turn):
        if message.is_answered:
            answered[message.conversation].append(message)
    return {
        late
        for lines in (read, answered)
        for line in lines.values()
        for early, late in pairwise(line)
        if late.place < early.place
    }


def show(counted: dict[str, Row]) -> None:
    """Print the table."""
    table = Table("fault", *COLUMNS)
    for fault, row in counted.items():
        table.add_row(fault, *row.cells())
    table.add_section()
    table.add_row("in all", *_total(counted.values()).cells())
    Console(width=150).print(table)


def broken_promises(counted: dict[str, Row]) -> list[str]:
    """Return what went wrong: nothing may be lost, answered or read twice, or read in another order than it was sent."""
    return [
        f"{fault}: {number} {what}"
        for fault, row in counted.items()
        for what, number in (("lost", row.lost), ("doubled", row.doubled), ("out of order", row.disordered))
        if number
    ]


def silences(counted: dict[str, Row]) -> list[str]:
    """Return where somebody on the web waited for longer than they may."""
    return [
        f"{fault}: {row.silence['web']:.2f} seconds"
        for fault, row in counted.items()
        if row.silence["web"] > MOST_SECONDS_OF_SILENCE
    ]


def strange(messages: Iterable[Message]) -> list[str]:
    """Return the messages that were answered as if something else had been said."""
    odd = (message for message in messages if message.is_answered and not {message.text, SAFE, BEGIN_AGAIN} & {*message.told})
    return [f"{message.fault}: {message.channel} {message.text!r} was answered {message.told}" for message in odd]


def _total(counted: Iterable[Row]) -> Row:
    found = list(counted)
    longest = {channel: max((row.silence[channel] for row in found), default=0.0) for channel in ("web", "sms")}
    counts = [name for name in Row.__annotations__ if name != "silence"]
    return Row(*(sum(getattr(row, name) for row in found) for name in counts), longest)
