"""The words of the chat page and its widget by id, loaded from `data/page.yml`."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.content import PROJECT_FOLDER, problems, read_yaml
from bot.errors import ContentError
from bot.sources import Sentence

_PAGE = TypeAdapter(dict[str, Sentence])


def load_page(root: Path = PROJECT_FOLDER) -> dict[str, str]:
    """Return the words.

    Raises:
        ContentError: every mistake in the file.
    """
    path = root / "data" / "page.yml"
    try:
        return _PAGE.validate_python(read_yaml(path))
    except ValidationError as error:
        raise ContentError(tuple(problems(path, error))) from error
