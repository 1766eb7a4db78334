"""Loads Rasa, which is old, as what it needs is: they warn of it when they are loaded."""

import warnings

with warnings.catch_warnings(record=True):
    warnings.simplefilter("ignore")
    import bot.pipeline.tokenizer  # noqa: F401
