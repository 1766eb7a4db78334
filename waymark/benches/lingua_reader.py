"""Tell languages with lingua, in an environment of its own: `python lingua_reader.py CODES LINES OUT`; CODES may be empty: all.

Nothing of this project is imported here, and lingua is no dependency of it.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from lingua import IsoCode639_1, LanguageDetectorBuilder  # type: ignore[import-not-found]  # in its own environment only


def main(codes: str, lines: str, out: str) -> None:
    """Read every line, one after another."""
    texts = json.loads(Path(lines).read_text(encoding="utf-8"))
    known = [getattr(IsoCode639_1, code.upper()) for code in codes.split() if hasattr(IsoCode639_1, code.upper())]
    begun = LanguageDetectorBuilder.from_iso_codes_639_1(*known) if known else LanguageDetectorBuilder.from_all_languages()
    began = perf_counter()
    detector = begun.with_preloaded_language_models().build()
    loading = perf_counter() - began
    read = []
    for text in texts:
        began = perf_counter()
        language = detector.detect_language_of(text)
        milliseconds = 1000 * (perf_counter() - began)
        read.append({"language": language and language.iso_code_639_1.name.lower(), "milliseconds": milliseconds})
    knows = sorted(code.name.lower() for code in (known or [language.iso_code_639_1 for language in _all()]))
    memory = _memory_mb()
    Path(out).write_text(json.dumps({"load_seconds": loading, "memory_mb": memory, "knows": knows, "read": read}), "utf-8")


def _all() -> list:  # type: ignore[type-arg]
    from lingua import Language

    return list(Language.all())


def _memory_mb() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
