"""Tests of what Rasa loads by name."""
