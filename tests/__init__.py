"""The tests: they mirror the packages; `conversations` holds whole conversations, `content` every data file."""
