"""Rasa's custom actions: slots in, `bot` asked, names of responses and structured payloads out. No sentence for a person."""
