"""Tests of the benches: their pure parts. What they measure is not tested here."""
