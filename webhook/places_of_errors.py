"""Where an error happened, without its message, which may hold a person's words."""

import traceback


def told(error: BaseException) -> str:
    """Return the kind and the place of an error."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {last.filename}:{last.lineno}"
