"""Parts that Rasa loads by name from its configuration: the only place in `bot` that imports Rasa."""
