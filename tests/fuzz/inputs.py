"""Texts to try: lines that people might type, broken, and characters of all planes. A seed gives the same ones again."""

from collections.abc import Iterator
from functools import cache
from random import Random

import yaml

from bot.content import PROJECT_FOLDER

MOST_CHARACTERS = 2000
PLANES = range(0x110000)  # lone surrogates and what is no character included

# What breaks programs that read text: each is put into lines, and strung together with others.
STRANGE = (
    *("\x00", "\x07", "\x1b[2J", "\r\n", "\n\n", "\t", "\x85", "\u2028", "\u00a0", "\u3000", " " * 40),
    *("\ud800", "\udc00", "\ude00\ud83d", "\uffff", "\ufdd0", "\U0010ffff", "\ue000", "\U000e0041"),
    *("\u202e", "\u2066", "\u2069", "\u200d", "\u200b", "\u200f", "\ufeff", "\u00ad", "\ufe0f"),
    *("\u0301" * 30, "e\u0301\u0323\u0302", "\u0334" * 9, "\u064b\u0651", "\u093f\u094d", "\u0e33\u0e49"),
    *(
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\U0001f1ec\U0001f1e7",
        "1\ufe0f\u20e3",
    ),
    *("\U0001f62d", "\u2764\ufe0f", "\U0001f44d\U0001f3fd"),
    *(
        "\ufdfa",
        "\ufdfb",
        "\u3316",
        "\ufb03",
        "\u00df",
        "\u1e9e",
        "\u0130",
        "\u0149",
        "\u0390",
        "\u1fb7",
        "\u01c5",
        "\u212b",
        "\uff28",
    ),
    *(
        "\u0661\u0665",
        "\u06f9",
        "\u0967",
        "\U0001d7d9",
        "\u00b2",
        "\u2460",
        "\u4e5d",
        "\u0bf0",
        "999",
        "9" * 60,
        "-1",
        "1e9",
        "\u00bd",
    ),
    *(
        "'" * 7,
        "\u2019",
        "`",
        "!!!",
        "...",
        "?!;",
        ",",
        "\u0964",
        "\u3002",
        "-" * 12,
        "/",
        "%s",
        "{0}",
        "\\",
        '"',
        "<b>",
        "_" * 9,
    ),
    *("aaaa", "\u0430\u0430\u0430\u0430", "\u4e00" * 9, "\u0e01" * 9, "\uac00\u1161", "\u1100\u1161\u11a8", "not not not "),
    *("12 or 13 or ", "sw1a 1aa", "m1 1", "/say{}", "https://a.b/c?d=e", "+44 7700 900123"),
)


@cache
def lines() -> tuple[str, ...]:
    """Every training example of every language."""
    files = sorted((PROJECT_FOLDER / "data" / "nlu").glob("*/*.yml"))
    loaded = (yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files)
    intents = (intent for content in loaded for intent in content["nlu"])
    examples = (example for intent in intents for example in intent.get("examples", ()) if isinstance(example, dict))
    return tuple(sorted({example["text"].strip() for example in examples}))


def texts(seed: int, count: int) -> Iterator[str]:
    """Yield as many texts: of each ten, six are broken lines, two strange things strung together, two of any characters."""
    random = Random(seed)
    for _ in range(count):
        kind = random.random()
        if kind < 0.6:
            text = mutated(random.choice(lines()), random)
        elif kind < 0.8:
            text = "".join(random.choices(STRANGE, k=random.randrange(1, 12)))
        else:
            text = "".join(map(chr, random.choices(PLANES, k=random.randrange(1, 40))))
        # Few are long, for they take as long as hundreds of short ones.
        if random.random() < 0.002:
            text *= random.randrange(1, MOST_CHARACTERS) // len(text) if text else 1
        yield text[:MOST_CHARACTERS]


def mutated(text: str, random: Random) -> str:
    """Return a text broken in one to three places."""
    for _ in range(random.randrange(1, 4)):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + random.randrange(1, 9))
        text = text[:start] + _instead(text[start:end], random) + text[end:]
    return text


def _instead(part: str, random: Random) -> str:
    """Return what a part of a text becomes."""
    kind = random.randrange(7)
    if kind == 0:
        return ""
    if kind == 1:
        return part * random.randrange(2, 6)
    if kind == 2:
        return part.swapcase()
    if kind == 3:
        return part[::-1]
    if kind == 4:
        return f"{part} {random.choice(lines())} "
    if kind == 5:
        return part + chr(random.choice(PLANES))
    return part + random.choice(STRANGE)
