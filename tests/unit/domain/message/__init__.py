"""Tests: unit.domain.message."""
