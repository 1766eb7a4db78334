"""What a text message costs."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from bot.catalogue import load_catalogue
from bot.content import PROJECT_FOLDER
from bot.languages import load_languages
from bot.sms import Cost, cost, is_gsm
from bot.texts import load_texts

EURO, EMOJI, CYRILLIC = "\u20ac", "\U0001f600", "\u0436"
FAMILY, FLAG, ACUTE = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1ec\U0001f1e7", "\u0301"
CALCULATOR = PROJECT_FOLDER / "tests/browser/node_modules/sms-segments-calculator"
NODE = shutil.which("node")
NO_CALCULATOR = "NO CALCULATOR: costs are not compared with Twilio's own count. `make browser` installs what that needs."
COUNT = """
const { SegmentedMessage } = require(process.argv[1]);
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const counted = texts.map((text) => new SegmentedMessage(text));
console.log(JSON.stringify(counted.map((one) => [one.encodingName, one.segmentsCount])));
"""
AROUND_EVERY_BOUNDARY = [limit + more for limit in (70, 134, 201, 160, 306, 459) for more in (-2, -1, 0, 1, 2)]
FEWEST_TEXTS = 500


@pytest.mark.parametrize(
    ("text", "alphabet", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        (EURO * 80, "GSM-7", 1),
        (EURO * 81, "GSM-7", 2),
        ("a" * 152 + EURO * 5, "GSM-7", 2),  # the euro sign is not split between segments
        ("\u2019", "UCS-2", 1),  # a typographic apostrophe makes the whole text dear
        (CYRILLIC * 70, "UCS-2", 1),
        (CYRILLIC * 71, "UCS-2", 2),
        (CYRILLIC * 134, "UCS-2", 2),
        (CYRILLIC * 135, "UCS-2", 3),
        (EMOJI * 35, "UCS-2", 1),
        (EMOJI * 36, "UCS-2", 2),
        (EMOJI * 67, "UCS-2", 3),  # no emoji is split: 33 a segment
        (CYRILLIC * 66 + FLAG + CYRILLIC * 63, "UCS-2", 2),
        (CYRILLIC * 66 + FLAG + CYRILLIC * 64, "UCS-2", 3),  # nor is a flag: it begins the second segment
        ("e" * 66 + "e" + ACUTE + "e" * 65, "UCS-2", 2),
        ("e" * 66 + "e" + ACUTE + "e" * 66, "UCS-2", 3),  # nor a letter from its accent
        (FAMILY * 8, "UCS-2", 1),
        (FAMILY * 9, "UCS-2", 2),
        (FAMILY * 25, "UCS-2", 4),  # eight families a segment, not eight and a third
        ("\r\n" * 80, "GSM-7", 1),
        ("\r\n" * 35, "GSM-7", 1),
    ],
)
def test_segments(text: str, alphabet: str, segments: int):
    """Letters of GSM's alphabet, dear ones, others, and those beyond the basic plane."""
    assert cost(text) == Cost(alphabet, segments)


def alphabets() -> Iterator[list[str]]:
    """What texts are written with: each language's letters, GSM's, the dear ones, emoji, line ends, letters with marks, all."""
    texts, everything = load_texts(), set()
    for language in load_languages().values():
        catalogue = load_catalogue(PROJECT_FOLDER / "locales" / language.id, language.direction)
        letters = {letter for text in texts for letter in catalogue.text(text.reference, text.english)}
        everything |= letters
        yield sorted(letters)
    gsm = [character for character in map(chr, range(0x20AD)) if is_gsm(character)]
    emoji = [EMOJI, FAMILY, FLAG, "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f198"]
    yield from (
        gsm,
        [*"^{}[]~|\\", EURO, "a", "b"],
        emoji,
        ["\r\n", "\n", "\r", "a"],
        [letter + ACUTE for letter in "aeiou"] + ["b"],
    )
    yield [*sorted(everything), *gsm, *emoji, "\r\n"]


def test_twilio_counts_the_same():
    """Twilio's own calculator says the same alphabet and the same segments, around every boundary, in all our languages."""
    if NODE is None or not CALCULATOR.exists():
        pytest.skip(NO_CALCULATOR)
    chance = random.Random(8)
    texts = ["".join(chance.choices(letters, k=length)) for letters in alphabets() for length in AROUND_EVERY_BOUNDARY]
    said = subprocess.run([NODE, "-e", COUNT, CALCULATOR], input=json.dumps(texts), capture_output=True, text=True, check=True)
    counted = [Cost(alphabet, segments) for alphabet, segments in json.loads(said.stdout)]
    assert len(set(texts)) >= FEWEST_TEXTS
    assert [(text, cost(text), count) for text, count in zip(texts, counted, strict=True) if cost(text) != count] == []
