"""Tests: unit.tables."""
