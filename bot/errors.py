"""The errors of the project: one base class, one short class a kind."""

from dataclasses import dataclass


class WaymarkError(Exception):
    """Base of every error that Waymark raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one content file, said so that an editor can mend it without asking a developer."""

    file: str
    key: str
    value: object
    expected: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.value!r}: {self.expected}"


class ContentError(WaymarkError):
    """One or more content files cannot be used. All problems found are reported together."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
