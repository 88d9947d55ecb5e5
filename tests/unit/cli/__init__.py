"""Tests: unit.cli."""
