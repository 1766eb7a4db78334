"""Tests of what gateways keep and share."""
