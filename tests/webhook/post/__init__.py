"""Tests of the way every channel's messages take."""
