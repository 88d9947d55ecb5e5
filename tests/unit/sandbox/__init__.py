"""Tests: unit.sandbox."""
