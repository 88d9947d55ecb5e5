"""Tests: unit.app."""
