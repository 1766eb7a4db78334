"""Waymark's knowledge and rules: plain Python, with no Rasa and no FastAPI in it (only `bot.pipeline` is loaded by Rasa)."""
