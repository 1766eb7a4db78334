"""Whole conversations in every language."""
