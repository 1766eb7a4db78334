"""Pages for people who work on Waymark, made from the templates beside this file; nothing in them is taken for markup."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


def html_pages() -> Environment:
    """Return the templates of pages; what one asks for and is not given is an error."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
