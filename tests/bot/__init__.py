"""Tests of the knowledge and the rules."""
