"""Tests: unit.domain."""
