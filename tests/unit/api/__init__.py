"""Tests: unit.api."""
