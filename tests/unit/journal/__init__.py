"""Tests: unit.journal."""
