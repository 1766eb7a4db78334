"""The words of the apps for Slack and Teams by group and id, loaded from `data/workplace.yml`."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.content import PROJECT_FOLDER, problems, read_yaml
from bot.errors import ContentError
from bot.sources import Sentence

_WORKPLACE = TypeAdapter(dict[str, dict[str, Sentence]])


def load_workplace(root: Path = PROJECT_FOLDER) -> dict[str, dict[str, str]]:
    """Return the words.

    Raises:
        ContentError: every mistake in the file.
    """
    path = root / "data" / "workplace.yml"
    try:
        return _WORKPLACE.validate_python(read_yaml(path))
    except ValidationError as error:
        raise ContentError(tuple(problems(path, error))) from error
